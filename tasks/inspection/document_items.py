"""Opens the documents that a theme asks for: one item for each agency, and for case files one for each chosen child."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlmodel import Session, select

from models.ids import document_id
from models.lifecycle import Stage
from models.roles import Act
from models.states import OF_A_CHILD, DocumentKind, DocumentState
from models.tables import Agency, DocumentItem, Inspection
from models.themes import DocumentAsked, Theme
from models.timetable import deadline
from models.words import moment
from tasks.inspection.days import day_of
from tasks.ledger import audit
from tasks.ledger.themes import theme_of
from tasks.people.access import pause_of

CHRONOLOGY = "Chronology that goes with the evaluation"
_NUMBER_OF_CHRONOLOGIES = "chronology"
_OVER = (Stage.PUBLISHED, Stage.STATEMENT_DUE, Stage.STATEMENT_RECEIVED, Stage.CLOSED)

TAKES_NO_DOCUMENTS = (*_OVER, Stage.CANCELLED, Stage.DEFERRED)
"""Stages in which no document is taken, and so none is owed."""


def documents_refusal(inspection: Inspection, agency: Agency | None = None) -> str:
    """Return why no document is taken now, in a sentence for its agency; empty where one is."""
    if agency is not None and agency.lacks:
        return "We take no documents from you now: what we need before we may ask is not on record. We will tell you."
    if inspection.stage == Stage.CANCELLED:
        return "Documents are not needed: the inspection was cancelled."
    if inspection.stage in _OVER:
        return "Documents can no longer be sent: the letter is published. Tell the lead inspector if one is missing."
    return pause_of(inspection, Act.ANSWER_REQUESTS)


def open_documents(session: Session, inspection: Inspection, agency: Agency, theme_: Theme) -> None:
    """Ask an agency for the documents that its kind is asked for, apart from those about chosen children; once.

    Args:
        session: the transaction in which the agency may be asked.
        inspection: with its stored timetable, its row locked.
        agency: that takes part.
        theme_: of the inspection.
    """
    session.flush()
    present = set(session.exec(select(DocumentItem.id).where(DocumentItem.agency_id == agency.id)))
    numbers = []
    for asked_for in theme_.documents:
        if DocumentKind(asked_for.kind) in OF_A_CHILD or agency.kind not in asked_for.agencies:
            continue
        item = _item(session, inspection, agency.id, asked_for)
        if item.id not in present:
            session.add(item)
            numbers.append(asked_for.number)
    _record(session, inspection, agency.id, numbers)


def open_case_files(session: Session, inspection: Inspection, labels: Mapping[str, list[str]]) -> dict[str, int]:
    """Ask agencies for case files of chosen children whom they know, and offer them to attach chronologies.

    Args:
        session: the transaction in which the evaluations open.
        inspection: of the evaluations.
        labels: of the children whom each agency knows, by the agency's id.

    Returns:
        How many documents each agency is asked for.
    """
    theme_ = theme_of(inspection)
    wanted = [item for item in theme_.documents if DocumentKind(item.kind) is DocumentKind.CASE_FILE]
    numbers = {}
    for agency, children in labels.items():
        kind = session.get_one(Agency, agency).kind
        asked_for = [item for item in wanted if kind in item.agencies]
        for child in children:
            for item in asked_for:
                _add_once(session, _item(session, inspection, agency, item, child))
            chronology_item(session, inspection, agency, child)
        _record(session, inspection, agency, [item.number for item in asked_for], children)
        numbers[agency] = len(asked_for) * len(children)
    return numbers


def chronology_item(session: Session, inspection: Inspection, agency: str, child: str) -> DocumentItem:
    """Return the item for the chronology of a child, which is offered first and asked for once it is promised."""
    step = theme_of(inspection).evaluation_due
    item = DocumentItem(
        id=document_id(agency, _NUMBER_OF_CHRONOLOGIES, child),
        inspection=inspection.ref,
        agency_id=agency,
        number="",
        title=CHRONOLOGY,
        kind=DocumentKind.CHRONOLOGY,
        child=child,
        step=step,
        due_at=_due(session, inspection, step),
        state=DocumentState.OFFERED,
    )
    return _add_once(session, item)


def _add_once(session: Session, item: DocumentItem) -> DocumentItem:
    # Evaluations open again after a death, and of a wider sample later: what was asked for is not asked for anew.
    present = session.get(DocumentItem, item.id, with_for_update=True)
    if present is None:
        session.add(item)
        session.flush()
    return present or item


def _item(
    session: Session, inspection: Inspection, agency: str, asked_for: DocumentAsked, child: str = ""
) -> DocumentItem:
    return DocumentItem(
        id=document_id(agency, asked_for.number, child),
        inspection=inspection.ref,
        agency_id=agency,
        number=asked_for.number,
        title=asked_for.title,
        kind=DocumentKind(asked_for.kind),
        must=asked_for.must,
        child=child,
        step=asked_for.due,
        due_at=_due(session, inspection, asked_for.due),
    )


def _due(session: Session, inspection: Inspection, step: str) -> datetime:
    return deadline(theme_of(inspection), day_of(session, inspection.ref, step))


def _record(
    session: Session, inspection: Inspection, agency: str, numbers: list[str], children: Iterable[str] = ()
) -> None:
    if numbers:
        facts = {"items": numbers, "children": list(children)}
        actor = "system: documents"
        audit.append(session, inspection.ref, actor=actor, action="documents.asked", subject=agency, facts=facts)


def items_of(session: Session, agency_id: str) -> list[DocumentItem]:
    """Return what an agency is asked for or offered to send, the soonest first."""
    rows = session.exec(select(DocumentItem).where(DocumentItem.agency_id == agency_id)).all()
    return sorted(rows, key=lambda row: (row.due_at, _order(row.number), row.child, row.id))


def _order(number: str) -> tuple[int, ...]:
    # As numbers, since 1.10 comes after 1.9.
    return tuple(int(part) for part in number.split(".") if part)


def listed_for(session: Session, agency_id: str) -> list[dict[str, str]]:
    """Return the documents that an agency owes, for a notice: number and title of each, with its deadline."""
    owed = [row for row in items_of(session, agency_id) if row.state is DocumentState.ASKED]
    return [{"name": row.name, "due": moment(row.due_at)} for row in owed]
