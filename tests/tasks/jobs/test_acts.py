"""L11: each act that needs two people sometimes, by its values: later days, closing returns, late evaluations."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.england import ENGLAND
from models.lifecycle import EVALUATIONS_LATE, RequestState, Stage
from models.tables import Proposal, Request
from tasks.ground.database import transaction
from tasks.inspection.rehearsal_clock import set_clock
from tasks.jobs.chase import chase
from tasks.jobs.second_person import confirm, take, waiting
from tasks.ledger.audit import chain
from tasks.ledger.moves import move_request
from tasks.ledger.rows import ReturnRefusedError, locked
from tasks.returns.closing import close_if_complete, refusal_of
from tasks.sampling.newer_cohorts import CohortRefusedError
from tests.tasks.steps import checked, moved_to, notices, request, send, stage

pytestmark = pytest.mark.parts

FIRST, SECOND = "programme manager: P-AAAAAAAA", "lead inspector: P-BBBBBBBB"


LONG_AFTER = {"extend-request": date(2025, 4, 2), "promise-return": date(2025, 4, 2)}
SOON = {"extend-request": date(2025, 2, 28), "promise-return": date(2025, 3, 4)}


def later_day(ref: str, act: str, until: date, code: str = "pol-1") -> dict[str, Any]:
    """Return what a later day for a return needs."""
    reason = "EMERGENCY" if act == "extend-request" else "system_outage"
    agency = {} if act == "extend-request" else {"agency": request(ref, code).agency_id}
    return {"request": f"{ref}-{code}", "until": until.isoformat(), "reason": reason, **agency}


@pytest.mark.parametrize("act", sorted(LONG_AFTER))
def test_l11_a_day_that_is_too_late_is_given_by_two_and_a_near_one_by_one(reading: str, act: str) -> None:
    before = request(reading, "pol-1")
    asked = take(act, later_day(reading, act, LONG_AFTER[act]), by=FIRST)
    assert asked.proposal
    after = request(reading, "pol-1")
    assert (after.due_at, after.late_until) == (before.due_at, before.late_until)
    confirm(asked.proposal, yes=True, by=SECOND)
    after = request(reading, "pol-1")
    assert LONG_AFTER[act] in (after.due_at.date(), after.late_until)
    with transaction() as session:
        entries, _ = chain(session, reading)
    done = next(entry for entry in entries if entry.action in {"request.extended", "request.declared-late"})
    assert (done.actor, done.facts["second"]) == (FIRST, SECOND)
    before = request(reading, "hea-1")
    alone = take(act, later_day(reading, act, SOON[act], "hea-1"), by=FIRST)
    assert not alone.proposal
    assert request(reading, "hea-1") != before


def test_chasing_waits_for_a_long_promise_that_was_confirmed(reading: str) -> None:
    promise = take("promise-return", later_day(reading, "promise-return", date(2025, 3, 14)), by=FIRST)
    confirm(promise.proposal, yes=True, by=SECOND)
    escalated = ("POL-1", "still_overdue")
    for day, chased in ((date(2025, 3, 14), False), (date(2025, 3, 17), True)):
        set_clock(reading, datetime(day.year, day.month, day.day, 9, tzinfo=ENGLAND), by="test")
        assert (escalated in {(row.return_code, row.step) for row in chase(reading)}) is chased


def test_returns_are_closed_by_two_and_what_was_owed_is_waived_with_the_reason(reading: str) -> None:
    send(f"{reading}-pol-1", "a.csv", b"incident_ref\n1\n")
    values = {"inspection": reading, "reason": "NOT_PROVIDED"}
    with pytest.raises(ReturnRefusedError, match="POL-1 has come in and is being checked"):
        take("close-returns", values, by=FIRST)
    checked(reading)
    asked = take("close-returns", values, by=FIRST)
    with transaction() as session:
        asks = waiting(session, session.get_one(Proposal, asked.proposal)).asks
    assert asks == "Close the returns of Reading, and go on without LA-DA, POL-1, HEA-1 and PRO-1"
    assert stage(reading) == "returns_open"
    done = confirm(asked.proposal, yes=True, by=SECOND)
    assert stage(reading) == "returns_closed"
    with transaction() as session:
        entries, _ = chain(session, reading)
    waived = [entry for entry in entries if entry.facts.get("to") == "waived"]
    assert {entry.actor for entry in waived} == {FIRST}
    assert {entry.facts["reason"] for entry in waived} == {"not_provided"}
    assert all(entry.subject in done.message for entry in waived)
    with pytest.raises(ReturnRefusedError, match="not open"):
        take("close-returns", values, by=FIRST)


@pytest.mark.parametrize("at", sorted(EVALUATIONS_LATE))
def test_l12_a_late_evaluation_comes_in_by_two_people_until_the_letter_is_published(chosen: str, at: Stage) -> None:
    evaluation = next(row.id for row in _evaluations(chosen) if row.agency_id.endswith("/police"))
    values = {"request": evaluation, "reason": "LATE_EVALUATION"}
    with pytest.raises(CohortRefusedError, match="from the start of fieldwork"):
        take("admit-return", values, by=FIRST)
    line = [Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY, Stage.PRE_PUBLICATION]
    moved_to(chosen, *line[: line.index(at) + 1])
    if at == Stage.FIELDWORK:
        with pytest.raises(CohortRefusedError, match="can send this evaluation now"):
            take("admit-return", values, by=FIRST)
        return
    with transaction() as session:
        inspection, row = locked(session, evaluation)
        row.due_at = inspection.now() - timedelta(days=1)
        session.add(row)
    assert closed_for(evaluation)
    asked = take("admit-return", values, by=FIRST)
    assert closed_for(evaluation)
    confirm(asked.proposal, yes=True, by=SECOND)
    assert not closed_for(evaluation)
    assert notices(chosen, "evaluation_admitted")
    with pytest.raises(CohortRefusedError):
        take("admit-return", values, by=FIRST)
    send(evaluation, "a.csv", b"incident_ref\n1\n")
    checked(chosen)
    assert _evaluation(evaluation).state == "rejected"
    # What is rejected may be corrected; once it is settled the door is closed again.
    assert not closed_for(evaluation)
    with transaction() as session:
        inspection, row = locked(session, evaluation)
        move_request(session, row, RequestState.ACCEPTED, actor="test")
        close_if_complete(session, inspection)
    assert closed_for(evaluation)


def _evaluations(ref: str) -> list[Request]:
    with transaction() as session:
        return list(session.exec(select(Request).where(Request.inspection == ref, Request.return_code == "EVAL")))


def _evaluation(request_id: str) -> Request:
    with transaction() as session:
        return session.get_one(Request, request_id)


def closed_for(request_id: str) -> str:
    """Return why a request takes no file."""
    with transaction() as session:
        inspection, row = locked(session, request_id)
        return refusal_of(row, inspection)
