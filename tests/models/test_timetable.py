"""The timetable: real cases, bank holidays, and laws of counting working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.themes import theme
from models.timetable import (
    NotAWorkingDayError,
    add_months,
    add_working_days,
    check_working_day,
    is_working_day,
    timetable,
    working_days_between,
)

days = st.dates(date(2016, 1, 1), date(2035, 12, 31))


def dates(theme_id: str, announced: date) -> dict[str, date]:
    return {step.step: step.date for step in timetable(theme(theme_id), announced)}


def test_haringey_2017_is_reproduced() -> None:
    found = dates("domestic-abuse-2016", date(2017, 11, 21))
    assert found["fieldwork_start"] == date(2017, 12, 4)
    assert found["fieldwork_end"] == date(2017, 12, 8)
    assert found["draft_report"] == date(2018, 1, 3)
    assert found["factual_accuracy_due"] == date(2018, 1, 16)
    # Its letter came four working days later than most of its time did; what follows counts from the real day.
    assert found["publication"] == add_working_days(date(2017, 12, 8), 30) == add_working_days(date(2018, 1, 30), -4)
    assert add_working_days(date(2018, 1, 30), 70) == date(2018, 5, 11)


def test_reading_2025_is_reproduced() -> None:
    found = dates("domestic-abuse-2024", date(2025, 2, 24))
    assert found["fieldwork_start"] == date(2025, 3, 10)
    assert found["fieldwork_end"] == date(2025, 3, 14)
    assert found["publication"] == date(2025, 5, 6)
    assert found["statement_due"] == date(2025, 8, 13)


def test_l7_every_date_explains_itself_with_the_holidays_it_skips() -> None:
    steps = {step.step: step for step in timetable(theme("domestic-abuse-2024"), date(2025, 2, 24))}
    assert "Good Friday (Friday 18 April 2025)" in steps["publication"].explain
    assert "SI 2015/1792" in steps["statement_due"].explain
    assert steps["announced"].working_day == 1


@pytest.mark.parametrize(
    ("day", "why"),
    [(date(2025, 12, 25), "Christmas Day"), (date(2025, 4, 19), "weekend"), (date(2023, 5, 8), "Coronation")],
)
def test_an_announcement_is_refused_on_a_day_without_work(day: date, why: str) -> None:
    with pytest.raises(NotAWorkingDayError, match=why):
        check_working_day(day)


@given(days, st.integers(0, 120))
def test_adding_lands_on_a_working_day_and_counts_back(day: date, count: int) -> None:
    later = add_working_days(day, count)
    assert working_days_between(day, later) == count
    assert count == 0 or is_working_day(later)


@given(days, days, days)
def test_counting_is_additive(a: date, b: date, c: date) -> None:
    first, second, third = sorted((a, b, c))
    assert working_days_between(first, third) == working_days_between(first, second) + working_days_between(
        second, third
    )


@given(days, st.integers(1, 60))
def test_subtracting_undoes_adding(day: date, count: int) -> None:
    start = day
    while not is_working_day(start):
        start += timedelta(days=1)
    assert add_working_days(add_working_days(start, count), -count) == start


@pytest.mark.parametrize("name", ["domestic-abuse-2024", "domestic-abuse-2016", "child-sexual-exploitation-2016"])
def test_a_timetable_is_in_the_order_of_its_dates(name: str) -> None:
    steps = timetable(theme(name), date(2026, 12, 22))
    assert [step.date for step in steps] == sorted(step.date for step in steps)
    assert len({step.step for step in steps}) == len(theme(name).timetable.steps)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 200))
def test_months_end_on_the_same_day_or_the_last_of_the_month(day: date, months: int) -> None:
    end = add_months(day, months)
    assert (end.year - day.year) * 12 + end.month - day.month == months
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)
