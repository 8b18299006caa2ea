"""The first page tells each role of the newest that happened, and of nothing that is not for them."""

from typing import Any

import pytest

from models.lifecycle import RequestState, Stage
from models.roles import Role
from models.states import ComplaintFrom, WrongFileReason
from models.tables import Complaint, Correction, Inspection, Request, Statement, WrongFile
from models.tables.base import utc_now
from portal.people.happened import MOST, happened
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.moves import move_request
from tasks.people.access import Door
from tests.portal.driving import Driver, words
from tests.tasks.counting import statements

pytestmark = pytest.mark.parts


def read(ref: str, *roles: Role, agency: str = "") -> list[str]:
    """Return what somebody reads whose roles are all in one inspection, or in the programme."""
    with transaction() as session:
        doors = [Door("m", role, "" if role in {Role.MANAGER, Role.OVERSIGHT} else ref, agency) for role in roles]
        # Some agencies declared that they have nothing before this began.
        return [each.words for each in happened(session, doors, [ref]) if "nil declared" not in each.words]


@pytest.fixture
def busy(reading: str) -> str:
    """Let a return be accepted and another be rejected, and decisions of two kinds be answered."""
    with transaction() as session:
        for name, steps in (
            ("pol-1", (RequestState.RECEIVED, RequestState.VALIDATING, RequestState.ACCEPTED)),
            ("hea-1", (RequestState.RECEIVED, RequestState.VALIDATING, RequestState.REJECTED)),
        ):
            request = session.get_one(Request, f"{reading}-{name}")
            for state in steps:
                move_request(session, request, state, actor="system")
        for act, answer in (("decide-sample", "confirmed"), ("end-inspection", "refused"), ("publish", "lapsed")):
            facts = {"proposal": "D-1", "act": act, "asked_by": "x"}
            audit.append(session, reading, actor="x", action=f"decision.{answer}", subject=reading, facts=facts)
        own: dict[str, Any] = {"agency_id": f"{reading}/police", "text_key": "k", "made_at": utc_now()}
        session.add(Correction(id="K-1", inspection=reading, **own))
        session.flush()
        audit.append(session, reading, actor="x", action="accuracy.decided", subject="K-1", facts={"outcome": "no"})
        audit.append(session, reading, actor="x", action="comments.read", subject=reading)
    return reading


DECISIONS = [
    "Publish: lapsed, as no second person answered",
    "End inspection: refused by a second person",
    "Decide sample: confirmed by a second person",
]
OPENED = "It moved on from announced to returns open"


def test_each_role_reads_what_concerns_it_newest_first(busy: str) -> None:
    accepted = "POL-1 of Thames Valley Police: accepted"
    assert read(busy, Role.MANAGER)[:4] == [*DECISIONS, accepted]
    # Who may not end an inspection is not told of what was asked about that.
    assert read(busy, Role.LEAD)[:3] == [DECISIONS[0], DECISIONS[2], accepted]
    for role in (Role.INSPECTOR, Role.ASSURER, Role.OVERSIGHT, Role.PROTECTION):
        assert read(busy, role)[:1] == [accepted], role
    reply = "A comment of Thames Valley Police on the draft letter has its reply"
    assert read(busy, Role.OFFICER, agency=f"{busy}/police")[:3] == [reply, accepted, OPENED]
    (rejected, opened, *_) = read(busy, Role.OFFICER, agency=f"{busy}/health")
    assert (rejected.partition(": ")[2], opened) == ("rejected", OPENED)
    for role in (Role.NAMED, Role.DIRECTOR):
        assert read(busy, role, agency=f"{busy}/police") == []
    with transaction() as session:
        assert happened(session, [], [busy]) == []
        # Another inspection's people read nothing of this one.
        assert (
            happened(session, [Door("m", Role.LEAD, "other"), Door("m", Role.OFFICER, "other", "other/police")], [])
            == []
        )


WRONG: dict[str, Any] = {"subject": "v1", "name": "POL-1", "sha256": "0" * 64, "put_aside_by": "x"}
WRONG |= {"reason": WrongFileReason.OTHER_AREA}
COMPLAINT: dict[str, Any] = {"came_from": ComplaintFrom.AGENCY, "letter_version": 1, "text_key": "k"}
COMPLAINT |= {"received_on": utc_now().date(), "text_sha256": "0" * 64, "recorded_by": "x", "recorded_at": utc_now()}
TO_THE_AGENCY: dict[str, tuple[tuple[str, dict[str, Any]], str]] = {
    "request.extended": (
        ("{ref}-pol-1", {"to": "2030-01-07T17:00:00+00:00"}),
        "POL-1 of {agency} has more time, until",
    ),
    "rule.waived": (("{ref}-pol-1", {"rule": "POL-1.x"}), "A rule does not hold for POL-1 of {agency} any more"),
    "documents.asked": (("{ref}/police", {"items": ["1.2", "1.3"]}), "2 documents asked of {agency}"),
    "sampled-list.released": (
        ("{ref}/police", {"version": 2}),
        "Version 2 of the list of the wider sample was given to",
    ),
    "statement.determined": (("{ref}", {"needed": True}), "A written statement is needed"),
    "plan.sent": (("{ref}/plan/1", {}), "A version of the plan was sent"),
    "plan.reviewed": (("{ref}/plan/1", {"outcome": "adequate"}), "A version of the plan was reviewed: it is adequate"),
    "plan.progress-asked": (("{ref}/plan-progress/1", {"actions": 2}), "Progress on the plan is asked for"),
    "plan.closed": (("{ref}", {"end": "all_done"}), "The plan was closed"),
    "complaint.decided": (("C-1", {"outcome": "upheld"}), "A complaint of {agency} was decided: upheld"),
    "file.put-aside": (("W-1", {}), "A file of {agency} was put aside, because it was sent in error"),
    "file.released": (("W-1", {}), "A file of {agency} that was put aside can be opened again"),
}
"""What people of the police read of an entry about them, whose the statement and plan are here: subject and facts."""


@pytest.mark.parametrize("action", list(TO_THE_AGENCY))
def test_an_agency_reads_what_concerns_it_and_no_other_agency_does(reading: str, action: str) -> None:
    (subject, facts), sentence = TO_THE_AGENCY[action]
    with transaction() as session:
        own: dict[str, Any] = {"inspection": reading, "agency_id": f"{reading}/police"}
        session.add(Complaint(id="C-1", **own, **COMPLAINT))
        session.add(WrongFile(id="W-1", **own, **WRONG))
        of_plan: dict[str, Any] = {"needed": True, "principal_authority": "P", "due_at": utc_now()}
        session.add(Statement(inspection=reading, authority_agency=f"{reading}/police", **of_plan))
        session.flush()
        audit.append(session, reading, actor="x", action=action, subject=subject.format(ref=reading), facts=facts)
    newest = read(reading, Role.OFFICER, agency=f"{reading}/police")[0]
    assert newest.startswith(sentence.format(agency="Thames Valley Police"))
    assert newest not in read(reading, Role.OFFICER, agency=f"{reading}/health")


def test_so_many_stand_there_and_one_query_brings_them(busy: str) -> None:
    with transaction() as session:
        for _ in range(2 * MOST):
            facts = {"from": "fieldwork", "to": "findings_drafting"}
            audit.append(session, busy, actor="x", action="stage.moved", subject=busy, facts=facts)
    doors = [Door("m", Role.MANAGER), Door("m", Role.OFFICER, busy, f"{busy}/police"), Door("m", Role.LEAD, busy)]
    with transaction() as session, statements(session) as sent:
        assert len(happened(session, doors, [busy, "slough"])) == MOST
    assert len(sent) == 1


def test_the_page_shows_it_with_its_moment(police: Driver, inspector: Driver, busy: str) -> None:
    for driver in (police, inspector):
        shown = words(driver.get("/home"))
        assert "What happened of late" in shown
        assert "POL-1 of Thames Valley Police: accepted." in shown
        assert "These are the times of the real one." in shown
    assert f'href="/inspections/{busy}">Reading</a>. POL-1' in inspector.get("/home").text
    with transaction() as session:
        session.get_one(Inspection, busy).stage = Stage.DEFERRED
    assert "What happened of late" in words(police.get("/home"))
