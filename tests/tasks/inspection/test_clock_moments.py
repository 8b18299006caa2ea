"""To which moments a rehearsal's clock can be moved, and in which words anything else is refused."""

from datetime import date, datetime

import pytest

from models.england import ENGLAND
from models.themes import shipped, theme
from models.timetable import timetable
from tasks.inspection.clock_moments import ClockError, moment_of, read_moment, step_of, steps_to_come, wanted_moment

ANNOUNCED = date(2025, 2, 24)
NOW = datetime(2025, 2, 24, 9, 5, tzinfo=ENGLAND)


def days(theme_id: str) -> dict[str, tuple[str, date]]:
    """Return label and day of each step of an inspection under a theme."""
    return {each.step: (each.label, each.date) for each in timetable(theme(theme_id), ANNOUNCED)}


@pytest.mark.parametrize("theme_id", shipped())
def test_each_step_of_each_theme_can_be_reached_in_the_order_of_the_timetable(theme_id: str) -> None:
    known = days(theme_id)
    ahead = steps_to_come(theme(theme_id), [(step, *rest) for step, rest in known.items()], NOW)
    assert {each.step for each in ahead} == set(known) - {"announced"}
    now = NOW
    for each in ahead:
        if each.moment > now:
            now = wanted_moment(each.step, theme(theme_id), known, now)
            assert now == each.moment
    assert steps_to_come(theme(theme_id), [(step, *rest) for step, rest in known.items()], now) == ()


@pytest.mark.parametrize(
    ("step", "day", "moment"),
    [
        ("theme_lists_due", "2025-02-26", "2025-02-26 17:00"),
        ("evaluations_due", "2025-03-06", "2025-03-06 17:00"),
        ("factual_accuracy_due", "2025-04-22", "2025-04-22 17:00"),
        ("fieldwork_start", "2025-03-10", "2025-03-10 09:00"),
        # Its last day is a day of fieldwork, and a weekend follows it.
        ("fieldwork_end", "2025-03-14", "2025-03-17 09:00"),
        ("publication", "2025-05-06", "2025-05-06 09:00"),
    ],
)
def test_what_is_due_comes_at_its_deadline_and_what_begins_in_the_morning(step: str, day: str, moment: str) -> None:
    reached = moment_of(theme("domestic-abuse-2024"), step, date.fromisoformat(day))
    assert f"{reached:%Y-%m-%d %H:%M}" == moment
    assert reached.tzinfo is ENGLAND


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-10", "2025-03-10 09:00"),
        (" 2025-03-10T17:30 ", "2025-03-10 17:30"),
        ("2025-03-10 17:30", "2025-03-10 17:30"),
        ("10/03/2025", "2025-03-10 09:00"),
        ("10/03/2025 00:05", "2025-03-10 00:05"),
        ("2025-07-01", "2025-07-01 09:00"),
    ],
)
def test_a_day_is_read_as_people_write_it_with_nine_in_the_morning_where_there_is_no_time(
    text: str, moment: str
) -> None:
    assert f"{read_moment(text):%Y-%m-%d %H:%M}" == moment


@pytest.mark.parametrize("text", ["", "soon", "2025-02-30", "2025-03-10T25:00", "10.3.2025", "fieldwork", "2025"])
def test_anything_else_is_no_moment_and_is_not_repeated(text: str) -> None:
    with pytest.raises(ClockError, match="^That is neither a step of the timetable nor a day") as refused:
        read_moment(text)
    assert not text.isalpha() or text not in str(refused.value)


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ("2025-02-21", "9am on Friday 21 February 2025 is past in this rehearsal, where it is 9:05am on Monday 24"),
        ("2025-02-24", "9am on Monday 24 February 2025 is past"),
        ("announced", "Announcement, 9am on Monday 24 February 2025, is past"),
        ("2025-02-21", "To begin again, cancel this rehearsal and announce another."),
        ("2205-03-10", "too far ahead. Give a day up to 14 August 2026"),
        ("9999-12-31", "too far ahead"),
    ],
)
def test_the_clock_goes_neither_back_nor_beyond_its_timetable(to: str, sentence: str) -> None:
    with pytest.raises(ClockError, match=sentence.replace(".", r"\.")):
        wanted_moment(to, theme("domestic-abuse-2024"), days("domestic-abuse-2024"), NOW)


def test_a_step_is_chosen_with_its_rehearsal_or_alone_and_never_with_another() -> None:
    assert step_of("reading-x", "reading-x/lists_due") == step_of("reading-x", "lists_due") == "lists_due"
    assert step_of("reading-x", "") == ""
    with pytest.raises(ClockError, match="That step is one of slough-x, and the rehearsal is reading-x"):
        step_of("reading-x", "slough-x/lists_due")
