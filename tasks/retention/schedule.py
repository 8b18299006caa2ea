"""When a class of record of an inspection is due, and by which rule: pure but for the settings' file."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from models.retention import Period, RecordClass, Schedule, Trigger, read_schedule, usual_schedule
from models.settings import settings
from models.themes import Theme
from models.timetable import add_months


@dataclass(frozen=True, slots=True)
class RecordsDue:
    """When a class of record of one inspection is due.

    Attributes:
        record_class: the class.
        months: for how long it is kept.
        after: from what: `publication`, or `end` of what was never published.
        counted_from: the day of that; None while it has not come.
        day: the first day on which it can be destroyed; None while nothing is counted.
        basis: on what the period rests.
    """

    record_class: RecordClass
    months: int
    after: Trigger
    counted_from: date | None
    day: date | None
    basis: str

    def has_come(self, today: date) -> bool:
        """Return whether it is due on a day."""
        return self.day is not None and self.day <= today


def schedule_for(theme: Theme) -> Schedule:
    """Return the periods that count for a theme: those of the settings' file, of the theme, and the usual ones.

    Raises:
        ScheduleError: the settings' file cannot be used.
    """
    return _of_settings().over(Schedule(period=theme.retention)).over(usual_schedule())


def schedule_without_theme() -> Schedule:
    """Return the periods that count wherever a theme says nothing else.

    Raises:
        ScheduleError: the settings' file cannot be used.
    """
    return _of_settings().over(usual_schedule())


def _of_settings() -> Schedule:
    path = settings().retention_file
    # The time of its last change is part of the cache's key, so that a changed file is read again.
    return _read(path, path.stat().st_mtime_ns if path.exists() else 0) if path else Schedule()


@lru_cache(maxsize=8)
def _read(path: Path, _stamp: int) -> Schedule:
    return read_schedule(path)


def due(period: Period, *, published_on: date | None, ended_on: date | None) -> RecordsDue:
    """Return when a period ends.

    Args:
        period: how long, and after what.
        published_on: the day of the newest published letter; None where none was.
        ended_on: the day on which the inspection was closed or cancelled; None while it goes on.

    A period after the publication is counted from the end where nothing was ever published.
    """
    after = period.after
    day = published_on if after is Trigger.PUBLICATION else ended_on
    if day is None and published_on is None:
        after, day = Trigger.END, ended_on
    until = add_months(day, period.months) if day else None
    return RecordsDue(period.record_class, period.months, after, day, until, period.basis)


def dues(
    schedule: Schedule, inspectorates: tuple[str, ...], *, published_on: date | None, ended_on: date | None
) -> tuple[RecordsDue, ...]:
    """Return when each class is due: by the longest period of the inspectorates that take part."""
    return tuple(
        due(schedule.longest(kind, inspectorates), published_on=published_on, ended_on=ended_on) for kind in RecordClass
    )
