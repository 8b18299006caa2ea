"""Chases a concern about a child that an agency has not answered: more people there, the lead and the managers."""

from datetime import timedelta

from sqlmodel import Session, select

from models.ids import agency_kind
from models.tables import Agency, Concern, ConcernReceipt, Inspection
from models.tables.base import utc_now
from models.words import moment, plural
from tasks.concerns.raising import CHASED_AFTER, chase_later, tell_agency, tell_team
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.work import Claim, finish

_LATER = timedelta(hours=4)
# The first two chases are half an hour apart; what is still open then is a matter for the telephone.
_HALF_HOURLY = 2


def concern_name(claimed: Claim) -> str:
    """Return what people call a chase: the area, and which chase it is; nothing of the child."""
    with transaction() as session:
        area = session.get_one(Inspection, claimed.inspection).area_name
    return f"{area} - immediate concern, chase {claimed.subject.rpartition('/')[2]}"


def chase(claimed: Claim) -> str:
    """Tell more people of a concern that nobody has answered, and owe the next chase; safe to repeat."""
    identity, _, number = claimed.subject.rpartition("/")
    with transaction() as session:
        finish(session, claimed)
        concern = session.get_one(Concern, identity, with_for_update=True)
        waiting = _unanswered(session, concern)
        for receipt in waiting:
            _widen(session, concern, receipt, int(number))
        if waiting:
            step = int(number) + 1
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
    facts: dict[str, object] = {"agency": agency.name, "since": moment(concern.raised_at)}
    tell_team(session, concern, "concern_unanswered", once=f"unanswered/{agency.id}/{step}", facts=facts)
    audit.append(
        session,
        concern.inspection,
        actor="system: sweep",
        action="concern.chased",
        subject=concern.id,
        facts={"agency": agency_kind(agency.id), "chase": step},
    )
