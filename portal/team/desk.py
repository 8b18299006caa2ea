"""The manager's desk: all inspections on one page, weeks and clashes of fieldwork, and decisions."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import col, select

from models.england import ENGLAND
from models.roles import Act
from models.tables import Person
from models.tables.base import utc_now
from models.words import titled
from portal.pages.forms import Form
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import programme_who_may
from tasks.ground.database import transaction
from tasks.ground.prefect_api import for_people
from tasks.people.access import door_for
from tasks.people.sessions import SignedIn
from tasks.watch.agency_counts import AgencyCounts, agency_counts
from tasks.watch.decisions import RecordedDecision, decisions
from tasks.watch.desk import DeskRow, clashes, desk, weeks

router = APIRouter(prefix="/desk")

_CLASHES = 10
"""Clashes of fieldwork that the page lists one by one; the calendar has all."""
_AGENCIES = 10
"""Agencies that the page shows at once; the others are opened below."""

Overseer = Annotated[SignedIn, Depends(programme_who_may(Act.SEE_INSPECTION))]
"""Sees every inspection."""


def columns_of(leads: dict[str, str]) -> tuple[ListingColumn[DeskRow], ...]:
    """Return the columns of the list of inspections, which names each lead inspector by their reference's name."""
    return (
        ListingColumn("area", "Area", lambda row: row.area, chosen=True),
        ListingColumn("inspection", "Inspection", lambda row: row.ref),
        ListingColumn("theme", "Theme", lambda row: row.theme, chosen=True),
        ListingColumn("stage", "Stage", lambda row: titled(row.stage), chosen=True),
        ListingColumn("lead", "Lead inspector", lambda row: leads.get(row.lead, row.lead) or "Nobody yet", chosen=True),
        ListingColumn("rehearsal", "Rehearsal", lambda row: row.rehearsal, chosen=True),
        ListingColumn("day", "Next date", lambda row: row.next_day),
        ListingColumn("step", "Next step", lambda row: row.next_step),
        ListingColumn("owed", "Returns owed", lambda row: row.owed),
        ListingColumn("overdue", "Overdue", lambda row: row.overdue),
        ListingColumn("documents", "Documents owed", lambda row: row.documents),
        ListingColumn("documents_overdue", "Documents overdue", lambda row: row.documents_overdue),
        ListingColumn("scanning", "Documents being scanned", lambda row: row.scanning),
        ListingColumn("decisions", "Decisions that wait for you", lambda row: row.decisions),
        ListingColumn("samples", "Samples that wait for you", lambda row: row.samples),
        ListingColumn("concerns", "Immediate concerns", lambda row: row.concerns),
        ListingColumn("undelivered", "Notices not delivered", lambda row: row.undelivered),
        ListingColumn("faults", "Needs an operator", lambda row: row.faults),
    )


@router.get("")
def show(request: Request, visitor: Overseer) -> Response:
    """Show every inspection that goes on, soonest date first."""
    return _show(request, visitor, Wanted())


@router.post("")
def some(request: Request, visitor: Overseer, form: Form) -> Response:
    """Show or download the inspections that are wanted; a download has those that have ended as well."""
    return _show(request, visitor, wanted_in(form))


def _show(request: Request, visitor: SignedIn, wanted: Wanted) -> Response:
    with transaction() as session:
        rows = desk(session, ended=bool(wanted.download), reader=visitor)
        # All names in one query, however many inspections there are.
        query = select(Person.id, Person.name).where(col(Person.id).in_({row.lead for row in rows}))
        leads = dict(session.exec(query).all())
        columns = columns_of(leads)
        listing = arrange(rows, columns, wanted)
        # What is made up says nothing of an agency.
        agencies = agency_counts(session, {row.ref for row in listing.every if not row.rehearsal})
    today = utc_now().astimezone(ENGLAND).date()
    facts: dict[str, Any] = {
        "leads": leads,
        "agencies": agencies,
        "clashes": [clash for clash in clashes(rows) if clash.last >= today],
        "most": _CLASHES,
        "first": _AGENCIES,
        "weeks": weeks(rows),
        # Who is not let in there, such as a data protection officer, is led nowhere.
        "prefect": for_people() if door_for(visitor.doors, Act.WATCH_RUNS) is not None else "",
        "announces": door_for(visitor.doors, Act.ANNOUNCE) is not None,
        # Who oversees data sees how many there are, and opens none.
        "follows": door_for(visitor.doors, Act.FOLLOW_CONCERNS) is not None,
        "back": "/home",
    }
    return answer(request, "desk", "All inspections", listing, columns, **facts)


_COUNTS: tuple[ListingColumn[AgencyCounts], ...] = (
    ListingColumn("name", "Agency", lambda row: row.name),
    ListingColumn("kind", "Kind", lambda row: titled(row.kind), chosen=True),
    ListingColumn("inspections", "Inspections", lambda row: row.inspections),
    ListingColumn("requested", "Returns asked for", lambda row: row.requested),
    ListingColumn("owed", "Owed", lambda row: row.owed),
    ListingColumn("overdue", "Overdue", lambda row: row.overdue),
    ListingColumn("late", "First sent late", lambda row: row.late),
    ListingColumn("documents", "Documents asked for", lambda row: row.documents),
    ListingColumn("documents_owed", "Documents owed", lambda row: row.documents_owed),
    ListingColumn("documents_overdue", "Documents overdue", lambda row: row.documents_overdue),
)


@router.get("/agencies")
def by_agency(request: Request, visitor: Overseer) -> Response:
    """Show what each agency was asked for over all real inspections that go on, most overdue first."""
    return _by_agency(request, visitor, Wanted())


@router.post("/agencies")
def some_agencies(request: Request, visitor: Overseer, form: Form) -> Response:
    """Show or download the agencies that are wanted."""
    return _by_agency(request, visitor, wanted_in(form))


def _by_agency(request: Request, visitor: SignedIn, wanted: Wanted) -> Response:
    with transaction() as session:
        real = {row.ref for row in desk(session, reader=visitor) if not row.rehearsal}
        listing = arrange(agency_counts(session, real), _COUNTS, wanted)
    return answer(request, "by_agency", "Returns and documents by agency", listing, _COUNTS, back="/desk")


_DECISIONS: tuple[ListingColumn[RecordedDecision], ...] = (
    ListingColumn("at", "When", lambda row: row.at),
    ListingColumn("area", "Area", lambda row: row.area, chosen=True),
    ListingColumn("inspection", "Inspection", lambda row: row.ref),
    ListingColumn("what", "Decision", lambda row: row.what),
    ListingColumn("outcome", "Outcome", lambda row: row.outcome, chosen=True),
    ListingColumn("by", "Asked for or decided by", lambda row: row.by, person=True),
    ListingColumn("second", "Answered by", lambda row: row.second, person=True),
    ListingColumn("reason", "Reason", lambda row: row.reason, chosen=True),
)


@router.get("/decisions")
def decided(request: Request, _: Overseer) -> Response:
    """Show what needed two people, and what one person decided alone, newest first."""
    return _decided(request, Wanted())


@router.post("/decisions")
def some_decided(request: Request, _: Overseer, form: Form) -> Response:
    """Show or download the decisions that are wanted."""
    return _decided(request, wanted_in(form))


def _decided(request: Request, wanted: Wanted) -> Response:
    with transaction() as session:
        listing = arrange(decisions(session), _DECISIONS, wanted)
    return answer(request, "decisions", "Decisions", listing, _DECISIONS, back="/desk")
