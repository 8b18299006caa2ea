"""A plan of a theme's inspections: days of announcement, lead inspectors and teams, so that no fieldwork clashes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from models.refusals import Refusal
from models.themes import WEEKDAYS, Theme
from models.timetable import is_working_day, timetable
from models.words import joined, plural

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
        team: references of the inspectors beside the lead.
    """

    announced: date
    first: date
    last: date
    lead: str = ""
    team: tuple[str, ...] = ()

    @property
    def people(self) -> frozenset[str]:
        """Return the references of everybody whom it takes."""
        return frozenset((self.lead, *self.team)) - {""}

    def clashes(self, other: "Span") -> bool:
        """Return whether the two have fieldwork on one day."""
        return self.first <= other.last and other.first <= self.last

    def shares_team(self, other: "Span") -> bool:
        """Return whether somebody would have both at once, between announcement and end of fieldwork."""
        return bool(self.people & other.people) and self.announced <= other.last and other.announced <= self.last


@dataclass(frozen=True, slots=True)
class PlannedInspection:
    """One inspection of a plan.

    Attributes:
        area: its GSS code.
        span: its days, its lead inspector and its team.
    """

    area: str
    span: Span


def plan(
    theme: Theme,
    areas: Sequence[str],
    start: date,
    *,
    leads: Sequence[str] = (),
    inspectors: Mapping[str, str] = MappingProxyType({}),
    each: int = 1,
    taken: Iterable[Span] = (),
) -> tuple[PlannedInspection, ...]:
    """Propose a day of announcement and a team for each area, in the order given, each as early as it can be.

    An announcement falls on the theme's weekday, and on a working day. From it to the end of fieldwork no day is in a
    month that is spared. No two inspections have fieldwork on one day, and nobody has two at once.

    Args:
        theme: whose timetable says when fieldwork is, and which inspectorates take part.
        areas: GSS codes, each once.
        start: no announcement comes before this day.
        leads: references of lead inspectors; whoever has been free for longest is next. Empty: nobody is proposed.
        inspectors: reference of an inspector -> the name of their inspectorate. Empty: no team is proposed.
        each: how many inspectors of each inspectorate a team has.
        taken: inspections that are dated already.

    Raises:
        PlanError: an area or a lead inspector is named twice, an inspectorate has too few inspectors, the theme dates
            no fieldwork, or none fits.
    """
    for names, kind in ((areas, "area"), (leads, "lead inspector")):
        if len(set(names)) < len(names):
            raise PlanError(f"Name each {kind} once. {next(name for name in names if names.count(name) > 1)} is twice.")
    pools = _pools(theme, inspectors, each) if inspectors else []
    spans, planned = list(taken), []
    slots = _slots(theme, start)
    for area in areas:
        span = _next_span(slots, spans, leads, pools, each)
        spans.append(span)
        planned.append(PlannedInspection(area, span))
    return tuple(planned)


def _pools(theme: Theme, inspectors: Mapping[str, str], each: int) -> list[list[str]]:
    """Return the inspectors of each inspectorate of a theme, in the order given.

    Raises:
        PlanError: an inspectorate takes no part, or has fewer than a team needs.
    """
    if others := sorted(set(inspectors.values()) - set(theme.inspectorates)):
        raise PlanError(f"{others[0]} takes no part in this theme. It has {joined(theme.inspectorates)}.")
    pools = [[person for person, of in inspectors.items() if of == body] for body in theme.inspectorates]
    for body, pool in zip(theme.inspectorates, pools, strict=True):
        if len(pool) < each:
            raise PlanError(f"A team has {plural(each, 'inspector')} of {body}, and {len(pool)} are given. Give more.")
    return pools


def _next_span(
    slots: Iterator[Span], spans: Sequence[Span], leads: Sequence[str], pools: Sequence[Sequence[str]], each: int
) -> Span:
    until: date | None = None
    for slot in slots:
        # Slots never end, so the search must.
        until = until or slot.announced + _LONGEST_SEARCH
        if slot.announced > until:
            break
        if _is_spared(slot) or any(slot.clashes(span) for span in spans):
            continue
        if (led := _with_lead(slot, spans, leads)) and (whole := _with_team(led, spans, pools, each)):
            return whole
    raise PlanError(
        "No week of 3 years fits. Give more lead inspectors or inspectors, fewer areas, or a theme with a shorter time "
        "to fieldwork."
    )


def _with_lead(slot: Span, spans: Sequence[Span], leads: Sequence[str]) -> Span | None:
    """Return a span with the lead inspector who has been free for longest; None where nobody is free."""
    if not leads:
        return slot
    return next((replace(slot, lead=lead) for lead in _longest_free(leads, spans) if _is_free(lead, slot, spans)), None)


def _with_team(slot: Span, spans: Sequence[Span], pools: Sequence[Sequence[str]], each: int) -> Span | None:
    """Return a span with a team of every inspectorate, who have been free for longest; None where too few are free."""
    team: list[str] = []
    for pool in pools:
        free = [
            person for person in _longest_free(pool, spans) if person != slot.lead and _is_free(person, slot, spans)
        ]
        if len(free) < each:
            return None
        team += free[:each]
    return replace(slot, team=tuple(team))


def _is_free(person: str, slot: Span, spans: Sequence[Span]) -> bool:
    wanted = replace(slot, lead=person, team=())
    return not any(wanted.shares_team(span) for span in spans)


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


def _longest_free(people: Sequence[str], spans: Sequence[Span]) -> list[str]:
    busy = {person: max((span.last for span in spans if person in span.people), default=date.min) for person in people}
    return sorted(people, key=lambda person: busy[person])
