"""A document that an agency is asked for: sent as often as needed, declared not to be held, or opened again."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from models.refusals import Mistake, Refusal
from models.settings import settings
from models.states import DocumentKind, DocumentState
from models.tables import Agency, DocumentItem, Inspection
from models.words import moment, plural
from portal.pages import words as portal_words
from portal.pages.forms import Form, file_of, read_file_form, text_of
from portal.pages.frame import download, page, to
from portal.pages.fresh import check_fresh
from portal.pages.session import Sender, Visitor
from tasks.documents.sending import (
    NONE_HELD,
    UnknownDocumentError,
    check_takes,
    hold_none,
    item_of,
    read_own,
    send_document,
    versions_of,
)
from tasks.ground.database import transaction
from tasks.inspection.document_items import documents_refusal, items_of
from validation.files.documents import ENDINGS, KINDS

router = APIRouter(prefix="/documents")


def tasks_of(session: Session, inspection: Inspection, agency_id: str) -> tuple[list[dict[str, Any]], int]:
    """Return the documents that an agency is asked for as tasks of its first page, and how many it owes now."""
    closed = bool(documents_refusal(inspection, session.get_one(Agency, agency_id)))
    now = inspection.now()
    tasks, owed = [], 0
    for item in items_of(session, agency_id):
        if item.state in (DocumentState.OFFERED, DocumentState.WITHDRAWN):
            continue
        waits = item.state is DocumentState.ASKED and not closed
        owed += waits
        tag = portal_words.document_tag(item.state, overdue=item.due_at < now, closed=closed)
        hint = f"Due by {moment(item.due_at)}{'' if item.must else ', if you hold it'}"
        title, status = {"text": item.name}, {"tag": tag}
        tasks.append({"title": title, "hint": {"text": hint}, "href": f"/documents/{item.id}", "status": status})
    return tasks, owed


def in_words(number: int) -> str:
    """Return how many documents are owed in a sentence; empty where none is."""
    return f"{plural(number, 'document is', 'documents are')} still to come." if number else ""


def chronologies_of(session: Session, agency_id: str) -> list[DocumentItem]:
    """Return the items under which an agency attaches chronologies to its evaluation."""
    return [item for item in items_of(session, agency_id) if item.kind is DocumentKind.CHRONOLOGY]


@router.get("/{item}")
def show(request: Request, item: str, sender: Sender, reason: str = "") -> Response:
    """Show what is asked for, the form for a file, and every version that was sent."""
    return _show(request, item, sender, reason=reason)


def _show(
    request: Request, identity: str, sender: Visitor, mistakes: tuple[Mistake, ...] = (), reason: str = ""
) -> Response:
    with transaction() as session:
        inspection, item = item_of(session, identity, sender.agency_id)
        versions, closed = (
            versions_of(session, item.id),
            documents_refusal(inspection, session.get_one(Agency, item.agency_id)),
        )
    overdue = item.due_at < inspection.now()
    facts: dict[str, Any] = {"inspection": inspection, "item": item, "versions": versions, "closed": closed}
    facts["state_tag"] = portal_words.document_tag(item.state, overdue=overdue, closed=bool(closed))
    facts |= {"kinds": KINDS, "endings": ENDINGS, "reasons": NONE_HELD, "most": settings().max_upload_bytes}
    facts["given"] = reason
    status, back = 422 if mistakes else 200, f"/documents/{identity}{f'?reason={reason}' if reason else ''}"
    # A file is sent without a new sign-in; what the agency declares is signed.
    signs = back if reason else ""
    return page(request, "document", item.name, status=status, mistakes=mistakes, back="/", signs=signs, **facts)


@router.post("/{item}/versions")
async def send(request: Request, item: str, sender: Sender) -> Response:
    """Take a file as the newest version of a document."""
    from starlette.concurrency import run_in_threadpool

    # Whose document it is comes first: nothing of a stranger's file is read.
    try:
        await run_in_threadpool(check_takes, item, sender.agency_id)
    except UnknownDocumentError:
        raise
    except Refusal as refusal:
        # The agency's own file is read before it is refused: a browser that is still sending shows no answer.
        await read_file_form(request)
        return await run_in_threadpool(_show, request, item, sender, refusal.mistakes)
    return await run_in_threadpool(_take, request, item, sender, await read_file_form(request))


def _take(request: Request, identity: str, sender: Visitor, form: FormData) -> Response:
    file = file_of(form, "file")
    if file is None:
        return _show(request, identity, sender, (Mistake("file", "Select a file."),))
    with transaction() as session:
        # The same file again makes no version, and the banner says which it was.
        before = item_of(session, identity, sender.agency_id)[1].current_version
    name, size = file.filename or "", file.size or 0
    try:
        version = send_document(identity, sender.agency_id, file.file, size, filename=name, by=sender.by)
    except UnknownDocumentError:
        raise
    except Refusal as refusal:
        mistakes = tuple(Mistake("file", mistake.text) for mistake in refusal.mistakes)
        return _show(request, identity, sender, mistakes)
    return to(f"/documents/{identity}", "document" if version > before else "document_same", version)


@router.post("/{item}/none")
def none_held(request: Request, item: str, sender: Sender, form: Form) -> Response:
    """Record that the agency holds no such document, and why."""
    try:
        check_fresh(request)
        hold_none(item, sender.agency_id, text_of(form, "reason"), by=sender.by)
    except UnknownDocumentError:
        raise
    except Refusal as refusal:
        mistakes = tuple(Mistake(each.field or "reason", each.text) for each in refusal.mistakes)
        return _show(request, item, sender, mistakes, text_of(form, "reason"))
    return to(f"/documents/{item}", "none_held")


@router.get("/{item}/files/{number}")
def sent_file(item: str, number: int, sender: Sender) -> Response:
    """Download a version as the agency sent it; each opening is recorded."""
    name, version = read_own(item, sender.agency_id, number, by=sender.by)
    return download(version.key, version.version_id, name)
