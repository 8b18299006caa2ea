"""The working-day timetable for England: each date computed once from the theme, able to explain itself (L7)."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.england import ENGLAND
from models.holidays import bank_holiday
from models.refusals import Refusal
from models.themes import Step, Theme
from models.words import long_weekday, noun

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Deadline:
    """One dated step of an inspection.

    `working_day` counts working days from the announcement, which is day 1.
    """

    step: str
    label: str
    date: date
    working_day: int
    explain: str


class NotAWorkingDayError(Refusal):
    """A day on which somebody must act is at a weekend or a bank holiday."""


def is_working_day(day: date) -> bool:
    """Return whether `day` is neither at a weekend nor a bank holiday in England."""
    return day.weekday() < _SATURDAY and bank_holiday(day) is None


def became_holiday(day: date) -> str:
    """Return a sentence where a stored day has become a bank holiday since; else an empty text.

    Dates are computed on working days alone and never move by themselves (L7), so a person must see this one.
    """
    holiday = bank_holiday(day)
    return f"It has become a bank holiday since ({holiday}); the stored date stays." if holiday else ""


def add_working_days(day: date, count: int) -> date:
    """Return the date `count` working days after `day` (before it, when negative); `day` itself does not count."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    # A month after 31 January is 28 February: a period never runs into the month after.
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def working_days_between(start: date, end: date) -> int:
    """Count the working days after `start` up to and with `end`; negative when `end` is earlier."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def check_working_day(day: date) -> None:
    """Refuse a day on which nobody is at work, for an announcement, a deadline or anything else, with the next one.

    Raises:
        NotAWorkingDayError: a weekend or bank holiday.
    """
    if is_working_day(day):
        return
    holiday = bank_holiday(day)
    why = f"a bank holiday ({holiday})" if holiday else "at a weekend"
    raise NotAWorkingDayError(
        f"{long_weekday(day)} is {why}. Give a working day. The next one is {long_weekday(add_working_days(day, 1))}."
    )


def timetable(theme: Theme, announced: date) -> tuple[Deadline, ...]:
    """Compute every dated step of an inspection under `theme` announced on that day, by date.

    Raises:
        NotAWorkingDayError: the announcement is not on a working day.
    """
    check_working_day(announced)
    dates: dict[str, date] = {}
    steps: list[Deadline] = []
    for step in theme.timetable.steps:
        # A theme names a step before those that count from it, which its check sees to.
        base = dates[step.after] if step.after else announced
        day = add_working_days(base, step.working_days)
        dates[step.step] = day
        # The day of the call is working day 1 and not 0, as the inspectorates count.
        number = working_days_between(announced, day) + 1
        steps.append(Deadline(step.step, step.label, day, number, _explain(step, base, day, theme.label_of)))
    # By date, wherever it is shown: a step may be counted back from one that the theme names before it.
    return tuple(sorted(steps, key=lambda step: step.date))


def _explain(step: Step, base: date, day: date, label_of: Callable[[str], str]) -> str:
    origin = label_of(step.after) if step.after else "the announcement"
    if step.working_days == 0:
        rule = f"the day of {origin}" if step.after else "the day of the telephone call, working day 1"
    else:
        side = "after" if step.working_days > 0 else "before"
        count = abs(step.working_days)
        rule = f"{count} working {noun(count, 'day')} {side} {origin} ({long_weekday(base)})"
    skipped = _holidays_between(min(base, day), max(base, day))
    tail = f"; not counted: {', '.join(skipped)}" if skipped else ""
    return f"{long_weekday(day)}: {rule}{tail}. Rule: {step.rule}"


def _holidays_between(start: date, end: date) -> list[str]:
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    # A bank holiday at a weekend skips no working day, so naming it would explain nothing.
    return [f"{bank_holiday(d)} ({long_weekday(d)})" for d in days if d.weekday() < _SATURDAY and bank_holiday(d)]


def deadline(theme: Theme, day: date) -> datetime:
    """Return the moment at which a day's deadline falls in England, summer time or not."""
    return datetime.combine(day, theme.timetable.deadline_time, ENGLAND)


PROMISE_DAYS = 5
"""Working days after its deadline for which a return may be promised; chasing waits for no later day."""


def latest_promise(due: date, door_closes: date | None = None) -> date:
    """Return the last day for which a late return may be promised.

    Args:
        due: the day of its deadline.
        door_closes: the day from which it is taken no more, where the timetable says so.
    """
    # The door counts by itself: a promise for a day on which nothing is taken could not be kept.
    last = add_working_days(due, PROMISE_DAYS)
    return min(last, add_working_days(door_closes, -1)) if door_closes else last
