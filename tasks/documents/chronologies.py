"""Asks for chronologies that an evaluation says are attached; one that is missing is a question and no rejection."""

from datetime import datetime

import polars as pl
from sqlmodel import Session

from models.ids import once_key
from models.states import DocumentState
from models.tables import Agency, DocumentItem, Inspection, Request, Submission
from models.timetable import add_working_days, deadline
from models.words import moment
from tasks.inspection.document_items import chronology_item, documents_refusal
from tasks.ledger import audit
from tasks.ledger.themes import theme_of
from tasks.people.notices import write_notice
from tasks.returns.accepted import tables_of
from validation.contract.codes import YN

PROMISED = "chronology_attached"
_CHILD = "sample_ref"
_YES = YN.codes[0].code
_ACTOR = "system: receive-returns"


def promised_in(frame: pl.DataFrame) -> list[str]:
    """Return the labels of the children whose rows say that a chronology is attached."""
    if not {PROMISED, _CHILD} <= set(frame.columns):
        return []
    return sorted(frame.filter(pl.col(PROMISED) == _YES)[_CHILD].drop_nulls().unique().to_list())


def expect_chronologies(
    session: Session, inspection: Inspection, request: Request, submission: Submission
) -> list[str]:
    """Ask for each chronology that an accepted evaluation promises and that is not there; return their labels.

    Where the newest version promises one no more, it is no longer owed.

    Args:
        session: the transaction that records the verdict.
        inspection: of the evaluation, its row locked.
        request: for the evaluation.
        submission: its version, which counts.
    """
    tables = tables_of(submission)
    promised = {label for frame in tables.values() for label in promised_in(frame)} & set(request.cases)
    missing = []
    for label in request.cases:
        item = chronology_item(session, inspection, request.agency_id, label)
        if label in promised and item.state is DocumentState.OFFERED:
            item.state, item.due_at = DocumentState.ASKED, _due(inspection, request)
        elif label not in promised and item.state is DocumentState.ASKED:
            item.state = DocumentState.OFFERED
        session.add(item)
        if item.state is DocumentState.ASKED:
            missing.append(item)
    if missing and not documents_refusal(inspection):
        _ask(session, submission, missing)
    return [item.child for item in missing]


def _due(inspection: Inspection, request: Request) -> datetime:
    """Return by when a chronology is due: with its evaluation, and at least until the end of the next working day."""
    next_day = deadline(theme_of(inspection), add_working_days(inspection.today(), 1))
    return max(request.due_at, next_day)


def _ask(session: Session, submission: Submission, missing: list[DocumentItem]) -> None:
    agency = session.get_one(Agency, missing[0].agency_id)
    labels = [item.child for item in missing]
    facts = {"children": labels, "due": moment(max(item.due_at for item in missing))}
    once = once_key(submission.id, "chronology", ",".join(labels))
    if write_notice(session, "chronology_asked", agency, once=once, sign_in=True, facts=facts):
        audit.append(
            session,
            submission.inspection,
            actor=_ACTOR,
            action="document.chronology-asked",
            subject=submission.id,
            facts={"children": labels},
        )
