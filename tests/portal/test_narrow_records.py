"""Pages of bases, records, holds and oversight fit a window of 320 pixels and axe finds nothing wrong."""

from datetime import date

import pytest
from playwright.sync_api import BrowserContext

from models.roles import Role
from models.states import SignInWay
from models.tables import Submission
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.persons import Entered, add_person, give_role
from tasks.people.sessions import begin
from tasks.persons_requests.copies import make_copy
from tasks.persons_requests.correcting import ask_agency
from tasks.persons_requests.recording import EnteredRequest, close_request, confirm_identity, record_request, today
from tasks.persons_requests.searching import add_place, search
from tasks.returns.accepted import tables_of
from tasks.wrong_files.putting_aside import SentInError, put_aside
from tests.portal.driving import Driver
from tests.portal.test_browser import signed
from tests.portal.test_narrow_documents import opened, wrong
from tests.tasks.registered import with_organisation
from validation.contract.persons_numbers import NumberKind

pytestmark = pytest.mark.parts


def in_role(portal: str, role: Role) -> Driver:
    """Return the browser of somebody who has a role in the programme."""
    with transaction() as session:
        person = add_person(session, Entered("Dana Doe", address="dana@example.com"), by="test")
        give_role(session, person, role, by="test", from_day=date(2020, 1, 1))
        secret = begin(session, person, SignInWay.OWN_LINK)
    driver = Driver(portal)
    driver.http.cookies[COOKIE] = secret
    return driver


def test_pages_of_a_manager(window: BrowserContext, portal: str, chosen: str) -> None:
    lacking = with_organisation("E06000038", "police", "Thames Valley Police", "Pat Police", shares=False)
    complete = with_organisation("E06000038", "health", "NHS board", "Hana Health")
    nobody = with_organisation("E06000038", "probation", "Probation Service")
    with in_role(portal, Role.MANAGER) as manager:
        page, base = signed(window, manager, portal), f"/inspections/{chosen}"
        paths = [f"/people/organisations/{each}" for each in (lacking, complete, nobody)]
        paths += [f"{base}/basis", f"{base}/basis/identifiers", f"{base}/record", f"{base}/retention", "/holds"]
        assert opened(page, portal, *paths, "/people/areas/E06000038") == {}
        page.goto(f"{portal}/people/organisations/{lacking}")
        page.get_by_role("button", name="Keep this record").click()
        assert page.title().startswith("Error: ")
        assert opened(page, portal, page.url.removeprefix(portal)) == {}


def test_pages_of_the_officer_for_data_protection(window: BrowserContext, portal: str, chosen: str) -> None:
    with in_role(portal, Role.PROTECTION) as officer:
        page = signed(window, officer, portal)
        assert opened(page, portal, "/oversight", "/holds", f"/inspections/{chosen}/retention") == {}


def test_pages_of_persons_requests(window: BrowserContext, portal: str, chosen: str) -> None:
    with transaction() as session:
        children = tables_of(session.get_one(Submission, f"{chosen}-la-da-v1"))["LA-DA"]
    numbers = {NumberKind.NHS: children["nhs_number"].drop_nulls()[0], NumberKind.LA_CHILD: "CH000123"}
    open_ = record_request(EnteredRequest("access", "parent", today(), "Ottoline Quizzlebury", numbers), by="test")
    confirm_identity(open_, "known", by="test")
    add_place(open_, f"{chosen}-pol-1-v1", "", 2, by="test")
    search(open_, by="test")
    copy = make_copy(open_, chosen, by="test")
    closed = record_request(EnteredRequest("restriction", "self", today(), "Alys O'Brien", {}), by="test")
    close_request(closed, "withdrawn", by="test")
    with in_role(portal, Role.PROTECTION) as officer:
        page, base = signed(window, officer, portal), "/oversight/requests"
        assert opened(page, portal, base, f"{base}/{open_}", f"{base}/{closed}", f"{base}/{open_}/copies/{copy}") == {}
        page.goto(f"{portal}{base}")
        page.get_by_role("button", name="Record the request").click()
        assert page.title().startswith("Error: ")
        assert wrong(page) == {}


def test_pages_of_what_was_sent_in_error(window: BrowserContext, portal: str, chosen: str) -> None:
    put_aside(SentInError(f"{chosen}-pol-1-v1", "other_area"), by="test", ref=chosen)
    put_aside(SentInError(f"{chosen}-pro-1-v1", "trial"), by="test", ref=chosen)
    with in_role(portal, Role.PROTECTION) as officer:
        page = signed(window, officer, portal)
        assert opened(page, portal, f"/inspections/{chosen}/sent-in-error", f"/inspections/{chosen}/sample") == {}
        page.goto(f"{portal}/inspections/{chosen}/sent-in-error")
        page.get_by_role("button", name="Put the file aside").click()
        assert page.title().startswith("Error: ")
        assert wrong(page) == {}


def test_pages_of_an_agency(window: BrowserContext, portal: str, police: Driver, chosen: str) -> None:
    number = {NumberKind.NHS: "943 476 5919"}
    asks = record_request(EnteredRequest("correction", "self", today(), "Ottoline Quizzlebury", number), by="test")
    confirm_identity(asks, "known", by="test")
    add_place(asks, f"{chosen}-pol-1-v1", "", 2, by="test")
    correction = ask_agency(asks, f"{chosen}-pol-1-v1", "It was a Tuesday.", by="test")
    page = signed(window, police, portal)
    assert opened(page, portal, "/", f"/corrections/{correction}", "/opened", f"/requests/{chosen}-pol-1") == {}
    page.goto(f"{portal}/corrections/{correction}")
    page.get_by_role("button", name="Answer").click()
    assert page.title().startswith("Error: ")
    assert wrong(page) == {}
    with in_role(portal, Role.PROTECTION) as officer:
        assert opened(signed(window, officer, portal), portal, f"/oversight/requests/{asks}") == {}
