"""The operator comes in once, and each of their pages leads to the others."""

import re

import pytest

from portal.operator import door
from portal.operator.door import COOKIE
from portal.pages.signing import serializer
from tasks.ground.database import transaction
from tasks.ledger.audit import chain
from tasks.people.persons import PROGRAMME
from tests.portal.driving import Driver

PAGES = ("/outbox", "/work", "/first-people", "/sign-ins", "/refused", "/operator/sign-out")
_MENU = re.compile(r'<nav[^>]*aria-label="Menu".*?</nav>', re.DOTALL)


@pytest.mark.usefixtures("storage")
def test_l12_each_page_of_the_operator_leads_to_every_other(portal: str) -> None:
    with Driver(portal) as driver:
        answer = driver.operate()
        for path in PAGES:
            (menu,) = _MENU.findall(driver.http.get(path).text)
            assert tuple(re.findall(r'href="([^"]+)"', menu)) == PAGES
            assert re.findall(r'href="([^"]+)" aria-current="page"', menu) == [path]
        assert answer.status_code < 400


@pytest.mark.usefixtures("storage")
def test_who_has_not_the_key_sees_no_menu(portal: str) -> None:
    with Driver(portal) as driver:
        assert not _MENU.findall(driver.http.get("/operator").text)


@pytest.mark.usefixtures("storage")
def test_l15_a_kept_cookie_opens_nothing_after_the_operator_signed_out(portal: str) -> None:
    with Driver(portal) as driver, Driver(portal) as other, Driver(portal) as thief:
        for each in (driver, other):
            each.operate()
        thief.http.cookies.update(driver.http.cookies)
        assert thief.get("/outbox").status_code == 200
        answer = driver.post("/operator/sign-out")
        assert answer.url.path == "/operator"
        assert COOKIE not in driver.http.cookies
        for path in PAGES:
            assert (driver.get(path).status_code, thief.get(path).status_code) == (404, 404)
        # Another browser of whoever runs the service goes on.
        assert other.get("/outbox").status_code == 200
        # Coming in again begins another session.
        assert driver.operate().status_code == 200
        assert thief.get("/outbox").status_code == 404
    with transaction() as session:
        entries = [entry.action for entry in chain(session, PROGRAMME)[0] if "sign" in entry.action]
    assert entries[-2:] == ["operator.signed-out", "signed-in"]


@pytest.mark.usefixtures("storage")
@pytest.mark.parametrize("value", ["x", 7, [7], {"a": 1}, None])
def test_a_cookie_of_another_shape_opens_nothing(portal: str, value: object) -> None:
    with Driver(portal) as driver:
        driver.http.cookies.set(COOKIE, str(serializer(door._salt()).dumps(value)))
        assert driver.get("/outbox").status_code == 404
