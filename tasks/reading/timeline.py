"""What happened to a child as a picture in numbers: a lane for each agency, a mark for each day, and the axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from models.words import joined, long, plural

_MOST_TICKS = 8
_MONTHS = (1, 3, 6, 12, 24, 60, 120)
"""Distances between two ticks, in months; the smallest that leaves few enough is taken."""


class DatedRow(Protocol):
    """A day of which an agency's row tells."""

    @property
    def day(self) -> date:
        """Return the day."""

    @property
    def agency(self) -> str:
        """Return whose row tells of it."""

    @property
    def what(self) -> str:
        """Return what happened."""


@dataclass(frozen=True, slots=True)
class TimelineMark:
    """What one agency tells of one day.

    Attributes:
        at: where it stands, from 0 for the first day to 1 for the last.
        number: how many happenings.
        text: the day and what happened, for whoever points at it.
    """

    at: float
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A picture of what happened when.

    Attributes:
        lanes: agencies with their marks, those that tell first above.
        ticks: where the axis is marked, from 0 to 1, and with what.
        words: what the picture shows, for whoever does not see it.
    """

    lanes: tuple[tuple[str, tuple[TimelineMark, ...]], ...]
    ticks: tuple[tuple[float, str], ...]
    words: str


def timeline(happenings: Sequence[DatedRow]) -> Timeline | None:
    """Return the picture of some happenings; None where there is none to show."""
    if not happenings:
        return None
    first, last = min(each.day for each in happenings), max(each.day for each in happenings)
    # A single day stands in the middle of a month.
    if first == last:
        first, last = first - timedelta(days=15), last + timedelta(days=15)
    days = (last - first).days
    by_lane: dict[str, dict[date, list[str]]] = {}
    for each in sorted(happenings, key=lambda happening: (happening.day, happening.agency, happening.what)):
        by_lane.setdefault(each.agency, {}).setdefault(each.day, []).append(each.what)
    lanes = tuple(
        (agency, tuple(_mark(day, what, (day - first).days / days) for day, what in marks.items()))
        for agency, marks in by_lane.items()
    )
    return Timeline(lanes, tuple(_ticks(first, last)), _words(by_lane))


def _mark(day: date, what: Sequence[str], at: float) -> TimelineMark:
    return TimelineMark(at, len(what), f"{long(day)}: {'; '.join(dict.fromkeys(what))}")


def _words(by_lane: dict[str, dict[date, list[str]]]) -> str:
    parts = []
    for agency, marks in by_lane.items():
        days = sorted(marks)
        when = f"on {long(days[0])}" if len(days) == 1 else f"from {long(days[0])} to {long(days[-1])}"
        parts.append(f"{agency} {plural(sum(map(len, marks.values())), 'happening')} {when}")
    return f"Days on which something happened: {joined(parts)}. The table below has each of them."


def _ticks(first: date, last: date) -> list[tuple[float, str]]:
    """Return the first days of months at an even distance, at most a few of them."""
    begins, ends = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    step = next((months for months in _MONTHS if (ends - begins) / months < _MOST_TICKS), _MONTHS[-1])
    # Up to the next month that the distance divides, so that a tick of a year stands at its January.
    months = range(begins - begins % -step if begins % step else begins, ends + 1, step)
    named = ((date(month // 12, month % 12 + 1, 1)) for month in months)
    whole = (last - first).days
    return [
        ((day - first).days / whole, f"{day:%Y}" if step % 12 == 0 else f"{day:%b %Y}")
        for day in named
        if first <= day <= last
    ]
