"""Chasing: the ladder as a pure function of state and time, and each notice once."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.lifecycle import RequestState
from models.timetable import is_working_day, working_days_between
from tasks.announce import ENGLAND
from tasks.chase import chase, step_for
from tasks.ledger import UnknownInspectionError
from tasks.returns import declare_late
from tasks.standing import set_clock
from tests.tasks.doing import notices, request, send

DUE = datetime(2025, 2, 27, 17, tzinfo=ENGLAND)  # a Thursday
CHASED = [RequestState.ISSUED, RequestState.ACKNOWLEDGED, RequestState.OVERDUE, RequestState.REJECTED]
RUNGS = [None, "reminder", "overdue", "still_overdue"]

moments = st.datetimes(datetime(2025, 2, 20), datetime(2025, 3, 14)).map(lambda one: one.replace(tzinfo=ENGLAND))
states = st.sampled_from(sorted(RequestState))


@given(states, moments, st.none() | moments)
def test_nobody_is_chased_for_what_is_not_owed_and_nobody_is_late_before_the_deadline(
    state: RequestState, now: datetime, promised: datetime | None
) -> None:
    step = step_for(state, now, DUE, promised)
    if state not in CHASED:
        assert step is None
    elif now <= DUE:
        assert step in {None, "reminder"}
    else:
        assert step in {"overdue", "still_overdue"}


@given(st.sampled_from(CHASED), moments, moments, st.none() | moments)
def test_the_ladder_is_never_climbed_down(
    state: RequestState, one: datetime, other: datetime, promised: datetime | None
) -> None:
    first, second = (step_for(state, now, DUE, promised) for now in sorted([one, other]))
    assert RUNGS.index(first) <= RUNGS.index(second)


@given(st.sampled_from(CHASED), moments, moments)
def test_a_promise_holds_back_the_last_rung_until_it_has_passed(
    state: RequestState, now: datetime, promised: datetime
) -> None:
    if DUE < now <= promised:
        assert step_for(state, now, DUE, promised) == "overdue"
    without = step_for(state, now, DUE, None)
    if without != "still_overdue":
        assert RUNGS.index(step_for(state, now, DUE, promised)) <= RUNGS.index(without)


@given(st.dates(date(2025, 4, 1), date(2025, 5, 30)).filter(is_working_day), st.integers(0, 9))
def test_a_reminder_comes_on_the_last_working_day_before_and_on_the_day(day: date, before: int) -> None:
    due = datetime(day.year, day.month, day.day, 17, tzinfo=ENGLAND)
    now = due - timedelta(days=before, hours=1)
    wanted = "reminder" if working_days_between(now.date(), day) <= 1 else None
    assert step_for(RequestState.ISSUED, now, due, None) == wanted
    assert step_for(RequestState.REJECTED, now, due, None) is None


@pytest.mark.parametrize(
    ("now", "step"),
    [
        ((2025, 2, 25, 9), None),
        ((2025, 2, 26, 9), "reminder"),
        ((2025, 2, 27, 17), "reminder"),
        ((2025, 2, 27, 18), "overdue"),
        ((2025, 2, 28, 9), "still_overdue"),
        ((2025, 3, 1, 9), "still_overdue"),
    ],
)
def test_the_rungs_of_a_deadline_on_a_thursday(now: tuple[int, int, int, int], step: str | None) -> None:
    assert step_for(RequestState.ISSUED, datetime(*now, tzinfo=ENGLAND), DUE, None) == step


def test_each_notice_is_written_once_and_the_manager_is_told_at_last(area: str) -> None:
    def at(*moment: int) -> None:
        set_clock(area, datetime(*moment, tzinfo=ENGLAND), by="test")  # type: ignore[arg-type, misc]
        for _ in range(3):
            chase(area)

    send(f"{area}-la-da", "a.csv", b"x\n1\n")
    at(2025, 2, 26, 9)
    assert sorted(one.facts["return"] for one in notices(area, "reminder")) == ["HEA-1", "POL-1", "PRO-1"]
    at(2025, 2, 26, 17, 30)
    assert [one.facts["return"] for one in notices(area, "overdue")] == ["POL-1"]
    assert request(area, "pol-1").state == RequestState.OVERDUE
    assert request(area, "la-da").state == RequestState.RECEIVED
    at(2025, 2, 27, 9)
    (told,) = notices(area, "escalated")
    assert (told.to_name, told.facts["agency"]) == ("manager", "Thames Valley Police")
    assert len(notices(area, "still_overdue")) == 1
    assert told.facts["due"] == "17:00 on 26 February 2025"


def test_who_promised_a_day_is_called_overdue_but_not_escalated_before_it(area: str) -> None:
    set_clock(area, datetime(2025, 2, 26, 9, tzinfo=ENGLAND), by="test")
    declare_late(f"{area}-pol-1", until=date(2025, 3, 3), reason="system_outage", by="agency: Police")
    set_clock(area, datetime(2025, 2, 28, 9, tzinfo=ENGLAND), by="test")
    assert ("POL-1", "overdue") in {(one.return_code, one.step) for one in chase(area)}
    set_clock(area, datetime(2025, 3, 4, 9, tzinfo=ENGLAND), by="test")
    assert ("POL-1", "still_overdue") in {(one.return_code, one.step) for one in chase(area)}


def test_l9_one_area_that_does_not_exist_is_a_sentence(ledger: None) -> None:
    assert chase() == []
    with pytest.raises(UnknownInspectionError, match="There is no inspection 'atlantis'"):
        chase("atlantis")
