"""A file that an agency sent in error: its own people say so, and it is put aside at once."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from models.ids import document_version_id
from models.refusals import Mistake, Refusal
from models.tables import DocumentVersion, Inspection
from portal.agency.verdicts import submission_of
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.session import AgencyPerson, NotTheirsError, Visitor
from tasks.documents.sending import item_of
from tasks.ground.database import transaction
from tasks.wrong_files.putting_aside import OTHER_PEOPLES, REASONS, SentInError, name_of, put_aside

router = APIRouter()


@router.get("/submissions/{submission_id}/sent-in-error")
def of_return(request: Request, submission_id: str, sender: AgencyPerson) -> Response:
    """Show the form by which a version of a return is put aside."""
    with transaction() as session:
        submission_of(session, submission_id, sender)
    return _form(request, sender, submission_id, f"/submissions/{submission_id}")


@router.post("/submissions/{submission_id}/sent-in-error")
def put_return_aside(request: Request, submission_id: str, sender: AgencyPerson, form: Form) -> Response:
    """Put a version of a return aside that was sent in error."""
    with transaction() as session:
        submission_of(session, submission_id, sender)
    return _put(request, sender, submission_id, f"/submissions/{submission_id}", form)


@router.get("/documents/{item}/files/{number}/sent-in-error")
def of_document(request: Request, item: str, number: int, sender: AgencyPerson) -> Response:
    """Show the form by which a version of a document is put aside."""
    with transaction() as session:
        version = _version(session, item, number, sender)
    return _form(request, sender, version.id, f"/documents/{item}")


@router.post("/documents/{item}/files/{number}/sent-in-error")
def put_document_aside(request: Request, item: str, number: int, sender: AgencyPerson, form: Form) -> Response:
    """Put a version of a document aside that was sent in error."""
    with transaction() as session:
        version = _version(session, item, number, sender)
    return _put(request, sender, version.id, f"/documents/{item}", form)


def _version(session: Session, item: str, number: int, sender: Visitor) -> DocumentVersion:
    _, row = item_of(session, item, sender.agency_id)
    version = session.get(DocumentVersion, document_version_id(row.id, number))
    if version is None:
        raise NotTheirsError
    return version


def _form(
    request: Request, sender: Visitor, subject: str, back: str, wrong: tuple[Mistake, ...] = (), **given: Any
) -> Response:
    with transaction() as session:
        inspection, name = session.get_one(Inspection, sender.inspection), name_of(session, subject)
    title, status = f"Was {name} sent in error?", 422 if wrong else 200
    facts: dict[str, Any] = {"inspection": inspection, "reasons": REASONS, "others": OTHER_PEOPLES, "given": given}
    return page(
        request, "wrong_file", title, status=status, mistakes=wrong, back=back, address=f"{request.url.path}", **facts
    )


def _put(request: Request, sender: Visitor, subject: str, back: str, form: Form) -> Response:
    reason, people = text_of(form, "reason"), text_of(form, "people").strip()
    try:
        sent = SentInError(subject, reason, number_in(people))
        put_aside(sent, by=sender.by, agency_id=sender.agency_id)
    except Refusal as refused:
        mistakes = tuple(Mistake(each.field or "reason", each.text) for each in refused.mistakes)
        return _form(request, sender, subject, back, mistakes, reason=reason, people=people)
    return to(back, "put_aside")


def number_in(text: str) -> int | None:
    """Return how many people somebody entered; -1, which is none, for what is no number, and None for nothing."""
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) < 9 else -1
