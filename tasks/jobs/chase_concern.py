"""Chases a concern about a child that an agency has not answered: more people there, its director, the team."""

from datetime import timedelta

from sqlmodel import Session, select

from models.ids import ConcernSubject, agency_kind, once_key
from models.roles import Role
from models.tables import Agency, Concern, ConcernReceipt, Inspection
from models.tables.base import utc_now
from models.words import moment, plural
from tasks.concerns.raising import CHASED_AFTER, chase_later, tell_agency, tell_team
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.work import Claim, finish
from tasks.people.notices import write_notice
from tasks.people.persons import named_at

_LATER = timedelta(hours=4)
# The first two chases are half an hour apart; what is still open then is a matter for the telephone.
_HALF_HOURLY = 2


ESCALATED_AT = 2
"""At which chase a director is told: everybody else there has had half an hour by then."""


def concern_name(claimed: Claim) -> str:
    """Return what people call a chase: the area, and which chase it is; nothing of the child."""
    with transaction() as session:
        area = session.get_one(Inspection, claimed.inspection).area_name
    return f"{area} - immediate concern, chase {ConcernSubject.parse(claimed.subject).step}"


def chase(claimed: Claim) -> str:
    """Tell more people of a concern that nobody has answered, and owe the next chase; safe to repeat."""
    owed = ConcernSubject.parse(claimed.subject)
    with transaction() as session:
        finish(session, claimed)
        concern = session.get_one(Concern, owed.concern, with_for_update=True)
        waiting = _unanswered(session, concern)
        for receipt in waiting:
            _widen(session, concern, receipt, owed.step)
        if waiting:
            step = owed.step + 1
            pause = CHASED_AFTER if step <= _HALF_HOURLY else _LATER
            chase_later(session, concern, step, utc_now() + pause)
    return f"{plural(len(waiting), 'agency has', 'agencies have')} not answered" if waiting else "answered"


def _unanswered(session: Session, concern: Concern) -> list[ConcernReceipt]:
    query = select(ConcernReceipt).where(ConcernReceipt.concern_id == concern.id).order_by(ConcernReceipt.agency_id)
    return [row for row in session.exec(query.with_for_update()) if row.answered_at is None]


def _widen(session: Session, concern: Concern, receipt: ConcernReceipt, step: int) -> None:
    receipt.widened_at = receipt.widened_at or utc_now()
    session.add(receipt)
    agency = session.get_one(Agency, receipt.agency_id)
    tell_agency(session, concern, agency, everybody=True, kind="concern_chased", once=f"chased/{step}")
    directors = _tell_directors(session, concern, receipt, agency, step)
    facts: dict[str, object] = {"agency": agency.name, "since": moment(concern.raised_at), "director": directors}
    facts |= {"gss": session.get_one(Inspection, concern.inspection).area_gss}
    tell_team(session, concern, "concern_unanswered", once=f"unanswered/{agency.id}/{step}", facts=facts)
    audit.append(
        session,
        concern.inspection,
        actor="system: sweep",
        action="concern.chased",
        subject=concern.id,
        facts={"agency": agency_kind(agency.id), "chase": step, "director": directors},
    )


def _tell_directors(session: Session, concern: Concern, receipt: ConcernReceipt, agency: Agency, step: int) -> str:
    """Tell the directors of an agency once it is their turn; return whether that is so, is next, or there is none."""
    people = named_at(session, agency, Role.DIRECTOR)
    if not people:
        return "nobody"
    if step < ESCALATED_AT:
        return "next"
    receipt.escalated_at = receipt.escalated_at or utc_now()
    session.add(receipt)
    facts: dict[str, object] = {"concern": concern.id, "agency": agency.name, "since": moment(concern.raised_at)}
    once = once_key("concern", concern.id, agency.id, f"escalated/{step}")
    for person in people:
        write_notice(session, "concern_escalated", person, once=once, inspection=concern.inspection, facts=facts)
    return "told"
