"""The manager's desk as its reader sees it: every inspection, what waits there, and the same as a file."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlmodel import col, select

from models.decisions import FORMS
from models.lifecycle import Stage
from models.roles import AGENCY_ROLES, ORGANISATION_ROLES, PROGRAMME_ROLES, Act, Role, may
from models.settings import settings
from models.states import SignInWay
from models.tables import Agency, Inspection, Person, Request
from models.tables.base import utc_now
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.jobs.second_person import take
from tasks.people.access import Door
from tasks.people.persons import Entered, add_person, give_role
from tasks.people.sessions import SignedIn, begin
from tasks.people.two_people import propose
from tasks.watch.desk import desk
from tests.portal.driving import Driver, words
from tests.portal.people.test_register import manager_of

pytestmark = pytest.mark.parts


@pytest.fixture
def manager(portal: str, reading: str) -> Iterator[Driver]:  # noqa: ARG001 - there is an inspection
    """Return a programme manager who is signed in."""
    with manager_of(portal) as driver:
        yield driver


def test_the_desk_shows_each_inspection_and_what_waits(manager: Driver, reading: str) -> None:
    take("waive-request", {"request": f"{reading}-pro-1", "reason": "EMERGENCY"}, by="programme manager: P-AAAAAAAA")
    shown = manager.get("/desk")
    assert shown.status_code == 200
    assert f'href="/inspections/{reading}"' in shown.text
    assert "1 decision for you" in words(shown)
    # Each thing that waits is an item of its own, and does not run into the next.
    assert ">1 decision for you</a></li>" in shown.text
    assert "Alex Lee" in words(shown)
    assert 'href="/desk"' in manager.get("/home").text


def test_what_a_reader_asked_for_or_may_not_answer_does_not_wait_for_them(manager: Driver, reading: str) -> None:
    with transaction() as session:
        own = session.exec(select(Person.id).where(Person.name == "Mia Manager")).one()
    take("waive-request", {"request": f"{reading}-pro-1", "reason": "EMERGENCY"}, by=f"programme manager: {own}")
    for page in ("/desk", "/home"):
        assert "decision for you" not in words(manager.get(page))
        assert "Confirm or refuse it" not in words(manager.get(page))
    reader = SignedIn("s", "P-BBBBBBBB", "", True, "", utc_now(), (Door("m", Role.MANAGER),))
    overseer = replace(reader, doors=(Door("m", Role.OVERSIGHT),))
    with transaction() as session:
        counted = [desk(session, reader=each)[0].decisions for each in (None, reader, overseer)]
    assert counted == [1, 1, 0]


def test_a_sample_waits_for_those_who_may_approve_it_until_a_second_person_is_asked(
    manager: Driver, reading: str
) -> None:
    with transaction() as session:
        session.get_one(Inspection, reading).stage = Stage.SAMPLE_PROPOSED
    assert "A sample for you to approve" in words(manager.get("/desk"))
    assert "The sample waits for approval" in words(manager.get("/home"))
    overseer = SignedIn("s", "P-BBBBBBBB", "", True, "", utc_now(), (Door("m", Role.OVERSIGHT),))
    with transaction() as session:
        assert [desk(session, reader=each)[0].samples for each in (None, overseer)] == [1, 0]
        values = {"inspection": reading, "decision": "approve", "child": "", "reason": "satisfied"}
        propose(session, reading, "decide-sample", reading, values, by="lead_inspector: P-AAAAAAAA")
    assert "A sample for you" not in words(manager.get("/desk"))
    assert "1 decision for you" in words(manager.get("/desk"))
    with transaction() as session:
        assert desk(session)[0].samples == 0


def test_the_desk_is_narrowed_by_stage_and_theme(manager: Driver, reading: str) -> None:
    here = f'href="/inspections/{reading}"'
    assert here in manager.post("/desk", page="/desk", only__stage="Returns open", words="reading").text
    nothing = manager.post("/desk", page="/desk", words="Slough")
    assert here not in nothing.text
    assert "0 of 1 inspection" in words(nothing)


def test_the_desk_counts_returns_by_agency_of_the_real_inspections_that_are_shown(
    manager: Driver, reading: str
) -> None:
    assert "None of them has asked an agency for a return or a document." in words(manager.get("/desk"))
    with transaction() as session:
        session.get_one(Inspection, reading).rehearsal = False
        owing = select(Agency.name).join(Request, col(Request.agency_id) == Agency.id).distinct()
        names = session.exec(owing).all()
    shown = words(manager.get("/desk"))
    # One name may stand within another's, such as the council's in that of its education service.
    within = {name: sum(other.count(name) for other in names) for name in names}
    assert [name for name in names if shown.count(name) != within[name]] == []
    assert "None of them has asked" in words(manager.post("/desk", page="/desk", words="Slough"))
    page = "/desk/agencies"
    assert f'href="{page}"' in manager.get("/desk").text
    assert "Thames Valley Police" in words(manager.post(page, only__kind="Police"))
    assert "No agency matches." in words(manager.post(page, words="no such agency"))
    table = manager.post(page, download="csv", by="name").text.splitlines()
    assert len(table) == 1 + len(names)


def test_of_many_agencies_the_first_stand_on_the_desk_and_the_others_are_opened(
    manager: Driver, reading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        session.get_one(Inspection, reading).rehearsal = False
    assert "other agenc" not in words(manager.get("/desk"))
    monkeypatch.setattr("portal.team.desk._AGENCIES", 2)
    first, _, others = manager.get("/desk").text.partition("other agencies")
    assert (first.count('data-label="Documents owed"'), others.count('data-label="Documents owed"') > 1) == (3, True)


@pytest.mark.parametrize("extension", ["csv", "xlsx", "ods"])
def test_the_desk_as_a_file_has_what_is_wanted(manager: Driver, reading: str, extension: str) -> None:
    answer = manager.post("/desk", page="/desk", words="Reading", download=extension)
    assert f"all-inspections.{extension}" in answer.headers["content-disposition"]
    if extension == "csv":
        (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
        assert reading in row.values()
    empty = manager.post("/desk", page="/desk", words="Slough", download="csv")
    assert list(csv.DictReader(io.StringIO(empty.text.removeprefix("\ufeff")))) == []


def test_each_decision_is_in_one_place(manager: Driver, reading: str) -> None:
    take("waive-request", {"request": f"{reading}-pro-1", "reason": "EMERGENCY"}, by="programme manager: P-AAAAAAAA")
    page = "/desk/decisions"
    assert 'href="/desk/decisions"' in manager.get("/desk").text
    assert "Waits for a second person" in words(manager.get(page))
    assert "0 of 1 decision" in words(manager.post(page, page=page, words="nobody has this"))


@pytest.mark.parametrize("role", [role for role in Role if role not in AGENCY_ROLES | ORGANISATION_ROLES])
def test_l12_a_page_leads_into_prefect_whom_the_gate_lets_in_and_to_forms_that_they_may_start(
    portal: str, reading: str, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    monkeypatch.setattr(settings(), "prefect_url", "https://prefect.example")
    ref = None if role in PROGRAMME_ROLES else reading
    with transaction() as session:
        who = add_person(session, Entered("A Reader", "reader", "reader@example.org"), by="test")
        give_role(session, who, role, by="test", from_day=utc_now().date(), inspection=ref)
        secret = begin(session, who, SignInWay.OWN_LINK)
    with Driver(portal) as driver:
        driver.http.cookies.set(COOKIE, secret)
        answers = [driver.get(path) for path in ("/home", "/desk", "/desk/decisions", f"/inspections/{reading}")]
    shown = "".join(answer.text for answer in answers if answer.is_success)
    links = set(re.findall(r'href="https://prefect\.example([^"?]*)', shown))
    assert not links or may(role, Act.WATCH_RUNS)
    forms = {link.removeprefix("/forms/") for link in links if link.startswith("/forms/")}
    assert {form for form in forms if not may(role, FORMS[form])} == set()
    assert ("and the forms of this inspection" in shown) <= bool(forms)
    assert bool(links) == (role in {Role.MANAGER, Role.LEAD, Role.OVERSIGHT, Role.OPERATOR})
