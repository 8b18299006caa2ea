"""Chases documents that are owed: one notice an agency for each deadline and rung, with all that is missing."""

from datetime import datetime
from itertools import groupby
from typing import Any

from sqlmodel import Session, select

from models.england import ENGLAND
from models.ids import once_key
from models.lifecycle import RequestState
from models.states import DocumentState
from models.tables import Agency, DocumentItem, Inspection
from models.themes import Rung
from models.words import moment
from tasks.inspection.document_items import documents_refusal, items_of
from tasks.jobs.ladder import rung_for
from tasks.ledger.themes import theme_of
from tasks.people.notices import write_notice

_KINDS = {"reminder": "documents_reminder", "overdue": "documents_overdue", "still_overdue": "documents_overdue"}


def chase_documents(session: Session, inspection: Inspection) -> list[tuple[str, str, str]]:
    """Write the notices about documents that are due now, each once; return agency, what and which rung."""
    done = []
    agencies = session.exec(select(Agency).where(Agency.inspection == inspection.ref).order_by(Agency.id)).all()
    for agency in agencies:
        if documents_refusal(inspection, agency):
            # What cannot be sent is not chased: it has no door (L12).
            continue
        owed = [item for item in items_of(session, agency.id) if item.state is DocumentState.ASKED]
        for due, items in groupby(owed, key=lambda item: item.due_at):
            rung = _rung(inspection, due)
            if rung and _climb(session, agency, due, list(items), rung):
                done.append((agency.name, "documents", rung.key))
    return done


def _rung(inspection: Inspection, due: datetime) -> Rung | None:
    now = inspection.now().astimezone(ENGLAND)
    return rung_for(theme_of(inspection).chasing, RequestState.ISSUED, now, due.astimezone(ENGLAND), None)


def _climb(session: Session, agency: Agency, due: datetime, items: list[DocumentItem], rung: Rung) -> bool:
    facts: dict[str, Any] = {"documents": [item.name for item in items], "due": moment(due), "agency": agency.name}
    if rung.tells:
        facts["tells"] = list(rung.tells)
    # A deadline that was moved has a ladder of its own.
    once = once_key(agency.id, "documents", rung.key, f"{due.astimezone(ENGLAND):%Y%m%d}")
    written = write_notice(session, _KINDS[rung.notice], agency, once=once, sign_in=True, facts=facts)
    for role in rung.tells:
        own = once_key(once, role)
        write_notice(session, "documents_escalated", role, once=own, inspection=agency.inspection, facts=facts)
    return written
