"""A plan of a theme's inspections: days of announcement and lead inspectors, so that no fieldwork clashes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.refusals import Refusal
from models.themes import WEEKDAYS, Theme
from models.timetable import is_working_day, timetable

SPARED = (8, 12)
"""Months in which nobody is inspected: schools are closed for all of August, and for the end of December."""

_LONGEST_SEARCH = timedelta(weeks=3 * 52)


class PlanError(Refusal):
    """No plan can be made of what was given; the sentence says what to give instead."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days that an inspection takes of its team: from the announcement on, with fieldwork at the end.

    Attributes:
        announced: the day of the announcement.
        first: of fieldwork.
        last: of fieldwork.
        lead: reference of the lead inspector; empty where nobody leads it yet.
    """

    announced: date
    first: date
    last: date
    lead: str = ""

    def clashes(self, other: "Span") -> bool:
        """Return whether the two have fieldwork on one day."""
        return self.first <= other.last and other.first <= self.last

    def shares_team(self, other: "Span") -> bool:
        """Return whether one lead inspector would have both at once, between announcement and end of fieldwork."""
        return self.lead == other.lead != "" and self.announced <= other.last and other.announced <= self.last


@dataclass(frozen=True, slots=True)
class Planned:
    """One inspection of a plan.

    Attributes:
        area: its GSS code.
        span: its days and its lead inspector.
    """

    area: str
    span: Span


def plan(
    theme: Theme, areas: Sequence[str], start: date, *, leads: Sequence[str] = (), taken: Iterable[Span] = ()
) -> tuple[Planned, ...]:
    """Propose a day of announcement for each area, in the order given, each as early as it can be.

    An announcement falls on the theme's weekday, and on a working day. From it to the end of fieldwork no day is in a
    month that is spared. No two inspections have fieldwork on one day, and no lead inspector has two at once.

    Args:
        theme: whose timetable says when fieldwork is.
        areas: GSS codes, each once.
        start: no announcement comes before this day.
        leads: references of lead inspectors; whoever has been free for longest is next. Empty: nobody is proposed.
        taken: inspections that are dated already.

    Raises:
        PlanError: an area or a lead inspector is named twice, the theme dates no fieldwork, or none fits.
    """
    for names, kind in ((areas, "area"), (leads, "lead inspector")):
        if len(set(names)) < len(names):
            raise PlanError(f"Name each {kind} once. {next(name for name in names if names.count(name) > 1)} is twice.")
    spans, planned = list(taken), []
    slots = _slots(theme, start)
    for area in areas:
        span = _next_span(slots, spans, leads)
        spans.append(span)
        planned.append(Planned(area, span))
    return tuple(planned)


def _next_span(slots: Iterator[Span], spans: Sequence[Span], leads: Sequence[str]) -> Span:
    until: date | None = None
    for slot in slots:
        until = until or slot.announced + _LONGEST_SEARCH
        if slot.announced > until:
            break
        if _is_spared(slot) or any(slot.clashes(span) for span in spans):
            continue
        if not leads:
            return slot
        teams = (Span(slot.announced, slot.first, slot.last, lead) for lead in _longest_free(leads, spans))
        free = next((team for team in teams if not any(team.shares_team(span) for span in spans)), None)
        if free:
            return free
    raise PlanError(
        "No week of 3 years fits. Give more lead inspectors, fewer areas, or a theme with a shorter time to fieldwork."
    )


def _slots(theme: Theme, start: date) -> Iterator[Span]:
    """Yield the span of each week's announcement, from a day on; a week whose day is a bank holiday has none."""
    day = start + timedelta(days=(WEEKDAYS.index(theme.timetable.notification_weekday) - start.weekday()) % 7)
    while True:
        if is_working_day(day):
            days = {step.step: step.date for step in timetable(theme, day)}
            if not {"fieldwork_start", "fieldwork_end"} <= set(days):
                raise PlanError(f"The theme {theme.id} dates no fieldwork. Choose another theme.")
            yield Span(day, days["fieldwork_start"], days["fieldwork_end"])
        day += timedelta(days=7)


def _is_spared(span: Span) -> bool:
    # Every month between, so that a time of notice longer than a month does not step over one.
    months = range(span.announced.year * 12 + span.announced.month - 1, span.last.year * 12 + span.last.month)
    return any(month % 12 + 1 in SPARED for month in months)


def _longest_free(leads: Sequence[str], spans: Sequence[Span]) -> list[str]:
    busy = {lead: max((span.last for span in spans if span.lead == lead), default=date.min) for lead in leads}
    return sorted(leads, key=lambda lead: busy[lead])
