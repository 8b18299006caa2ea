"""Endings: everybody is told, doors shut, and a pause ends where it began with its dates moved."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from models.england import ENGLAND
from models.lifecycle import IllegalMoveError, Stage
from models.tables import Agency, Inspection, Notice, Request, TimetableStep
from models.timetable import working_days_between
from tasks.ground.database import transaction
from tasks.inspection.ending import Ending, EndReason, end, later
from tasks.inspection.rehearsal_clock import set_clock
from tasks.ledger.audit import chain
from tasks.ledger.rows import inspection_of
from tasks.returns.closing import refusal_of
from tasks.returns.declarations import declare_nil
from tests.portal.driving import moved_to
from tests.tasks.steps import checked, notices, request, send

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(DAYS, DAYS, st.integers(0, 60))
def test_what_was_past_stays_and_what_was_to_come_moves_by_the_working_days_of_the_pause(
    day: date, paused_on: date, lasted: int
) -> None:
    moved = later(day, paused_on, lasted)
    if day < paused_on or lasted == 0:
        assert moved == day
    else:
        assert working_days_between(day, moved) == lasted


@pytest.mark.parts
@pytest.mark.parametrize(("ending", "kind"), [(Ending.CANCEL, "cancelled"), (Ending.DEFER, "deferred")])
def test_everybody_who_takes_part_is_told_and_an_end_offers_no_way_in(reading: str, ending: Ending, kind: str) -> None:
    end(reading, ending, EndReason.EMERGENCY, by="S Patel")
    with transaction() as session:
        told = session.exec(select(Notice).where(Notice.kind == kind)).all()
        agencies = {row.id for row in session.exec(select(Agency).where(Agency.inspection == reading))}
    assert {notice.agency_id for notice in told if notice.agency_id} == agencies
    # The team of four, the quality assurer, and what waits for somebody in the roles of managers and of oversight.
    assert len([notice for notice in told if not notice.agency_id]) == 7
    assert any(notice.link_id for notice in told) is (ending is Ending.DEFER)


@pytest.mark.parts
def test_a_pause_ends_at_its_stage_and_shows_old_and_new_dates(reading: str) -> None:
    stages = (Stage.RETURNS_CLOSED, Stage.COHORT_FROZEN, Stage.SAMPLE_PROPOSED, Stage.SAMPLE_APPROVED)
    moved_to(reading, *stages, Stage.EVALUATIONS_OPEN)
    set_clock(reading, datetime(2025, 3, 4, 9, tzinfo=ENGLAND), by="test")
    end(reading, Ending.DEFER, EndReason.EMERGENCY, by="S Patel")
    set_clock(reading, datetime(2025, 3, 11, 9, tzinfo=ENGLAND), by="test")
    assert end(reading, Ending.REOPEN, EndReason.READY_AGAIN, by="S Patel") == Stage.EVALUATIONS_OPEN
    with transaction() as session:
        steps = {step.step: step for step in session.exec(select(TimetableStep))}
        inspection = session.get_one(Inspection, reading)
        due = session.get_one(Request, f"{reading}-pol-1").due_at
    assert (steps["announced"].day_before, steps["announced"].day) == (None, date(2025, 2, 24))
    assert (steps["fieldwork_start"].day_before, steps["fieldwork_start"].day) == (date(2025, 3, 10), date(2025, 3, 17))
    assert "Moved by 5 working days" in steps["fieldwork_start"].explain
    assert (inspection.paused_from, inspection.paused_on) == (None, None)
    # It was due before the pause began: a pause makes nothing that was late in time.
    assert due.astimezone(ENGLAND) == datetime(2025, 2, 26, 17, tzinfo=ENGLAND)


@pytest.mark.parts
def test_deadlines_of_what_is_owed_move_with_a_pause(reading: str) -> None:
    end(reading, Ending.DEFER, EndReason.EMERGENCY, by="S Patel")
    with transaction() as session:
        paused = session.get_one(Inspection, reading).now()
    set_clock(reading, paused + timedelta(days=7), by="test")
    end(reading, Ending.REOPEN, EndReason.READY_AGAIN, by="S Patel")
    with transaction() as session:
        due = session.get_one(Request, f"{reading}-pol-1").due_at
    assert due.astimezone(ENGLAND) == datetime(2025, 3, 5, 17, tzinfo=ENGLAND)


@pytest.mark.parts
def test_what_is_not_paused_is_not_reopened(reading: str) -> None:
    with pytest.raises(IllegalMoveError, match="is not paused"):
        end(reading, Ending.REOPEN, EndReason.READY_AGAIN, by="S Patel")


@pytest.mark.parts
def test_what_is_open_is_withdrawn_where_an_inspection_is_cancelled_and_what_is_settled_stays(reading: str) -> None:
    declare_nil(f"{reading}-hea-1", by="agency")
    receipt = send(f"{reading}-pol-1", "a.csv", b"incident_ref\n1\n")
    end(reading, Ending.CANCEL, EndReason.AREA_ASKED, by="S Patel")
    with transaction() as session:
        states = {row.return_code: row.state.value for row in session.exec(select(Request)) if not row.nil_reason}
        entries, _ = chain(session, reading)
    assert states.pop("HEA-1") == "nil_declared"
    withdrawn_codes = {code for code, state in states.items() if state == "withdrawn"}
    assert withdrawn_codes == {"LA-DA", "POL-1", "PRO-1"}
    withdrawn = [entry for entry in entries if entry.facts.get("to") == "withdrawn"]
    assert len(withdrawn) == len(withdrawn_codes)
    assert {entry.facts["reason"] for entry in withdrawn} == {"area_asked"}
    # A version that was on its way is still checked, and nobody is told what to do about it.
    before = notices(reading)
    assert [verdict.submission for verdict in checked(reading)] == [receipt.id]
    assert request(reading, "pol-1").state == "withdrawn"
    assert [row.id for row in notices(reading)] == [row.id for row in before]


@pytest.mark.parts
def test_an_inspection_that_was_deferred_with_open_evaluations_goes_on_with_them(chosen: str) -> None:
    with transaction() as session:
        before = {row.id: (row.state, row.due_at) for row in session.exec(select(Request)) if row.return_code == "EVAL"}
        paused_at = inspection_of(session, chosen).now()
    end(chosen, Ending.DEFER, EndReason.EMERGENCY, by="S Patel")
    set_clock(chosen, paused_at + timedelta(days=7), by="test")
    assert end(chosen, Ending.REOPEN, EndReason.READY_AGAIN, by="S Patel") == Stage.EVALUATIONS_OPEN
    with transaction() as session:
        inspection = inspection_of(session, chosen)
        rows = [row for row in session.exec(select(Request)) if row.return_code == "EVAL"]
        assert {row.state for row in rows} == {state for state, _ in before.values()}
        assert all(row.due_at > before[row.id][1] for row in rows)
        assert not any(refusal_of(row, inspection) for row in rows)
