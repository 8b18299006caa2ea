"""The manager's desk: where every inspection stands, what is next, owed and overdue, and where fieldwork clashes."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from sqlmodel import Session, col, func, select

from models.lifecycle import ENDED, SETTLED, RequestState, Stage
from models.plan import Span
from models.roles import Act, Role
from models.states import UNDELIVERED, WorkState
from models.tables import Concern, Inspection, Membership, Notice, Request, TimetableStep, Work
from models.tables.base import utc_now
from tasks.documents.counts import owed_by_inspection, scanning_by_inspection
from tasks.inspection.days import upcoming
from tasks.inspection.document_items import documents_refusal
from tasks.people.access import door_for, is_live
from tasks.people.notices import STUCK, UNDERWAY
from tasks.people.sessions import SignedIn
from tasks.people.two_people import asks_for_approval, open_proposals, waits_for


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One inspection on the desk.

    Attributes:
        ref: the inspection.
        area: its name.
        theme: id of the theme.
        stage: where it stands.
        rehearsal: whether its data are made up.
        lead: reference of the lead inspector; empty where nobody leads it.
        next_day: the day of its next step; None where none is left.
        next_step: what that step is.
        owed: returns that are not settled.
        overdue: those of them whose deadline has passed.
        decisions: that wait for a second person: for whoever reads, or for anybody where no reader is named.
        concerns: immediate concerns about a child that nobody has answered.
        undelivered: notices that did not reach their readers.
        faults: what does not go on without an operator.
        announced: the day of its announcement.
        fieldwork: first and last day of fieldwork, where the timetable has both.
        documents: that are owed.
        documents_overdue: those of them whose deadline has passed.
        scanning: documents that came and that nobody can open before the scanner has answered.
        samples: that wait for approval, of whoever reads or of anybody; 0 while a second person is asked to confirm it.
    """

    ref: str
    area: str
    theme: str
    stage: Stage
    rehearsal: bool
    lead: str
    next_day: date | None
    next_step: str
    owed: int
    overdue: int
    decisions: int
    concerns: int
    undelivered: int
    faults: int
    announced: date
    fieldwork: tuple[date, date] | None
    documents: int = 0
    documents_overdue: int = 0
    scanning: int = 0
    samples: int = 0


@dataclass(frozen=True, slots=True)
class DeskClash:
    """Two inspections whose fieldwork falls on the same days."""

    area: str
    other: str
    first: date
    last: date


def desk(session: Session, *, ended: bool = False, reader: SignedIn | None = None) -> list[DeskRow]:
    """Return every inspection, the one whose next date is soonest first.

    It costs the same number of queries for one inspection as for hundreds.

    Args:
        session: a transaction.
        ended: whether those that were closed or cancelled are shown as well.
        reader: for whom decisions and samples wait that are counted; None counts what waits for anybody.
    """
    now = utc_now()
    inspections = [row for row in session.exec(select(Inspection)) if ended or row.stage not in ENDED]
    steps: dict[str, list[TimetableStep]] = defaultdict(list)
    for step in session.exec(select(TimetableStep)):
        steps[step.inspection].append(step)
    counts = _Counts.read(session, now, reader)
    rows = [_row(inspection, steps[inspection.ref], counts, reader) for inspection in inspections]
    return sorted(rows, key=lambda row: (row.next_day or date.max, row.area, row.ref))


@dataclass(frozen=True, slots=True)
class _Counts:
    """What is counted of each inspection, one query a kind."""

    requests: dict[str, list[tuple[RequestState, datetime]]]
    leads: dict[str, str]
    decisions: Counter[str]
    confirming: frozenset[str]
    concerns: Counter[str]
    undelivered: Counter[str]
    faults: Counter[str]
    documents: dict[str, list[datetime]]
    scanning: Counter[str]

    @classmethod
    def read(cls, session: Session, now: datetime, reader: SignedIn | None) -> "_Counts":
        requests: dict[str, list[tuple[RequestState, datetime]]] = defaultdict(list)
        for ref, state, due in session.exec(select(Request.inspection, Request.state, Request.due_at)):
            requests[ref].append((RequestState(state), due))
        query = select(Membership).where(Membership.role == Role.LEAD, is_live(now.date()))
        # The first who got the role leads, as every other page has it.
        leads: dict[str, str] = {}
        for row in session.exec(query.order_by(col(Membership.given_at), Membership.id)):
            leads.setdefault(row.inspection or "", row.person_id)
        proposals = open_proposals(session)
        decisions = Counter(
            row.inspection for row in proposals if reader is None or waits_for(row, reader.doors, reader.person)
        )
        # Where a second person is asked to confirm the approval, that decision is what waits.
        confirming = frozenset(row.inspection for row in proposals if asks_for_approval(row))
        concerns = session.exec(
            select(Concern.inspection, func.count())
            .where(col(Concern.settled_at).is_(None))
            .group_by(col(Concern.inspection))
        )
        lost = session.exec(
            select(Notice.inspection, func.count())
            .where(col(Notice.delivery).in_(UNDELIVERED))
            .group_by(Notice.inspection)
        )
        faults = Counter(session.exec(select(Work.inspection).where(Work.state == WorkState.DEAD)).all())
        stuck = col(Notice.delivery).in_(UNDERWAY), col(Notice.written_at) < now - STUCK
        # As on the board, all notices of an inspection that are stuck are one fault.
        faults.update(ref for ref in session.exec(select(Notice.inspection).where(*stuck).distinct()) if ref)
        undelivered = {ref: number for ref, number in lost if ref}
        counted = decisions, confirming, Counter(dict(concerns.all())), Counter(undelivered), faults
        return cls(requests, leads, *counted, owed_by_inspection(session), scanning_by_inspection(session))


def _row(inspection: Inspection, steps: list[TimetableStep], counts: _Counts, reader: SignedIn | None) -> DeskRow:
    ref, now = inspection.ref, inspection.now()
    coming = [] if inspection.stage in ENDED else upcoming(steps, inspection)
    owed = [due for state, due in counts.requests[ref] if state not in SETTLED]
    decides = reader is None or door_for(reader.doors, Act.DECIDE_SAMPLE, ref) is not None
    documents = [] if documents_refusal(inspection) else counts.documents.get(ref, [])
    days = {step.step: step.day for step in steps}
    both = "fieldwork_start" in days and "fieldwork_end" in days
    return DeskRow(
        ref=ref,
        area=inspection.area_name,
        theme=inspection.theme_id,
        stage=Stage(inspection.stage),
        rehearsal=inspection.rehearsal,
        lead=counts.leads.get(ref, ""),
        next_day=coming[0][0] if coming else None,
        next_step=coming[0][1] if coming else "",
        owed=len(owed),
        overdue=sum(due < now for due in owed),
        decisions=counts.decisions[ref],
        concerns=counts.concerns[ref],
        undelivered=counts.undelivered[ref],
        faults=counts.faults[ref],
        announced=inspection.announced,
        fieldwork=(days["fieldwork_start"], days["fieldwork_end"]) if both else None,
        documents=len(documents),
        documents_overdue=sum(due < now for due in documents),
        scanning=counts.scanning[ref],
        samples=int(inspection.stage == Stage.SAMPLE_PROPOSED and ref not in counts.confirming and decides),
    )


def _takes_its_days(row: DeskRow) -> bool:
    return not row.rehearsal and row.stage not in ENDED and row.stage is not Stage.DEFERRED


def dated_spans(rows: Sequence[DeskRow], teams: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> list[Span]:
    """Return the days and people that real inspections which go on take, for a plan to keep clear of."""
    return [
        Span(row.announced, *row.fieldwork, row.lead, teams.get(row.ref, ()))
        for row in rows
        if row.fieldwork and _takes_its_days(row)
    ]


def inspectors_of(session: Session) -> dict[str, tuple[str, ...]]:
    """Return the references of the inspectors of each inspection beside its lead, whose roles have not ended."""
    query = select(Membership).where(Membership.role == Role.INSPECTOR, col(Membership.ended_at).is_(None))
    teams: dict[str, list[str]] = defaultdict(list)
    for row in session.exec(query.order_by(col(Membership.given_at), Membership.id)):
        teams[row.inspection or ""].append(row.person_id)
    return {ref: tuple(dict.fromkeys(people)) for ref, people in teams.items()}


def clashes(rows: Sequence[DeskRow]) -> list[DeskClash]:
    """Return each pair of real inspections that go on and whose fieldwork shares a day, by date."""
    dated = sorted((row.fieldwork, row.area) for row in rows if row.fieldwork and _takes_its_days(row))
    pairs = []
    for at, ((_, last), area) in enumerate(dated):
        for (first, until), other in dated[at + 1 :]:
            # Sorted by their first day: none that comes later can share one either.
            if first > last:
                break
            pairs.append(DeskClash(area, other, first, min(last, until)))
    return pairs


def weeks(rows: Sequence[DeskRow]) -> dict[date, list[str]]:
    """Return the areas with fieldwork in each week, by its Monday; days of a deferred inspection do not stand."""
    by_week: dict[date, list[str]] = defaultdict(list)
    for row in rows:
        if row.fieldwork and row.stage not in ENDED and row.stage is not Stage.DEFERRED:
            monday = row.fieldwork[0] - timedelta(days=row.fieldwork[0].weekday())
            while monday <= row.fieldwork[1]:
                by_week[monday].append(row.area)
                monday += timedelta(days=7)
    return dict(sorted(by_week.items()))
