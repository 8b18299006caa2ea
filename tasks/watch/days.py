"""The calendar of single days over many inspections: fieldwork and its clashes, steps, what is due, bank holidays."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.holidays import bank_holiday
from models.lifecycle import ENDED, SETTLED, RequestState, Stage
from models.roles import TEAM_ROLES
from models.tables import Inspection, Membership, Request, TimetableStep
from models.tables.base import utc_now
from models.timetable import is_working_day
from models.words import joined, plural
from tasks.documents.counts import owed_by_inspection
from tasks.inspection.document_items import documents_refusal
from tasks.people.access import is_live

_FIRST, _LAST = "fieldwork_start", "fieldwork_end"


@dataclass(frozen=True, slots=True)
class DatedInspection:
    """One inspection with its days.

    Attributes:
        ref: the inspection.
        area: its name.
        theme: id of the theme.
        rehearsal: whether its data are made up.
        deferred: whether it is paused, so that its days do not stand.
        steps: each day and label of its timetable, without first and last day of fieldwork where it has both.
        fieldwork: the working days of its fieldwork.
        due: what is owed by a day, in words, by that day.
        people: references of its lead inspector and inspectors.
    """

    ref: str
    area: str
    theme: str
    rehearsal: bool = False
    deferred: bool = False
    steps: tuple[tuple[date, str], ...] = ()
    fieldwork: tuple[date, ...] = ()
    due: Mapping[date, str] = field(default_factory=dict)
    people: frozenset[str] = frozenset()

    @property
    def days(self) -> set[date]:
        """Return every day on which something of it stands."""
        return {*(day for day, _ in self.steps), *self.fieldwork, *self.due}


@dataclass(frozen=True, slots=True)
class FieldworkClash:
    """Real inspections that have fieldwork on the same days.

    Attributes:
        first: of those days.
        last: of them; the working days between belong to it.
        inspections: two or more, by area.
        person: reference of somebody who is in the team of each of them; empty where it is about the days alone.
    """

    first: date
    last: date
    inspections: tuple[DatedInspection, ...]
    person: str = ""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of the calendar.

    Attributes:
        day: the date.
        holiday: the bank holiday that it is; empty where it is none.
        fieldwork: each inspection on site, with the day's number and how many days there are.
        steps: labels of the timetable, each with the inspections that have that step on the day.
        due: each inspection to which something is owed by the day, with what.
        clashes: the real inspections on site where there is more than one, then the same for each person who is in the
            teams of several; empty where nothing clashes.
    """

    day: date
    holiday: str
    fieldwork: tuple[tuple[DatedInspection, int, int], ...] = ()
    steps: tuple[tuple[str, tuple[DatedInspection, ...]], ...] = ()
    due: tuple[tuple[DatedInspection, str], ...] = ()
    clashes: tuple[FieldworkClash, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Return whether nothing stands on the day, not even a bank holiday."""
        return not (self.holiday or self.fieldwork or self.steps or self.due)


def days(inspections: Sequence[DatedInspection], first: date, last: date) -> list[CalendarDay]:
    """Return every day of a period, weekends too, with what stands there; days of deferred inspections do not."""
    going_on = sorted((each for each in inspections if not each.deferred), key=lambda each: (each.area, each.ref))
    steps: dict[date, dict[str, list[DatedInspection]]] = defaultdict(lambda: defaultdict(list))
    for inspection in going_on:
        for day, label in inspection.steps:
            steps[day][label].append(inspection)
    return [
        _day(going_on, steps.get(day, {}), day)
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1))
    ]


def _day(inspections: Sequence[DatedInspection], steps: Mapping[str, list[DatedInspection]], day: date) -> CalendarDay:
    on_site = [each for each in inspections if day in each.fieldwork]
    return CalendarDay(
        day,
        bank_holiday(day) or "",
        tuple((each, each.fieldwork.index(day) + 1, len(each.fieldwork)) for each in on_site),
        tuple((label, tuple(those)) for label, those in sorted(steps.items())),
        tuple((each, each.due[day]) for each in inspections if day in each.due),
        tuple(_clashes(day, on_site)),
    )


def _clashes(day: date, on_site: Iterable[DatedInspection]) -> Iterator[FieldworkClash]:
    # What is made up keeps nobody from a real inspection.
    real = tuple(each for each in on_site if not each.rehearsal)
    if len(real) > 1:
        yield FieldworkClash(day, day, real)
    for person in sorted({person for each in real for person in each.people}):
        theirs = tuple(each for each in real if person in each.people)
        if len(theirs) > 1:
            yield FieldworkClash(day, day, theirs, person)


def clashes_in(days_: Sequence[CalendarDay]) -> list[FieldworkClash]:
    """Return the clashes of a period, by their first day; what goes on from working day to working day is one."""
    clashes: list[FieldworkClash] = []
    going_on: dict[tuple[str, tuple[str, ...]], int] = {}
    for day in days_:
        if not is_working_day(day.day):
            continue
        last, going_on = going_on, {}
        for clash in day.clashes:
            key = (clash.person, tuple(each.ref for each in clash.inspections))
            place = last.get(key)
            if place is None:
                place = len(clashes)
                clashes.append(clash)
            else:
                clashes[place] = replace(clashes[place], last=day.day)
            going_on[key] = place
    return clashes


def nearest(inspections: Iterable[DatedInspection], first: date, last: date) -> tuple[date | None, date | None]:
    """Return the last day before a period and the first day after it on which anything stands, where there are any."""
    dated = sorted({day for each in inspections if not each.deferred for day in each.days})
    before, after = [day for day in dated if day < first], [day for day in dated if day > last]
    return (before[-1] if before else None), (after[0] if after else None)


def dated_inspections(session: Session, refs: Collection[str] | None) -> list[DatedInspection]:
    """Return inspections that go on, with their days, by area.

    It costs the same number of queries for one inspection as for hundreds.

    Args:
        session: a transaction.
        refs: of those that somebody may see; None for all there are.
    """
    query = select(Inspection).where(col(Inspection.stage).not_in(ENDED))
    if refs is not None:
        query = query.where(col(Inspection.ref).in_(refs))
    inspections = list(session.exec(query.order_by(col(Inspection.area_name), Inspection.ref)))
    live = {each.ref for each in inspections}
    steps: dict[str, list[TimetableStep]] = defaultdict(list)
    for step in session.exec(select(TimetableStep).where(col(TimetableStep.inspection).in_(live))):
        steps[step.inspection].append(step)
    owed = _owed(session, inspections)
    people = _people(session, live)
    return [_dated(each, steps[each.ref], owed[each.ref], people[each.ref]) for each in inspections]


def _dated(
    inspection: Inspection, steps: Sequence[TimetableStep], owed: Sequence[tuple[str, datetime]], people: set[str]
) -> DatedInspection:
    by_step = {step.step: step.day for step in steps}
    fieldwork: tuple[date, ...] = ()
    if {_FIRST, _LAST} <= by_step.keys():
        fieldwork = _working_days(by_step[_FIRST], by_step[_LAST])
    # Where fieldwork has its own days, its first and last step would be shown twice.
    own = ((step.day, step.label) for step in steps if not fieldwork or step.step not in (_FIRST, _LAST))
    return DatedInspection(
        inspection.ref,
        inspection.area_name,
        inspection.theme_id,
        inspection.rehearsal,
        inspection.stage is Stage.DEFERRED,
        tuple(sorted(own)),
        fieldwork,
        _due(owed, inspection.now()),
        frozenset(people),
    )


@lru_cache(maxsize=1024)
def _working_days(first: date, last: date) -> tuple[date, ...]:
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(day for day in every if is_working_day(day))


def _owed(session: Session, inspections: Sequence[Inspection]) -> dict[str, list[tuple[str, datetime]]]:
    """Return what is owed to each inspection: returns and evaluations, and documents, each with its deadline."""
    owed: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    query = select(Request.inspection, Request.state, Request.due_at)
    for ref, state, due in session.exec(query.where(col(Request.inspection).in_({each.ref for each in inspections}))):
        if RequestState(state) not in SETTLED:
            owed[ref].append(("return", due))
    documents = owed_by_inspection(session)
    for inspection in inspections:
        if not documents_refusal(inspection):
            owed[inspection.ref] += [("document", due) for due in documents.get(inspection.ref, ())]
    return owed


def _people(session: Session, refs: Collection[str]) -> dict[str, set[str]]:
    people: dict[str, set[str]] = defaultdict(set)
    today = utc_now().astimezone(ENGLAND).date()
    query = select(Membership.inspection, Membership.person_id).where(
        col(Membership.inspection).in_(refs),
        col(Membership.role).in_(TEAM_ROLES),
        is_live(today),
    )
    for ref, person in session.exec(query):
        people[ref or ""].add(person)
    return people


def _due(owed: Iterable[tuple[str, datetime]], now: datetime) -> dict[date, str]:
    """Return what is owed by each day in words, such as `2 returns and 1 document owed, 1 document overdue`."""
    by_day: dict[date, Counter[tuple[bool, str]]] = defaultdict(Counter)
    for thing, due in owed:
        by_day[due.astimezone(ENGLAND).date()][due < now, thing] += 1
    return {day: _in_words(counts) for day, counts in by_day.items()}


def _in_words(counts: Counter[tuple[bool, str]]) -> str:
    parts = []
    for late, word in ((False, "owed"), (True, "overdue")):
        things = [plural(counts[late, thing], thing) for thing in ("return", "document") if counts[late, thing]]
        parts += [f"{joined(things)} {word}"] if things else []
    return ", ".join(parts)
