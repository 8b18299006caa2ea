"""Axe finds nothing wrong with any page that anybody can reach: every role walks every link, in a real browser."""

import re
from datetime import date
from typing import Any

import pytest
from httpx import codes
from playwright.sync_api import BrowserContext

from models.roles import AGENCY_ROLES, ORGANISATION_ROLES, PROGRAMME_ROLES, Role
from models.states import SignInWay
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.persons import Entered, add_person, give_role, members
from tasks.people.sessions import begin
from tests.portal.crawling import Visit, outline, visits
from tests.portal.driving import Driver
from tests.portal.far import OTHER, Far, far
from tests.portal.test_browser import violations
from tests.tasks.snapshots import put_back

# It opens hundreds of pages, each of which is looked at by axe.
pytestmark = [pytest.mark.parts, pytest.mark.unmeasured, pytest.mark.timeout(1800)]

_FEWEST = {Role.NAMED: 3, Role.DIRECTOR: 3, Role.OPERATOR: 3}
"""So few pages at least has somebody who sees no inspection; all others have more than `_USUAL`."""
_USUAL = 15
_BARE = re.compile(rf"{OTHER}|/oversight/requests/S-")
"""Pages of rows that lead to nothing: those of the other inspection, and of a person's request that nobody recorded."""


@pytest.fixture(scope="module")
def there(kept: str) -> Far:
    """Return an inspection with everything in it."""
    made = far(kept)
    put_back("far")
    return made


@pytest.fixture(scope="module")
def alike() -> set[str]:
    """Return the outlines of pages that were looked at: most roles see most pages alike."""
    return set()


def _secret(ref: str, role: Role) -> str:
    """Return the session of somebody who has a role; one within an agency is at the council."""
    day, where = date(2020, 1, 1), {"inspection": ref}
    if role in ORGANISATION_ROLES:
        with transaction() as session:
            # A rehearsal has its own.
            return begin(session, members(session, ref, role)[0][1], SignInWay.OWN_LINK)
    if role in AGENCY_ROLES:
        where["agency_id"] = f"{ref}/local_authority"
    given: dict[str, Any] = {} if role in PROGRAMME_ROLES else where
    with transaction() as session:
        person = add_person(session, Entered(f"Wanda {role}", address=f"wanda.{role}@example.com"), by="test")
        give_role(session, person, role, by="test", from_day=day, **given)
        return begin(session, person, SignInWay.OWN_LINK)


def _wrong(page: Any, address: str, visit: Visit, alike: set[str]) -> object:
    """Return what is wrong with a page, with all of its details open; nothing where one of its outline was right."""
    if visit.status != codes.OK:
        return visit.status
    # A file is taken away, and shows nothing.
    if not visit.text.startswith("<!DOCTYPE html") or outline(visit.text) in alike:
        return None
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    faults = violations(page)
    if not faults:
        alike.add(outline(visit.text))
    return faults


def _start(ref: str, role: Role) -> str:
    if role is Role.OPERATOR:
        return "/home"
    return "/" if role in AGENCY_ROLES else "/concerns" if role in ORGANISATION_ROLES else f"/inspections/{ref}"


@pytest.mark.parametrize("role", list(Role))
def test_axe_finds_nothing_wrong_with_any_page_of_a_role(
    there: Far, portal: str, window: BrowserContext, role: Role, alike: set[str]
) -> None:
    put_back("far")
    secret = _secret(there.ref, role)
    window.add_cookies([{"name": COOKIE, "value": secret, "url": portal}])
    page, opened = window.new_page(), list[str]()
    wrong: dict[str, object] = {}
    with Driver(portal) as driver:
        driver.http.cookies[COOKIE] = secret
        for visit in visits(driver, _start(there.ref, role)):
            if _BARE.search(visit.path):
                continue
            opened.append(visit.path)
            if faults := _wrong(page, portal + visit.path, visit, alike):
                wrong[visit.path] = faults
    assert wrong == {}
    assert len(opened) > _FEWEST.get(role, _USUAL), opened
    assert any(re.search("/(home|account)", path) for path in opened)


def test_axe_finds_nothing_wrong_with_what_nobody_needs_to_sign_in_for(
    there: Far, portal: str, window: BrowserContext, alike: set[str]
) -> None:
    page = window.new_page()
    with Driver(portal) as driver:
        pages = [visit for start in ("/sign-in", "/guidance") for visit in visits(driver, start)]
    assert len(pages) > 5
    assert {visit.path: wrong for visit in pages if (wrong := _wrong(page, portal + visit.path, visit, alike))} == {}
    assert there.ref
