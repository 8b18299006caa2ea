"""A person's first page over all their inspections: what waits for them, what is due, where they may go."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, col, select

from models import words
from models.decisions import right_for
from models.lifecycle import ENDED, Stage
from models.roles import AGENCY_ROLES, LASTING, ROLE_LABELS, Act, in_role, may
from models.tables import Inspection, Proposal, TimetableStep
from portal.pages.forms import Form
from portal.pages.frame import to
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import COOKIE, NotTheirsError, SignedInPerson, sign_in
from portal.people.happened import happened
from portal.people.waits import Waits, counted, open_requests, waits_of
from tasks.ground.database import transaction
from tasks.ground.prefect_api import for_people
from tasks.inspection.days import upcoming
from tasks.jobs.second_person import Waiting, waiting_of
from tasks.people import sessions
from tasks.people.access import Door, door_for, doors_to
from tasks.people.sessions import SignedIn
from tasks.people.two_people import asks_for_approval, open_proposals, person_in, waits_for

router = APIRouter()


@router.get("/home")
def home(request: Request, visitor: SignedInPerson) -> Response:
    """Show every inspection that a person has a role in, with what waits for them there: what waits first, by date."""
    return _home(request, visitor, EVERYTHING)


@router.post("/home/list")
def some(request: Request, visitor: SignedInPerson, form: Form) -> Response:
    """Show or download the inspections that are wanted."""
    return _home(request, visitor, wanted_in(form))


_SHORT = 10
"""As many inspections are read without looking for one."""


def _waits(row: dict[str, Any]) -> bool:
    return bool(row["waits"] or row["decisions"] or row["sample"])


_COLUMNS: tuple[ListingColumn[dict[str, Any]], ...] = (
    ListingColumn("area", "Area", lambda row: row["title"]),
    ListingColumn("inspection", "Inspection", lambda row: row["inspection"].ref),
    ListingColumn("rehearsal", "Rehearsal", lambda row: row["inspection"].rehearsal, chosen=True),
    ListingColumn("stage", "Stage", lambda row: words.titled(row["inspection"].stage), chosen=True),
    ListingColumn("role", "You are", lambda row: row["role"].capitalize(), chosen=True),
    ListingColumn("agency", "Agency", lambda row: row["agency"], chosen=True),
    ListingColumn("day", "Next date", lambda row: row["day"]),
    ListingColumn("next", "Next step", lambda row: row["next"]),
    ListingColumn("waits", "Something waits for you", _waits, chosen=True),
)


def _home(request: Request, visitor: SignedIn, wanted: Wanted) -> Response:
    with transaction() as session:
        rows = rows_for(session, visitor.doors, visitor.person)
        happenings = happened(session, visitor.doors, [row["inspection"].ref for row in rows])
        requests = open_requests(session) if door_for(visitor.doors, Act.OVERSEE_DATA) is not None else 0
    # What waits stands on the first page of a long list, however far away its date is.
    rows.sort(key=lambda row: (not _waits(row), row["day"] or date.max, row["title"]))
    listing = arrange(rows, _COLUMNS, wanted)
    keeps = any(may(door.role, Act.KEEP_PEOPLE) for door in visitor.doors)
    concerned = any(may(door.role, act) for door in visitor.doors for act in LASTING)
    facts: dict[str, Any] = {"long": len(rows) > _SHORT, "keeps_people": keeps, "concerned": concerned}
    facts |= {"happenings": happenings, "requests": requests}
    facts |= {"announces": door_for(visitor.doors, Act.ANNOUNCE) is not None, "prefect": for_people()}
    facts["watches_runs"] = door_for(visitor.doors, Act.WATCH_RUNS) is not None
    facts["keeps_reports"] = door_for(visitor.doors, Act.KEEP_REPORTS) is not None
    facts["sees_records"] = door_for(visitor.doors, Act.SEE_RECORDS) is not None
    facts["oversees_data"] = door_for(visitor.doors, Act.OVERSEE_DATA) is not None
    facts["record_decisions"] = _of_records(visitor)
    facts["watches"] = bool(doors_to(visitor.doors, Act.SEE_INSPECTION))
    facts["oversees"] = door_for(visitor.doors, Act.SEE_INSPECTION) is not None
    return answer(request, "home", "Your inspections", listing, _COLUMNS, person=visitor, **facts)


def _of_records(visitor: SignedIn) -> list[Waiting]:
    """Return what waits for a second person on records of inspections that have ended, which the page does not list."""
    own = {act for act in (Act.KEEP_RECORDS, Act.PUT_ASIDE) if door_for(visitor.doors, act) is not None}
    if not own:
        return []
    with transaction() as session:
        rows = [row for row in open_proposals(session) if right_for(row.act) in own]
        live = set(_all_live(session))
        theirs = [row for row in rows if row.inspection not in live and person_in(row.asked_by) != visitor.person]
        return waiting_of(session, theirs)


def rows_for(session: Session, doors: Sequence[Door], person: str) -> list[dict[str, Any]]:
    """Return what the page says of each inspection that a person's roles reach, once a role."""
    reached = [
        (door, ref)
        for door in doors
        if may(door.role, Act.SEE_INSPECTION) or door.role in AGENCY_ROLES
        for ref in ([door.inspection] if door.inspection else _all_live(session))
    ]
    # All at once: who sees every inspection waits for the same number of queries as who sees one.
    refs = {ref for _, ref in reached}
    query = select(Inspection).where(col(Inspection.ref).in_(refs))
    inspections = {row.ref: row for row in session.exec(query)}
    steps: dict[str, list[TimetableStep]] = defaultdict(list)
    for step in session.exec(select(TimetableStep).where(col(TimetableStep.inspection).in_(refs))):
        steps[step.inspection].append(step)
    proposals: dict[str, list[tuple[Proposal, Waiting]]] = defaultdict(list)
    undecided = [row for row in open_proposals(session) if row.inspection in refs]
    for row, worded in zip(undecided, waiting_of(session, undecided), strict=True):
        proposals[row.inspection].append((row, worded))
    waits = counted(session, refs, {door.agency_id for door, _ in reached if door.agency_id}, person)
    return [_row(door, inspections[ref], steps[ref], proposals[ref], waits, person) for door, ref in reached]


def _all_live(session: Session) -> list[str]:
    return [row.ref for row in session.exec(select(Inspection)) if row.stage not in ENDED]


def _row(
    door: Door,
    inspection: Inspection,
    steps: list[TimetableStep],
    proposals: list[tuple[Proposal, Waiting]],
    waits: Waits,
    person: str,
) -> dict[str, Any]:
    coming = upcoming(steps, inspection)
    return {
        "title": inspection.area_name,
        "inspection": inspection,
        "role": ROLE_LABELS[door.role],
        "are": in_role(door.role),
        "agency": waits.agencies.get(door.agency_id, ""),
        "as": door.membership if door.role in AGENCY_ROLES else "",
        "day": coming[0][0] if coming else None,
        "next": f"{coming[0][1]}: {words.long_weekday(coming[0][0])}" if coming else "",
        "waits": waits_of(door, inspection, waits),
        # Those that wait for somebody in this role as the second person: not those that they asked for.
        "decisions": [worded for row, worded in proposals if waits_for(row, (door,), person)],
        "sample": inspection.stage == Stage.SAMPLE_PROPOSED
        and may(door.role, Act.DECIDE_SAMPLE)
        and not any(asks_for_approval(row) for row, _ in proposals),
    }


@router.post("/home/as/{membership}")
def act_as(membership: str, request: Request, visitor: SignedInPerson, _: Form) -> Response:
    """Look at the pages of one of several agencies."""
    if membership not in {door.membership for door in visitor.doors if door.role in AGENCY_ROLES}:
        raise NotTheirsError
    with transaction() as session:
        secret = sessions.act_as(session, visitor, request.cookies[COOKIE], membership)
    answer = to("/")
    # Without one the browser keeps what it has: its session got another secret a moment ago, or ended.
    if secret:
        sign_in(answer, secret)
    return answer
