"""Moving a rehearsal's clock does what is due by then: notices, and what a day alone decides."""

import pytest
from sqlmodel import select

from models.lifecycle import RequestState, Stage
from models.tables import Notice, Request
from tasks.ground.database import transaction
from tasks.inspection.clock_moments import ClockError
from tasks.jobs.move_clock import Moved, move_clock
from tasks.ledger.rows import inspection_of

pytestmark = pytest.mark.parts


def kinds(ref: str) -> set[str]:
    """Return the kinds of notices of an inspection."""
    with transaction() as session:
        return set(session.exec(select(Notice.kind).where(Notice.inspection == ref)))


def test_whoever_owes_a_return_at_its_deadline_is_chased_at_once(reading: str) -> None:
    before = kinds(reading)
    moved = move_clock(reading, "theme_lists_due", by="tester")
    assert moved.chased > 0
    assert kinds(reading) - before
    with transaction() as session:
        assert session.get_one(Request, f"{reading}-pol-1").state == RequestState.OVERDUE
        assert session.get_one(Request, f"{reading}-pro-1").state == RequestState.ISSUED
    sentence = moved.to_message()
    assert sentence.startswith(f"In {reading} it is now 5pm on Wednesday 26 February 2025. Due by then: ")
    assert sentence.endswith("reminders and chasers.")
    # What was sent is not sent again, though the clock is moved again on the same day.
    assert move_clock(reading, "2025-02-26T17:05", by="tester").chased == 0


def test_one_jump_goes_through_every_stage_that_a_day_alone_decides(chosen: str) -> None:
    moved = move_clock(chosen, "fieldwork_end", by="tester")
    assert moved.done == ("fieldwork started", "fieldwork ended")
    with transaction() as session:
        assert inspection_of(session, chosen).stage == Stage.FINDINGS_DRAFTING


def test_a_clock_that_did_not_move_does_nothing(reading: str) -> None:
    before = kinds(reading)
    with pytest.raises(ClockError):
        move_clock(reading, "2025-02-21", by="tester")
    assert kinds(reading) == before


def test_nothing_due_is_said_too(reading: str) -> None:
    moved = Moved(reading, move_clock(reading, "2025-02-24T10:00", by="tester").at, (), 0)
    assert moved.to_message() == f"In {reading} it is now 10am on Monday 24 February 2025. Due by then: nothing."
