"""Counts the documents of inspections: what each agency was asked for, what came, what is owed and overdue."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.keys import PUT_ASIDE
from models.states import DocumentState
from models.tables import Agency, DocumentItem, DocumentVersion, Inspection
from models.words import joined
from tasks.inspection.document_items import documents_refusal


@dataclass(frozen=True, slots=True)
class DocumentCounts:
    """The documents of one agency in one inspection; what is only offered is not counted."""

    agency: str
    requested: int
    received: int
    none_held: int
    owed: int
    overdue: int
    scanning: int = 0
    """Of those received, how many wait for the scanner, so that nobody can open them yet."""


def counts_by_agency(session: Session, inspection: Inspection) -> list[DocumentCounts]:
    """Return how the documents of an inspection stand, by agency; agencies that are asked for none are left out."""
    query = select(DocumentItem, Agency).join(Agency, col(Agency.id) == DocumentItem.agency_id)
    states = col(DocumentItem.state).not_in((DocumentState.OFFERED, DocumentState.WITHDRAWN))
    rows = session.exec(query.where(DocumentItem.inspection == inspection.ref, states)).all()
    now, waiting = inspection.now(), Counter(session.exec(_waiting(DocumentItem.agency_id, inspection.ref)).all())
    agencies = {agency.id: agency for _, agency in rows}
    counts = []
    for agency in (agencies[identity] for identity in sorted(agencies)):
        items, takes = [item for item, its in rows if its is agency], not documents_refusal(inspection, agency)
        by_state = Counter(item.state for item in items)
        owed = [item.due_at for item in items if item.state is DocumentState.ASKED and takes]
        overdue = sum(due < now for due in owed)
        received, none_held = by_state[DocumentState.RECEIVED], by_state[DocumentState.NONE_HELD]
        scanning = waiting[agency.id]
        counts.append(DocumentCounts(agency.name, len(items), received, none_held, len(owed), overdue, scanning))
    return counts


def owed_by_inspection(session: Session) -> dict[str, list[datetime]]:
    """Return the deadlines of the documents that are owed, by inspection; none of an agency that is held."""
    owed: dict[str, list[datetime]] = {}
    query = select(DocumentItem.inspection, DocumentItem.due_at).join(Agency, col(Agency.id) == DocumentItem.agency_id)
    for ref, due in session.exec(query.where(DocumentItem.state == DocumentState.ASKED, Agency.lacks == "")):
        owed.setdefault(ref, []).append(due)
    return owed


def scanning_by_inspection(session: Session) -> Counter[str]:
    """Return how many versions of documents wait for the scanner, by inspection."""
    return Counter(session.exec(_waiting(DocumentItem.inspection)).all())


def _waiting(by: Any, ref: str = "") -> Any:
    """Return the query for versions that wait for the scanner, each by a column of its item; the newest alone count."""
    query = select(by).join(DocumentVersion, col(DocumentVersion.item_id) == DocumentItem.id)
    query = query.where(DocumentVersion.version == DocumentItem.current_version)
    query = query.where(col(DocumentVersion.checked_at).is_(None), ~col(DocumentVersion.key).startswith(PUT_ASIDE))
    return query.where(DocumentItem.inspection == ref) if ref else query


def in_words(owed: int, overdue: int, scanning: int) -> str:
    """Return how documents stand in a few words; empty where none is owed or being scanned."""
    parts = [f"{owed} owed"] if owed else []
    parts += [f"{overdue} overdue"] if overdue else []
    parts += [f"{scanning} being scanned"] if scanning else []
    return joined(parts)
