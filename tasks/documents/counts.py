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
    query = select(DocumentItem, Agency).join(Agency, col(Agency.id) == DocumentItem.agency_id)
    states = col(DocumentItem.state).not_in((DocumentState.OFFERED, DocumentState.WITHDRAWN))
    rows = session.exec(query.where(DocumentItem.inspection == inspection.ref, states)).all()
    now = inspection.now()
    agencies = {agency.id: agency for _, agency in rows}
    counts = []
    for agency in (agencies[identity] for identity in sorted(agencies)):
        items, takes = [item for item, its in rows if its is agency], not documents_refusal(inspection, agency)
        by_state = Counter(item.state for item in items)
        owed = [item.due_at for item in items if item.state is DocumentState.ASKED and takes]
        overdue = sum(due < now for due in owed)
        received, none_held = by_state[DocumentState.RECEIVED], by_state[DocumentState.NONE_HELD]
        counts.append(DocumentCounts(agency.name, len(items), received, none_held, len(owed), overdue))
    return counts


def owed_by_inspection(session: Session) -> dict[str, list[datetime]]:
    """Return the deadlines of the documents that are owed, by inspection; none of an agency that is held."""
    owed: dict[str, list[datetime]] = {}
    query = select(DocumentItem.inspection, DocumentItem.due_at).join(Agency, col(Agency.id) == DocumentItem.agency_id)
    for ref, due in session.exec(query.where(DocumentItem.state == DocumentState.ASKED, Agency.lacks == "")):
        owed.setdefault(ref, []).append(due)
    return owed
