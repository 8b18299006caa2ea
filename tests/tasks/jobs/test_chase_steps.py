"""After fieldwork deadlines act as well: draft, comments, publication, statement and evaluations that are missing."""

from datetime import datetime, time, timedelta

import pytest

from models.england import ENGLAND
from models.lifecycle import RequestState, Stage
from models.tables import Agency, Correction, Inspection, Notice, Request, Statement
from models.tables.base import utc_now
from models.timetable import add_working_days
from tasks.ground.database import transaction
from tasks.inspection.days import day_of
from tasks.inspection.rehearsal_clock import set_clock
from tasks.jobs.chase import chase
from tasks.jobs.chase_steps import OWED_STEPS, OwedStep
from tasks.people.notices import words_of
from tests.tasks.steps import notices, request

STEP_KINDS = ("step_reminder", "step_overdue", "comments_reminder", "statement_reminder")


def at(ref: str, stage: Stage, step: str, working_days: int) -> list[Notice]:
    """Set stage and clock, at nine some working days from a step; chase twice and return what is new."""
    with transaction() as session:
        session.get_one(Inspection, ref).stage = stage
        day = add_working_days(day_of(session, ref, step), working_days)
    before = {row.id for row in notices(ref, *STEP_KINDS)}
    set_clock(ref, datetime.combine(day, time(9), ENGLAND), by="test")
    for _ in range(2):
        chase(ref)
    return [row for row in notices(ref, *STEP_KINDS) if row.id not in before]


def kinds(rows: list[Notice]) -> set[str]:
    return {row.kind for row in rows}


@pytest.mark.parametrize("owed", OWED_STEPS, ids=lambda owed: owed.step)
def test_a_step_is_reminded_of_the_working_day_before_and_chased_after_it(area: str, owed: OwedStep) -> None:
    assert at(area, owed.stage, owed.step, -2) == []
    reminded = at(area, owed.stage, owed.step, -1)
    assert kinds(reminded) - {"comments_reminder"} == {"step_reminder"}
    assert {row.facts["what"] for row in reminded if row.kind == "step_reminder"} == {owed.what}
    assert at(area, owed.stage, owed.step, 0) == []
    late = at(area, owed.stage, owed.step, 1)
    assert kinds(late) == {"step_overdue"}
    # The lead inspector, and by the theme's ladder the manager.
    with transaction() as session:
        names = {row.to_name for row in late}
        bodies = {words_of(session, row).body.split(" Sign in")[0] for row in late}
    assert len(names) == 2
    assert {body.split(" was due")[0] for body in bodies} == {owed.what}
    assert at(area, owed.stage, owed.step, 2) == []


def test_nobody_is_chased_for_a_step_that_was_taken(area: str) -> None:
    for owed in OWED_STEPS:
        assert at(area, Stage.STATEMENT_RECEIVED, owed.step, 1) == []


def test_agencies_are_reminded_to_comment_but_those_that_did_and_nobody_is_overdue_with_it(area: str) -> None:
    with transaction() as session:
        session.add(Correction(id="c1", inspection=area, agency_id=f"{area}/police", text_key="k", made_at=utc_now()))
    rows = at(area, Stage.FACTUAL_ACCURACY, "factual_accuracy_due", -1)
    with transaction() as session:
        agencies = {row.id for row in session.query(Agency).filter_by(inspection=area)}
        body = words_of(session, rows[0]).body
    assert {row.agency_id for row in rows} == agencies - {f"{area}/police"}
    assert "If every fact in it is right, there is nothing to send." in body
    late = at(area, Stage.FACTUAL_ACCURACY, "factual_accuracy_due", 1)
    assert {(row.kind, row.agency_id, row.facts["waiting"]) for row in late} == {("step_overdue", None, 1)}
    with transaction() as session:
        assert "1 comment waits for a reply." in words_of(session, late[0]).body


def test_comments_that_are_all_decided_are_nobodys_task(area: str) -> None:
    assert at(area, Stage.FACTUAL_ACCURACY, "factual_accuracy_due", 1) == []


@pytest.mark.parametrize("received", [True, False])
def test_the_statement_is_reminded_of_at_last_and_escalated(area: str, received: bool) -> None:
    with transaction() as session:
        due = datetime.combine(day_of(session, area, "statement_due"), time(17), ENGLAND)
        session.add(
            Statement(
                inspection=area,
                needed=True,
                principal_authority="Reading Council",
                due_at=due,
                received_at=due - timedelta(days=9) if received else None,
            )
        )
    reminded = at(area, Stage.STATEMENT_DUE, "statement_due", -1)
    late = at(area, Stage.STATEMENT_DUE, "statement_due", 1)
    if received:
        assert (reminded, late) == ([], [])
        return
    assert {(row.kind, row.agency_id) for row in reminded} == {("statement_reminder", f"{area}/local_authority")}
    assert kinds(late) == {"step_overdue"}
    assert {row.facts["what"] for row in late} == {"The written statement"}


def test_an_evaluation_that_is_missing_when_fieldwork_begins_is_chased_and_can_still_be_sent(chosen: str) -> None:
    from tasks.returns.closing import refusal_of

    with transaction() as session:
        session.get_one(Inspection, chosen).stage = Stage.FIELDWORK
        day = day_of(session, chosen, "fieldwork_start")
        settled = session.get_one(Request, f"{chosen}-eval-health")
        settled.state = RequestState.ACCEPTED
    set_clock(chosen, datetime.combine(day, time(9), ENGLAND), by="test")
    steps = {(chased.return_code, chased.step) for chased in chase(chosen)} | {
        (chased.return_code, chased.step) for chased in chase(chosen)
    }
    assert ("EVAL", "still_overdue") in steps
    assert {code for code, _ in steps} == {"EVAL", "documents", "wider sample"}
    with transaction() as session:
        inspection = session.get_one(Inspection, chosen)
        assert refusal_of(request(chosen, "eval-police"), inspection) == ""
        assert "moved on to fieldwork" in refusal_of(request(chosen, "eval-health"), inspection)
        assert "moved on to fieldwork" in refusal_of(request(chosen, "pol-1"), inspection)
