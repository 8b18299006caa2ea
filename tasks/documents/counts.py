"""Counts the documents of inspections: what each agency was asked for, what came, what is owed and overdue."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.states import DocumentState
from models.tables import Agency, DocumentItem, Inspection
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


def counts_by_agency(session: Session, inspection: Inspection) -> list[DocumentCounts]:
    """Return how the documents of an inspection stand, by agency; agencies that are asked for none are left out."""
    query = select(DocumentItem, Agency.name).join(Agency, col(Agency.id) == DocumentItem.agency_id)
    states = col(DocumentItem.state).not_in((DocumentState.OFFERED, DocumentState.WITHDRAWN))
    rows = session.exec(query.where(DocumentItem.inspection == inspection.ref, states)).all()
    takes, now = not documents_refusal(inspection), inspection.now()
    names = {item.agency_id: name for item, name in rows}
    counts = []
    for agency in sorted(names):
        items = [item for item, _ in rows if item.agency_id == agency]
        by_state = Counter(item.state for item in items)
        owed = [item.due_at for item in items if item.state is DocumentState.ASKED and takes]
        overdue = sum(due < now for due in owed)
        received, none_held = by_state[DocumentState.RECEIVED], by_state[DocumentState.NONE_HELD]
        counts.append(DocumentCounts(names[agency], len(items), received, none_held, len(owed), overdue))
    return counts


def owed_by_inspection(session: Session) -> dict[str, list[datetime]]:
    """Return the deadlines of the documents that are owed, by inspection; in one query for all of them."""
    owed: dict[str, list[datetime]] = {}
    query = select(DocumentItem.inspection, DocumentItem.due_at).where(DocumentItem.state == DocumentState.ASKED)
    for ref, due in session.exec(query):
        owed.setdefault(ref, []).append(due)
    return owed
