"""The door for agencies' own programs: list requests, send files, read verdicts, with a token in place of a link.

What is refused here leaves as JSON by the portal's one mapper of errors.
"""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlmodel import select
from starlette.exceptions import HTTPException

from models.states import VersionReason
from models.tables import Request as Asked
from portal.agency.direct_uploads import FileAhead, put_address
from portal.agency.verdicts import record_report_read, submission_of
from portal.pages.attempts import note_attempt
from portal.pages.bodies import message_of
from portal.pages.session import PROGRAM, Visitor
from tasks.ground import store
from tasks.ground.database import transaction
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
        note_attempt("token", given.removeprefix(_BEARER).split("_")[1:2][0] if "_" in given else "none")
        raise HTTPException(401) from None
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
