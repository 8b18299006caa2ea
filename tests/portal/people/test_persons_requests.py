"""The register of persons' requests on the portal: the data protection officer alone, each opening recorded."""

from typing import Any

import pytest
from sqlmodel import col, select

from models.roles import Role
from models.states import SignInWay
from models.tables import AuditEntry, Inspection, PersonsCopy, PersonsCorrection, PersonsRequest, PersonsRestriction
from portal.app import app
from portal.pages.forms import COOKIE as BROWSER
from portal.pages.session import COOKIE
from portal.pages.signing import signer
from tasks.ground.database import transaction
from tasks.people.persons import PROGRAMME, Entered, add_person, give_role
from tasks.people.sessions import begin
from tasks.persons_requests.recording import today
from tests.portal.pages.made_up import TestClient
from tests.tasks.conftest import area
from tests.tasks.persons_requests.test_searching import number_in
from tests.tasks.retention.test_pages import Visitor, decision
from tests.tasks.wrong_files.conftest import good, sent, wrong

pytestmark = pytest.mark.parts
__all__ = ["area", "good", "sent", "wrong"]
PAGE = "/oversight/requests"
NAME = "Ottoline Quizzlebury"


def form(**changes: str) -> dict[str, Any]:
    day = today()
    received = {"received-day": day.day, "received-month": day.month, "received-year": day.year}
    return {"kind": "access", "asked_by": "self", "who": NAME, "sought-nhs": "943 476 5919", **received, **changes}


def recorded(officer: Visitor, **changes: str) -> str:
    officer.post(PAGE, **form(**changes))
    with transaction() as session:
        return session.exec(select(PersonsRequest.id).order_by(PersonsRequest.recorded_at.desc())).first() or ""  # type: ignore[attr-defined]


@pytest.fixture
def officer(ledger: None) -> Visitor:  # noqa: ARG001 - there is a ledger
    """Return the data protection officer at a browser."""
    return Visitor(Role.PROTECTION, "Dana Protects")


def test_a_request_is_recorded_confirmed_extended_and_closed_on_its_pages(officer: Visitor) -> None:
    assert "none is open" in officer.get("/oversight")
    assert "No request is recorded." in officer.get(PAGE)
    said = officer.post(PAGE, status=422, who=NAME, **{"sought-nhs": "9434765918"})
    for sentence in (
        "Choose what the person asks for.",
        "Choose who asks.",
        "Enter the day on which",
        "Enter 10 digits",
    ):
        assert sentence in said
    # What was typed stays on the page, so that nobody types it again.
    assert NAME in said
    identity = recorded(officer)
    one = f"{PAGE}/{identity}"
    shown = officer.get(one)
    for sentence in (NAME, "9434765919", "Not yet. Nothing is sought", "1 month after"):
        assert sentence in shown
    assert "1 open, the first due in" in officer.get("/oversight")
    assert NAME not in officer.get(PAGE)
    assert "Confirm that first" in officer.post(one, status=422, act="close", outcome="answered")
    officer.post(one, act="identity", identity="known")
    assert "I know the person" in officer.get(one)
    assert "Enter the day on which the person was told" in officer.post(
        one, status=422, act="extend", extension="complex"
    )
    day = today()
    told = {"told-day": day.day, "told-month": day.month, "told-year": day.year}
    officer.post(one, act="extend", extension="complex", **told)
    assert "3 months after" in officer.get(one)
    corrected: dict[str, Any] = {"act": "who", "who": "Ottoline Q", "sought-crn": "X123456"}
    officer.post(one, **corrected)
    assert "X123456" in officer.get(one)
    officer.post(one, act="close", outcome="answered")
    shown = officer.get(one)
    assert "Close the request" not in shown
    assert "Closed" in officer.get(PAGE)
    recorded(officer, kind="correction")
    assert "1 of 2 requests." in officer.post(f"{PAGE}/list", status=200, **{"only-state": "Closed"})
    assert "No request matches." in officer.post(f"{PAGE}/list", status=200, words=NAME)
    table = officer.post(f"{PAGE}/list", status=200, download="csv", by="kind", falling="true").splitlines()
    assert (len(table), "Correction" in table[1], NAME in "".join(table)) == (3, True, False)


def test_l6_each_opening_of_a_request_is_recorded_and_its_name_is_nowhere_else(officer: Visitor) -> None:
    identity = recorded(officer)
    officer.get(f"{PAGE}/{identity}")
    with transaction() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.inspection == PROGRAMME)).all()
    (read,) = [entry for entry in entries if entry.action == "persons-request.read"]
    assert (read.subject, read.facts["reason"]) == (identity, "access")
    assert read.actor.startswith("data protection officer: P-")
    assert not any(NAME in str(entry.model_dump()) for entry in entries)


def test_nobody_else_comes_in_and_what_does_not_exist_is_not_found(officer: Visitor) -> None:
    identity = recorded(officer)
    manager = Visitor(Role.MANAGER, "Maud Manages")
    manager.get(PAGE, status=404)
    manager.get(f"{PAGE}/{identity}", status=404)
    manager.post(f"{PAGE}/{identity}", status=404, act="close", outcome="withdrawn")
    officer.get(f"{PAGE}/S-00000000", status=404)
    officer.post(f"{PAGE}/S-00000000", status=404, act="close", outcome="withdrawn")
    officer.post(f"{PAGE}/{identity}", status=404, act="x")


def test_a_person_is_searched_for_and_places_are_added_on_the_page(sent: str, good: bytes) -> None:
    officer = Visitor(Role.PROTECTION, "Dana Protects")
    number, row = number_in(good)
    one = f"{PAGE}/{recorded(officer, **{'sought-nhs': number})}"
    assert "Search by number" not in officer.get(one)
    assert "Confirm that first" in officer.post(one, status=422, act="search")
    officer.post(one, act="identity", identity="known")
    assert "1 inspection is still to be searched." in officer.get(one)
    officer.post(one, act="search")
    shown = officer.get(one)
    for sentence in ("No inspection is left to search.", "POL-1, version 1", f"POL-1, row {row}", "By NHS number"):
        assert sentence in shown
    said = officer.post(one, status=422, act="place", version=sent, row="many")
    assert "Enter the number of a row" in said
    officer.post(one, act="place", version=sent, row=str(5 if row != 5 else 6))
    assert "Entered by a person" in officer.get(one)


def at_agency(agency: str) -> Visitor:
    """Return an officer of an agency at a browser."""
    visitor = Visitor.__new__(Visitor)
    with transaction() as session:
        ref, kind = agency.split("/")
        person = add_person(session, Entered("Olly Sends", "", f"olly@{kind}.jtai-area.uk", "", None), by="test")
        day = session.get_one(Inspection, ref).today()
        give_role(session, person, Role.OFFICER, by="test", from_day=day, inspection=ref, agency_id=agency)
        secret = begin(session, person, SignInWay.OWN_LINK)
    visitor.client, visitor.csrf = TestClient(app), signer("form").get_signature(f"a\n{secret}").decode()
    visitor.client.cookies.set(BROWSER, "a")
    visitor.client.cookies.set(COOKIE, secret)
    return visitor


def test_l12_a_correction_is_asked_of_an_agency_answered_by_it_and_seen_by_the_officer(
    area: str, sent: str, good: bytes
) -> None:
    officer, police = Visitor(Role.PROTECTION, "Dana Protects"), at_agency(f"{area}/police")
    one = f"{PAGE}/{recorded(officer, kind='correction', **{'sought-nhs': number_in(good)[0]})}"
    officer.post(one, act="identity", identity="known")
    officer.post(one, act="search")
    assert "No agency is asked yet." in officer.get(one)
    assert "Enter what is wrong and what is right" in officer.post(one, status=422, act="correct", correct=sent)
    officer.post(one, act="correct", correct=sent, wrong="It was a Tuesday.")
    assert "It is not answered yet." in officer.get(one)
    with transaction() as session:
        row = session.exec(select(PersonsCorrection)).one()
    own = f"/corrections/{row.id}"
    assert f'href="{own}"' in police.get("/")
    shown = police.get(own)
    for sentence in ("It was a Tuesday.", "POL-1, version 2", "Waits for your answer"):
        assert sentence in shown
    assert NAME not in shown
    other = at_agency(f"{area}/probation")
    other.get(own, status=404)
    other.post(own, status=404, outcome="own_records")
    assert "Choose what became of it." in police.post(own, status=422)
    assert "Choose why it is not corrected." in police.post(own, status=422, outcome="refused")
    assert "has not answered yet" in officer.post(one, status=422, act="close", outcome="answered")
    police.post(own, outcome="refused", refusal="opinion")
    assert "is recorded as one" in police.get(own)
    assert f'href="{own}"' not in police.get("/")
    shown = officer.get(one)
    assert "not corrected: it is a professional&#39;s opinion" in shown
    stated: dict[str, Any] = {"act": "statement", "correction": row.id}
    assert "Enter what the person says of it" in officer.post(one, status=422, **stated)
    officer.post(one, **stated, statement="It was a Tuesday, she says.")
    assert "statement stands next to the rows since" in officer.get(one)
    officer.post(one, act="close", outcome="answered")
    with transaction() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.subject == row.id)).all()
    assert [entry.action.rpartition(".")[2] for entry in sorted(entries, key=lambda entry: entry.number)] == [
        *("asked", "read", "read", "read", "answered", "read", "stated"),
    ]
    assert not any("Tuesday" in str(entry.model_dump()) for entry in entries)


def test_the_officer_records_what_an_agency_answered_in_writing(sent: str, good: bytes) -> None:
    officer = Visitor(Role.PROTECTION, "Dana Protects")
    one = f"{PAGE}/{recorded(officer, kind='correction', **{'sought-nhs': number_in(good)[0]})}"
    officer.post(one, act="identity", identity="known")
    officer.post(one, act="search")
    officer.post(one, act="correct", correct=sent, wrong="It was a Tuesday.")
    with transaction() as session:
        row = session.exec(select(PersonsCorrection)).one()
    answer: dict[str, Any] = {"act": "answer", "correction": row.id, "outcome": "own_records"}
    other = f"{PAGE}/{recorded(officer, kind='correction')}"
    assert "There is no such correction" in officer.post(other, status=422, **answer)
    officer.post(one, **answer)
    assert "corrected in our own records" in officer.get(one)


def test_what_a_parent_asks_for_says_the_danger(officer: Visitor) -> None:
    assert "parent who was violent" in officer.get(f"{PAGE}/{recorded(officer, asked_by='parent')}")


def test_l11_a_copy_is_made_read_and_released_by_two_and_each_opening_is_recorded(
    area: str, sent: str, good: bytes
) -> None:
    officer, manager = Visitor(Role.PROTECTION, "Dana Protects"), Visitor(Role.MANAGER, "Maud Manages")
    assert sent
    one = f"{PAGE}/{recorded(officer, **{'sought-nhs': number_in(good)[0]})}"
    officer.post(one, act="identity", identity="known")
    officer.post(one, act="search")
    officer.post(one, act="copy", inspection=area)
    with transaction() as session:
        copy = session.exec(select(PersonsCopy)).one()
    page = f"{one}/copies/{copy.id}"
    assert "[Left out: about another person]" in officer.get(page)
    officer.get(f"{page}/copy.xlsx", status=404)
    officer.get(f"{page}/copy.pdf", status=404)
    manager.get(page, status=404)
    officer.get(f"{PAGE}/S-00000000/copies/{copy.id}", status=404)
    officer.get(f"{one}/copies/C-00000000", status=404)
    officer.post(one, act="release", copy=copy.id)
    waits = f"/decisions/{decision()}"
    officer.post(waits, status=422, answer="confirm")
    # What is confirmed is this file and no other.
    assert copy.sha256 in manager.get(waits)
    manager.post(waits, answer="confirm")
    assert "Download it" in officer.get(one)
    officer.get(f"{page}/copy.xlsx")
    assert officer.get(f"{page}/copy.pdf").startswith("%PDF-")
    with transaction() as session:
        read = select(AuditEntry).where(AuditEntry.action == "persons-copy.read")
        entries = session.exec(read.order_by(col(AuditEntry.number))).all()
    assert [(entry.subject, entry.facts["kind"]) for entry in entries] == [
        *((copy.id, "json"), (copy.id, "xlsx"), (copy.id, "pdf"))
    ]


@pytest.mark.usefixtures("sent")
def test_a_restriction_is_asked_for_confirmed_and_lifted_on_the_pages(area: str, good: bytes) -> None:
    officer, manager = Visitor(Role.PROTECTION, "Dana Protects"), Visitor(Role.MANAGER, "Maud Manages")
    number, _ = number_in(good)
    one = f"{PAGE}/{recorded(officer, kind='restriction', **{'sought-nhs': number})}"
    officer.post(one, act="identity", identity="known")
    assert "Ask a manager to restrict it" not in officer.get(one)
    officer.post(one, act="search")
    shown = officer.get(one)
    assert "Nothing is restricted yet." in shown
    # What `restricting` does: rows that a cohort links to the person are covered, too.
    assert "found by number, and those that a cohort links to them." in shown
    later: dict[str, Any] = {"until-day": "14", "until-month": "5", "until-year": str(today().year + 1)}
    assert "Choose the ground." in officer.post(one, status=422, act="restrict", restrict=area, **later)
    asked_for: dict[str, Any] = {"act": "restrict", "restrict": area, "ground": "accuracy"}
    assert "Enter the day by which" in officer.post(one, status=422, **asked_for)
    assert "in which the person was found" in officer.post(one, status=422, **{**asked_for, **later, "restrict": "x"})
    officer.post(one, **asked_for, **later)
    # Nothing is restricted by one person alone.
    assert "Nothing is restricted yet." in officer.get(one)
    waits = f"/decisions/{decision()}"
    assert "Restrict the use of the rows of the person of the request" in manager.get(waits)
    officer.post(waits, status=422, answer="confirm")
    manager.post(waits, answer="confirm")
    shown = officer.get(one)
    with transaction() as session:
        row = session.exec(select(PersonsRestriction)).one()
    for sentence in (row.id, "In force", "Dana Protects asked, and Maud Manages confirmed", "Nobody has opened"):
        assert sentence in shown
    officer.post(one, act="close", outcome="answered")
    lift: dict[str, Any] = {"act": "lift", "restriction": row.id}
    assert "Choose why it ends." in officer.post(one, status=422, **lift)
    assert "Enter the day on which the person was told" in officer.post(one, status=422, **lift, why="accurate")
    assert "no such restriction" in officer.post(one, status=422, act="lift", restriction="L-00000000", why="accurate")
    day = today()
    told = {"lift-told-day": day.day, "lift-told-month": day.month, "lift-told-year": day.year}
    officer.post(one, **lift, why="accurate", **told)
    waits = f"/decisions/{decision()}"
    assert f"Lift the restriction {row.id}" in manager.get(waits)
    manager.post(waits, answer="confirm")
    shown = officer.get(one)
    assert "Lifted" in shown
    assert "It was checked, and it is accurate" in shown
