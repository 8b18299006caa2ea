"""The door for agencies' own programs: list what is asked, send files, read verdicts, with a token in place of a link.

What is refused here leaves as JSON by the portal's one mapper of errors.
"""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlmodel import select
from starlette.exceptions import HTTPException

from models.actors import PROGRAM
from models.ids import document_version_id
from models.roles import Act
from models.states import DocumentState, VersionReason
from models.tables import ApiToken, DocumentVersion
from models.tables import Request as Asked
from portal.agency.direct_uploads import FileAhead, put_address
from portal.agency.verdicts import record_report_read, submission_of
from portal.pages.attempts import id_of, note_attempt
from portal.pages.bodies import message_of
from portal.pages.session import Visitor
from tasks.documents.arrivals import document_upload_completed, open_document_upload
from tasks.documents.arrivals import receipt_of as document_receipt
from tasks.documents.sending import UnknownDocumentError, hold_none, item_of
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.inspection.document_items import items_of
from tasks.people.access import check_goes_on
from tasks.people.tokens import TokenRefusedError, token_row
from tasks.retention.sent_files import files_in_words
from tasks.returns.uploads import receipt_of, upload_completed

router = APIRouter(prefix="/api")
_BEARER = "Bearer "


class ProgramUpload(BaseModel):
    """What a program says of a file before it puts it."""

    filename: str = Field(max_length=300)
    size: int
    part: bool = False
    shared: bool = False
    reason: VersionReason | None = None


class DocumentAhead(BaseModel):
    """What a program says of a document before it puts it."""

    filename: str = Field(max_length=300)
    size: int


class NoneHeldAnswer(BaseModel):
    """Why an agency holds no such document, as its program says."""

    reason: str = Field(max_length=40)


def machine(request: Request) -> Visitor:
    """Return the agency's program whose token the request carries.

    Raises:
        HTTPException: there is no token, or it is not valid.
    """
    given = request.headers.get("authorization", "")
    if not given.startswith(_BEARER):
        raise HTTPException(401)
    try:
        with transaction() as session:
            row = token_row(session, given.removeprefix(_BEARER))
    except TokenRefusedError:
        note_attempt("token", id_of(ApiToken, given.partition("_")[2].partition("_")[0]))
        raise HTTPException(401) from None
    # A pause stops what is sent; what a program only reads goes on.
    if request.method != "GET":
        with transaction() as session:
            check_goes_on(session, Act.ANSWER_REQUESTS, row.inspection)
    program = request.state.program = Visitor(PROGRAM, row.inspection, row.agency_id, row.name, row.id)
    return program


Machine = Annotated[Visitor, Depends(machine)]


async def announced_upload(request: Request, _: Machine) -> ProgramUpload:
    """Return what a program that we know says of a file; of a stranger's message nothing is read."""
    return await message_of(request, ProgramUpload)


Announced = Annotated[ProgramUpload, Depends(announced_upload)]


@router.get("/requests")
def requests(sender: Machine) -> Response:
    """Return the requests of the agency."""
    with transaction() as session:
        rows = session.exec(select(Asked).where(Asked.agency_id == sender.agency_id).order_by(Asked.id)).all()
    listed = [
        {
            "id": row.id,
            "return": row.return_code,
            "state": row.state,
            "due": row.due_at.isoformat(),
            "version": row.current_version or None,
        }
        for row in rows
    ]
    return JSONResponse({"requests": listed})


@router.post("/requests/{request_id}/uploads")
def permit(request_id: str, announced: Announced, sender: Machine) -> Response:
    """Return the address to which a file may be put once, and where to report that it is stored."""
    reason = announced.reason or ""
    file = FileAhead(announced.filename, announced.size, adds=announced.part, shared=announced.shared, reason=reason)
    return JSONResponse(put_address(request_id, file, sender, "/api/uploads"), 201)


@router.post("/uploads/{upload_id}/complete")
def complete(upload_id: str, sender: Machine) -> Response:
    """Return the receipt for a file that was put; a second call returns the same one.

    Where the newest version holds the very same bytes, no version is made: the receipt is that version's, and `same`
    says so.
    """
    submission = upload_completed(upload_id, agency_id=sender.agency_id)
    same = upload_id not in submission.key
    return JSONResponse({**receipt_of(submission), "same": same}, 200 if same else 201)


@router.get("/submissions/{submission_id}")
def verdict(submission_id: str, sender: Machine) -> Response:
    """Return the receipt and the verdict of a version; the verdict is null while it is being checked."""
    with transaction() as session:
        submission, _ = submission_of(session, submission_id, sender)
    result = submission.result
    counts = {name: getattr(result, name) for name in ("verdict", "rows", "errors", "queries", "explained")}
    return JSONResponse({**receipt_of(submission), **counts})


@router.get("/submissions/{submission_id}/report")
def report(submission_id: str, sender: Machine) -> Response:
    """Return the report of a version that has a verdict."""
    with transaction() as session:
        submission, _ = submission_of(session, submission_id, sender)
        if submission.result.report_key is None:
            raise HTTPException(404)
        record_report_read(session, submission, "json", by=sender.by)
        kept = files_in_words(session, submission)
    content = json.loads(store.get(submission.result.report_key))
    return JSONResponse({**content, "notes": [*content["notes"], *kept]})


@router.get("/documents")
def documents(sender: Machine) -> Response:
    """Return the documents that the agency is asked for or may send."""
    with transaction() as session:
        rows = items_of(session, sender.agency_id)
    listed = [
        {
            "id": row.id,
            "number": row.number,
            "title": row.title,
            "child": row.child or None,
            "state": row.state,
            "must": row.must,
            "due": row.due_at.isoformat(),
            "version": row.current_version or None,
        }
        for row in rows
    ]
    return JSONResponse({"documents": listed})


async def announced_document(request: Request, _: Machine) -> DocumentAhead:
    """Return what a program that we know says of a document; of a stranger's message nothing is read."""
    return await message_of(request, DocumentAhead)


async def reason_given(request: Request, _: Machine) -> NoneHeldAnswer:
    """Return why a program that we know says that nothing is held; of a stranger's message nothing is read."""
    return await message_of(request, NoneHeldAnswer)


@router.post("/documents/{item}/uploads")
def document_permit(
    item: str, announced: Annotated[DocumentAhead, Depends(announced_document)], sender: Machine
) -> Response:
    """Return the address to which a document may be put once, and where to report that it is stored."""
    permit = open_document_upload(item, sender.agency_id, announced.filename, announced.size, by=sender.by)
    return JSONResponse({**permit, "complete": f"/api/document-uploads/{permit['upload']}/complete"}, 201)


@router.post("/document-uploads/{document_upload}/complete")
def document_complete(document_upload: str, sender: Machine) -> Response:
    """Return the receipt for a document that was put; a second call returns the same one.

    Where the newest version holds the very same bytes, no version is made: the receipt is that version's, and `same`
    says so.
    """
    version, same = document_upload_completed(document_upload, sender.agency_id)
    return JSONResponse({**document_receipt(version), "same": same}, 200 if same else 201)


@router.get("/documents/{item}/versions/{number}")
def document_version(item: str, number: int, sender: Machine) -> Response:
    """Return the receipt of a version, with what the scanner answered once it has."""
    with transaction() as session:
        # For its refusal alone: of another agency's item nobody learns whether it exists.
        item_of(session, item, sender.agency_id)
        version = session.get(DocumentVersion, document_version_id(item, number))
    if version is None:
        raise UnknownDocumentError
    return JSONResponse(document_receipt(version))


@router.post("/documents/{item}/none")
def document_none(item: str, why: Annotated[NoneHeldAnswer, Depends(reason_given)], sender: Machine) -> Response:
    """Record that the agency holds no such document, and why."""
    hold_none(item, sender.agency_id, why.reason, by=sender.by)
    return JSONResponse({"document": item, "state": DocumentState.NONE_HELD})
