"""Legal holds by matter: each says what it covers, who set it and why; two people set it and two people lift it."""

import re
import secrets
from collections.abc import Sequence
from enum import StrEnum

from sqlmodel import Session, col, select

from models.refusals import FormRefusedError, Mistake, Refusal
from models.retention import CLASS_LABELS, RecordClass
from models.states import HoldReason
from models.tables import Hold, Inspection
from models.tables.base import utc_now
from models.words import joined
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import UnknownInspectionError, inspection_of
from tasks.people.persons import PROGRAMME
from tasks.retention.holding import HOLD_LABELS

EVERYTHING = "everything"
"""In place of an inspection: the hold covers all inspections, those to come too."""

MATTER = re.compile(r"[A-Z]{2,6}-\d{4}-\d{1,5}")
"""The number of a matter, such as INQ-2026-14: no name of anybody fits it."""

LEGAL = tuple(reason for reason in HoldReason if reason is not HoldReason.COMPLAINT)
"""The reasons for which people set a hold; a complaint sets its own."""


class LiftReason(StrEnum):
    """Why a hold is lifted; a reason from the list, because free words could name a child."""

    OVER = "The matter is over, and whoever asked for the hold agrees"
    IN_ERROR = "The hold was set in error"
    REPLACED = "Another hold covers the same matter"


class HoldError(Refusal):
    """A hold cannot be set or lifted; the sentence says why."""


def check_hold(matter: str, covers: Sequence[str], classes: Sequence[str], reason: str) -> None:
    """Refuse what is no hold, with each field that is wrong.

    Args:
        matter: its number in the controller's own register.
        covers: references of inspections, or `everything`.
        classes: of record; all where there are none.
        reason: the name of a value of `HoldReason`.

    Raises:
        FormRefusedError: a value is wrong.
    """
    mistakes = []
    if not MATTER.fullmatch(matter):
        mistakes.append(Mistake("matter", "Enter the number of the matter in your register, such as INQ-2026-14."))
    if reason not in {each.name for each in LEGAL}:
        mistakes.append(Mistake("reason", "Choose why nothing may be destroyed."))
    if not covers:
        mistakes.append(Mistake("covers", "Choose at least 1 inspection, or all of them."))
    if set(classes) - set(RecordClass):
        mistakes.append(Mistake("classes", "Choose classes of record from the list."))
    with transaction() as session:
        for ref in sorted(set(covers) - {EVERYTHING}):
            try:
                inspection_of(session, ref)
            except UnknownInspectionError as unknown:
                mistakes.append(Mistake("covers", unknown.sentence))
    if mistakes:
        raise FormRefusedError(mistakes)


def place(
    matter: str, covers: Sequence[str], classes: Sequence[str], reason: HoldReason, *, by: str, second: str
) -> list[Hold]:
    """Set a hold of a matter on each inspection that it covers, or on everything; return those that are new.

    A matter that is held already keeps what it covers: a second hold of it only ever adds.

    Raises:
        HoldError: all that is asked for is held already.
        FormRefusedError: a value is wrong.
    """
    check_hold(matter, covers, classes, reason.name)
    with transaction() as session:
        # With its classes: a matter that holds the data of children may come to hold the evidence, too.
        there = {(hold.inspection, *hold.classes) for hold in open_holds(session, matter)}
        wanted = [None] if EVERYTHING in covers else sorted(set(covers))
        kinds = sorted(set(classes))
        rows = [
            Hold(
                id=f"H-{secrets.token_hex(8)}",
                inspection=ref,
                reason=reason,
                subject=matter,
                matter=matter,
                classes=kinds,
                placed_by=by,
                confirmed_by=second,
            )
            for ref in wanted
            if (ref, *kinds) not in there
        ]
        if not rows:
            raise HoldError(f"The matter {matter} holds all of this already.")
        for row in rows:
            session.add(row)
            session.flush()
            facts = {"reason": row.reason.value, "matter": matter, "classes": kinds, "second": second}
            facts |= {"covers": row.inspection or EVERYTHING}
            where = row.inspection or PROGRAMME
            audit.append(session, where, actor=by, action="hold.placed", subject=row.id, facts=facts)
        return rows


def lift(matter: str, reason: LiftReason, *, by: str, second: str) -> list[Hold]:
    """Lift all holds of a matter together: no hold is ever narrowed or shortened by itself.

    Raises:
        HoldError: the matter holds nothing.
    """
    with transaction() as session:
        query = select(Hold).where(Hold.matter == matter, col(Hold.ended_at).is_(None)).order_by(Hold.id)
        # Holds of complaints have no matter: an empty one would lift them all.
        rows = list(session.exec(query.with_for_update())) if matter else []
        if not rows:
            raise HoldError(f"No hold of the matter {matter} goes on.")
        for row in rows:
            row.ended_by, row.end_confirmed_by, row.ended_at = by, second, utc_now()
            row.end_reason = reason.name
            session.add(row)
            facts = {"matter": matter, "reason": reason.name.lower(), "second": second}
            where = row.inspection or PROGRAMME
            audit.append(session, where, actor=by, action="hold.ended", subject=row.id, facts=facts)
        return rows


def open_holds(session: Session, matter: str = "") -> list[Hold]:
    """Return the legal holds that go on, by matter and then by what they cover; those of one matter where named."""
    query = select(Hold).where(Hold.matter != "", col(Hold.ended_at).is_(None))
    if matter:
        query = query.where(Hold.matter == matter)
    return list(session.exec(query.order_by(Hold.matter, col(Hold.placed_at), Hold.id)))


def in_words(session: Session, hold: Hold) -> str:
    """Return what a hold covers, as people read it."""
    kinds = [RecordClass(name) for name in hold.classes]
    what = joined([CLASS_LABELS[kind].lower() for kind in kinds]) if kinds else "all classes of record"
    if hold.inspection is None:
        return f"every inspection, {what}"
    return f"{session.get_one(Inspection, hold.inspection).area_name} ({hold.inspection}), {what}"


def asks_to_hold(covers: Sequence[str], matter: str, reason: HoldReason) -> str:
    """Return what is asked for where a hold is to be set, without a full stop."""
    what = "every inspection" if EVERYTHING in covers else joined(sorted(covers))
    return f"Hold {what} for the matter {matter}: {HOLD_LABELS[reason][:1].lower()}{HOLD_LABELS[reason][1:]}"
