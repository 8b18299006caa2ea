"""Holds on destruction: whatever destroys asks here first whether it may."""

import secrets
from collections.abc import Iterable

from sqlmodel import Session, col, or_, select

from models.states import HoldReason
from models.tables import Complaint, Hold, Inspection
from models.tables.base import utc_now
from tasks.ledger import audit
from tasks.people.persons import PROGRAMME


def covers(hold: Hold, ref: str, record_class: str = "") -> bool:
    """Return whether a hold covers a class of record of an inspection; of no class, whether it covers any. Pure."""
    return hold.inspection in (None, ref) and (not record_class or not hold.classes or record_class in hold.classes)


def may_be_destroyed(ref: str, holds: Iterable[Hold], record_class: str = "") -> bool:
    """Return whether what an inspection holds may be destroyed: no hold on it, or on everything, goes on. Pure.

    Args:
        ref: the inspection.
        holds: all that there are, those that have ended too.
        record_class: the class of record; empty for everything.
    """
    return not any(hold.ended_at is None and covers(hold, ref, record_class) for hold in holds)


def holds_on(session: Session, ref: str) -> list[Hold]:
    """Return the holds on an inspection and those on everything, the oldest first, those that have ended too."""
    query = select(Hold).where(or_(Hold.inspection == ref, col(Hold.inspection).is_(None)))
    return list(session.exec(query.order_by(col(Hold.placed_at), Hold.id)))


def place_hold(session: Session, ref: str | None, reason: HoldReason, subject: str, *, by: str) -> Hold:
    """Hold an inspection, or everything where none is named; the caller commits."""
    hold = Hold(id=f"H-{secrets.token_hex(8)}", inspection=ref, reason=reason, subject=subject, placed_by=by)
    session.add(hold)
    session.flush()
    facts = {"reason": reason.value, "subject": subject}
    audit.append(session, ref or PROGRAMME, actor=by, action="hold.placed", subject=hold.id, facts=facts)
    return hold


def end_holds(session: Session, ref: str, subject: str, *, by: str) -> int:
    """End the holds on an inspection that are about something, and return how many there were; the caller commits."""
    query = select(Hold).where(Hold.inspection == ref, Hold.subject == subject, col(Hold.ended_at).is_(None))
    rows = list(session.exec(query.with_for_update()))
    for hold in rows:
        hold.ended_by, hold.ended_at = by, utc_now()
        session.add(hold)
        audit.append(session, ref, actor=by, action="hold.ended", subject=hold.id, facts={"subject": subject})
    return len(rows)


def end_incomplete(session: Session, inspection: Inspection, *, by: str) -> None:
    """End the gathering of additional evidence, and the holds of the complaints that asked for it."""
    if inspection.incomplete_at is None:
        return
    inspection.incomplete_at = None
    session.add(inspection)
    query = select(Complaint).where(Complaint.inspection == inspection.ref, col(Complaint.incomplete).is_(True))
    for complaint in session.exec(query).all():
        end_holds(session, inspection.ref, complaint.id, by=by)
    audit.append(session, inspection.ref, actor=by, action="inspection.complete-again", subject=inspection.ref)
