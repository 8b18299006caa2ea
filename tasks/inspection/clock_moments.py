"""The moments to which a rehearsal's clock can be moved: steps of its timetable, and days that a person writes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.england import ENGLAND
from models.ids import clock_step_parts
from models.refusals import Refusal
from models.themes import Theme
from models.timetable import add_working_days, deadline
from models.words import long, moment

MORNING = time(9)
"""When a day begins for people, where only the day is given."""

AFTER_THE_LAST_STEP = timedelta(days=366)
"""How far beyond its timetable a rehearsal can go: a year that was mistyped could never be taken back."""

_FORMS = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%d/%m/%Y %H:%M", "%d/%m/%Y")


class ClockError(Refusal):
    """A rehearsal's clock cannot be moved as somebody wants; the sentence says why."""


@dataclass(frozen=True, slots=True)
class ClockStep:
    """A step of a rehearsal's timetable to which its clock can be moved.

    Attributes:
        step: its name in the timetable.
        label: what people call it.
        moment: when it comes, by the rehearsal's clock.
    """

    step: str
    label: str
    moment: datetime

    def in_words(self) -> str:
        """Return the step with its moment, as lists show it."""
        return f"{self.label}, {moment(self.moment)}"


def moment_of(theme: Theme, step: str, day: date) -> datetime:
    """Return the moment at which a step of the timetable comes.

    Args:
        theme: of the inspection.
        step: its name.
        day: its stored day.

    Returns:
        The deadline of what is due; of fieldwork the morning after its last day, on which work goes on; else the
        morning of the day.
    """
    due = {*(each.due for each in theme.returns), *(each.due for each in theme.documents), theme.evaluation_due}
    if step in due or step.endswith("_due"):
        return deadline(theme, day)
    return datetime.combine(add_working_days(day, 1) if step == "fieldwork_end" else day, MORNING, ENGLAND)


def steps_to_come(theme: Theme, days: Iterable[tuple[str, str, date]], now: datetime) -> tuple[ClockStep, ...]:
    """Return the steps that are still to come, soonest first.

    Args:
        theme: of the inspection.
        days: name, label and stored day of each step.
        now: by the rehearsal's clock.
    """
    steps = (ClockStep(step, label, moment_of(theme, step, day)) for step, label, day in days)
    return tuple(sorted((each for each in steps if each.moment > now), key=lambda each: each.moment))


def read_moment(text: str) -> datetime:
    """Return the moment that a person wrote: a day, from nine in the morning, or a day with a time of day in England.

    Raises:
        ClockError: it is neither.
    """
    for form in _FORMS:
        try:
            read = datetime.strptime(text.strip(), form)
        except ValueError:
            continue
        at = read.time() if "%H" in form else MORNING
        return datetime.combine(read.date(), at, ENGLAND)
    raise ClockError(
        "That is neither a step of the timetable nor a day. Write a day as 2025-03-10, or with a time as "
        "2025-03-10T17:30."
    )


def step_of(ref: str, chosen: str) -> str:
    """Return the step that a person chose, by its name alone.

    Args:
        ref: the inspection whose clock is to be moved.
        chosen: the name of a step, with or without the inspection of whose timetable it is.

    Raises:
        ClockError: it is a step of another inspection.
    """
    of, step = clock_step_parts(chosen)
    if of and of != ref:
        raise ClockError(f"That step is one of {of}, and the rehearsal is {ref}. Choose a step that begins with {ref}.")
    return step


def wanted_moment(to: str, theme: Theme, days: Mapping[str, tuple[str, date]], now: datetime) -> datetime:
    """Return the moment to which a clock is to be moved.

    Args:
        to: the name of a step, or a day with or without a time.
        theme: of the inspection.
        days: label and stored day of each step of the timetable, by its name.
        now: by the rehearsal's clock.

    Raises:
        ClockError: it is no moment, lies in the past of the rehearsal, or far beyond its timetable.
    """
    name = to.strip()
    moment_ = moment_of(theme, name, days[name][1]) if name in days else read_moment(name)
    if moment_ <= now:
        what = f"{days[name][0]}, {moment(moment_)}, is past" if name in days else f"{moment(moment_)} is past"
        raise ClockError(
            f"{what} in this rehearsal, where it is {moment(now)}. A rehearsal's clock only goes forward, because what "
            "was done until now has its day. To begin again, cancel this rehearsal and announce another."
        )
    last = max(day for _, day in days.values()) + AFTER_THE_LAST_STEP
    if moment_.date() > last:
        raise ClockError(f"That is too far ahead. Give a day up to {long(last)}, a year after the last step.")
    return moment_
