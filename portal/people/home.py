"""A person's first page over all their inspections: what waits for them, what is due, where they may go."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, select

from models import words
from models.decisions import right_for
from models.lifecycle import ENDED, SETTLED
from models.roles import AGENCY_ROLES, LASTING, ORGANISATION_ROLES, ROLE_LABELS, Act, may
from models.tables import Agency, Inspection, TimetableStep
from models.tables import Request as ReturnRequest
from portal.pages.forms import Form
from portal.pages.frame import page, to
from portal.pages.session import NotTheirsError, SignedInPerson
from tasks.ground.database import transaction
from tasks.ground.prefect_api import for_people
from tasks.inspection.days import upcoming
from tasks.jobs.second_person import Waiting, waiting
from tasks.people import sessions
from tasks.people.access import Door, door_for, doors_to
from tasks.people.sessions import SignedIn
from tasks.people.two_people import open_proposals, person_in

router = APIRouter()


@router.get("/home")
def home(request: Request, visitor: SignedInPerson) -> Response:
    """Show every inspection that a person has a role in, soonest date first, with what waits for them there."""
    with transaction() as session:
        rows = sorted(_rows(session, visitor), key=lambda row: (row["day"], row["title"]))
    keeps = any(may(door.role, Act.KEEP_PEOPLE) for door in visitor.doors)
    concerned = any(may(door.role, act) for door in visitor.doors for act in LASTING)
    facts: dict[str, Any] = {"rows": rows, "keeps_people": keeps, "concerned": concerned}
    facts |= {"announces": door_for(visitor.doors, Act.ANNOUNCE) is not None, "prefect": for_people()}
    facts["keeps_reports"] = door_for(visitor.doors, Act.KEEP_REPORTS) is not None
    facts["sees_records"] = door_for(visitor.doors, Act.SEE_RECORDS) is not None
    facts["oversees_data"] = door_for(visitor.doors, Act.OVERSEE_DATA) is not None
    facts["record_decisions"] = _of_records(visitor)
    facts["watches"] = bool(doors_to(visitor.doors, Act.SEE_INSPECTION))
    facts["oversees"] = door_for(visitor.doors, Act.SEE_INSPECTION) is not None
    return page(request, "home", "Your inspections", person=visitor, **facts)


def _of_records(visitor: SignedIn) -> list[Waiting]:
    """Return what waits for a second person on records of inspections that have ended, which the page does not list."""
    own = {act for act in (Act.KEEP_RECORDS, Act.PUT_ASIDE) if door_for(visitor.doors, act) is not None}
    if not own:
        return []
    with transaction() as session:
        rows = [row for row in open_proposals(session) if right_for(row.act) in own]
        live = set(_all_live(session))
        return [
            waiting(session, row)
            for row in rows
            if row.inspection not in live and person_in(row.asked_by) != visitor.person
        ]


def _rows(session: Session, visitor: SignedIn) -> list[dict[str, Any]]:
    rows = []
    for door in visitor.doors:
        if door.role in ORGANISATION_ROLES:
            continue
        refs = [door.inspection] if door.inspection else _all_live(session)
        rows += [_row(session, door, session.get_one(Inspection, ref), visitor.person) for ref in refs]
    return rows


def _all_live(session: Session) -> list[str]:
    return [row.ref for row in session.exec(select(Inspection)) if row.stage not in ENDED]


def _row(session: Session, door: Door, inspection: Inspection, person: str) -> dict[str, Any]:
    steps = session.exec(select(TimetableStep).where(TimetableStep.inspection == inspection.ref))
    coming = upcoming(list(steps), inspection)
    decisions = [] if door.agency_id else _decisions_for(session, door, inspection.ref, person)
    return {
        "title": inspection.area_name,
        "inspection": inspection,
        "role": ROLE_LABELS[door.role],
        "agency": session.get_one(Agency, door.agency_id).name if door.agency_id else "",
        "as": door.membership if door.role in AGENCY_ROLES else "",
        "day": coming[0][0].isoformat() if coming else "9999",
        "next": f"{coming[0][1]}: {words.long_weekday(coming[0][0])}" if coming else "",
        "waits": _owed_by(session, door) if door.agency_id else [],
        "decisions": decisions,
    }


def _owed_by(session: Session, door: Door) -> list[str]:
    rows = session.exec(select(ReturnRequest).where(ReturnRequest.agency_id == door.agency_id)).all()
    owed = [row for row in rows if row.state not in SETTLED]
    return [f"{words.plural(len(owed), 'return is', 'returns are')} not settled yet"] if owed else []


def _decisions_for(session: Session, door: Door, ref: str, person: str) -> list[Waiting]:
    """Return the decisions that wait for somebody in a role as the second person: not those that they asked for."""
    return [
        waiting(session, row)
        for row in open_proposals(session, ref)
        if may(door.role, right_for(row.act)) and person_in(row.asked_by) != person
    ]


@router.post("/home/as/{membership}")
def act_as(membership: str, visitor: SignedInPerson, _: Form) -> Response:
    """Look at the pages of one of several agencies."""
    if membership not in {door.membership for door in visitor.doors if door.role in AGENCY_ROLES}:
        raise NotTheirsError
    with transaction() as session:
        sessions.act_as(session, visitor.session, membership)
    return to("/")
