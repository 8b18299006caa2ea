"""A rehearsal's clock goes forward alone, for a rehearsal that goes on, and every change of it is recorded."""

from datetime import datetime, timedelta

import pytest

from models.england import ENGLAND, world_today
from models.tables import Inspection
from models.tables.base import utc_now
from models.timetable import add_working_days, is_working_day
from tasks.ground.database import transaction
from tasks.inspection.announcing import Announcement, announce
from tasks.inspection.clock_moments import ClockError
from tasks.inspection.ending import Ending, EndReason, end
from tasks.inspection.rehearsal_clock import move_to, set_clock, steps_ahead
from tasks.ledger.audit import chain
from tasks.ledger.rows import UnknownInspectionError, inspection_of
from tests.tasks.registered import team, with_contacts

pytestmark = pytest.mark.parts


def one(ref: str) -> Inspection:
    """Return an inspection as the ledger has it."""
    with transaction() as session:
        return inspection_of(session, ref)


@pytest.mark.usefixtures("ledger")
def test_a_real_inspection_has_no_clock_to_set() -> None:
    today = world_today()
    day = today if is_working_day(today) else add_working_days(today, 1)
    with_contacts("E06000038")
    ref = announce(Announcement("E06000038", "domestic-abuse-2024", day, team()))
    for move in (
        lambda: set_clock(ref, utc_now() + timedelta(days=9), by="tester"),
        lambda: move_to(ref, "fieldwork_start", by="tester"),
    ):
        with pytest.raises(ClockError, match="is a real inspection. Only a rehearsal has a clock"):
            move()
    assert one(ref).clock_shift_seconds == 0
    with transaction() as session:
        assert "rehearsal.clock" not in {entry.action for entry in chain(session, ref)[0]}


def test_a_rehearsals_clock_only_goes_forward_and_says_who_moved_it(reading: str) -> None:
    later = one(reading).now() + timedelta(days=2)
    set_clock(reading, later, by="tester")
    assert abs(one(reading).now() - later) < timedelta(seconds=5)
    with pytest.raises(ClockError, match="only goes forward"):
        set_clock(reading, later - timedelta(days=1), by="tester")
    with pytest.raises(ClockError, match="only goes forward, because what was done until now has its day"):
        move_to(reading, "2025-02-25", by="tester")
    with transaction() as session:
        entry = chain(session, reading)[0][-1]
    assert (entry.action, entry.actor) == ("rehearsal.clock", "tester")


def test_l6_it_goes_to_a_step_or_a_day_and_on_from_there(reading: str) -> None:
    assert f"{move_to(reading, 'theme_lists_due', by='tester'):%d %H:%M}" == "26 17:00"
    with transaction() as session:
        assert steps_ahead(session, inspection_of(session, reading))[0].step == "child_level_due"
    move_to(reading, "2025-03-10T08:30", by="tester")
    assert abs(one(reading).now() - datetime(2025, 3, 10, 8, 30, tzinfo=ENGLAND)) < timedelta(seconds=5)
    with transaction() as session:
        moves = [entry.facts for entry in chain(session, reading)[0] if entry.action == "rehearsal.clock"]
    assert [facts["moment"] for facts in moves] == ["2025-02-26T17:00:00+00:00", "2025-03-10T08:30:00+00:00"]


def test_what_has_ended_and_what_there_is_not_is_refused(reading: str) -> None:
    end(reading, Ending.CANCEL, EndReason.AREA_ASKED, by="programme manager: P-AAAAAAAA")
    shift = one(reading).clock_shift_seconds
    with pytest.raises(ClockError, match="is cancelled. Its clock is not moved any more"):
        move_to(reading, "fieldwork_start", by="tester")
    assert one(reading).clock_shift_seconds == shift
    with pytest.raises(UnknownInspectionError):
        move_to("nowhere", "fieldwork_start", by="tester")
