"""People of one inspection at the portal, each with a browser: a second inspector, the quality assurer, a manager."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from models.roles import Role
from models.states import SignInWay
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.persons import Entered, add_person, give_role, members
from tasks.people.sessions import begin
from tests.portal.driving import Driver

FINDING = {
    "category": "improvement",
    "area": "EA02",
    "heading": "Plans seldom say by when",
    "text": "CANARY-FINDING Most plans have no date.",
    "evidence_kinds": ["observation"],
    "cases": ["T1", "T2"],
    "against": ["T3"],
}


@contextmanager
def signed_in(portal: str, ref: str, role: Role, name: str) -> Iterator[Driver]:
    """Sign somebody new in who has a role in an inspection, or in the programme."""
    with transaction() as session:
        person = add_person(session, Entered(name, address=f"{name.split()[0].lower()}@example.com"), by="test")
        inspection = None if role is Role.MANAGER else ref
        give_role(session, person, role, by="test", from_day=date(2020, 1, 1), inspection=inspection)
        secret = begin(session, person, SignInWay.OWN_LINK)
    with Driver(portal) as driver:
        driver.http.cookies.set(COOKIE, secret)
        yield driver


@contextmanager
def assurer_of(portal: str, ref: str) -> Iterator[Driver]:
    """Sign the quality assurer of an inspection in."""
    with transaction() as session:
        secret = begin(session, members(session, ref, Role.ASSURER)[0][1], SignInWay.OWN_LINK)
    with Driver(portal) as driver:
        driver.http.cookies.set(COOKIE, secret)
        yield driver


def recorded(driver: Driver, ref: str) -> str:
    """Record a finding by its form, and return its id."""
    page = f"/inspections/{ref}/findings/new"
    answer = driver.http.post(page, data={"csrf": driver.token(page), **FINDING})
    assert answer.status_code == 200, answer.text
    return "F01"


def passed(portal: str, ref: str, inspector: Driver) -> None:
    """Have a finding of the lead inspector reviewed by a second inspector, and moderated and agreed by a manager."""
    recorded(inspector, ref)
    page = f"/inspections/{ref}/findings/F01"
    with signed_in(portal, ref, Role.INSPECTOR, "Bea Second") as second:
        assert second.post(f"{page}/review", page=f"{page}/standing", seen="1", outcome="reviewed").status_code == 200
    with signed_in(portal, ref, Role.MANAGER, "Mia Manager") as manager:
        for outcome in ("moderated", "agreed"):
            answer = manager.post(f"{page}/moderate", page=f"{page}/standing", seen="1", outcome=outcome)
            assert answer.status_code == 200, answer.text
