"""The door for agencies' own programs: list requests, send files, read verdicts, with a token in place of a link."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlmodel import select
from starlette.exceptions import HTTPException

from models.refusals import Refusal, check_text
from models.tables import Request as Asked
from portal.agency.verdicts import submission_of
from portal.pages.session import AGENCY, Visitor
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.rows import ReturnRefusedError, UnknownRequestError
from tasks.people.tokens import TokenRefusedError, token_row
from tasks.returns.uploads import check_size, open_upload, receipt_of, upload_completed

router = APIRouter(prefix="/api")
_PUT_SECONDS = 900
_BEARER = "Bearer "


class ProgramUpload(BaseModel):
    """What a program tells before it puts a file."""

    filename: str = Field(max_length=300)
    size: int
    part: bool = False
    shared: bool = False


def machine(request: Request) -> Visitor:
    """Return the agency's program whose token the request carries.

    Raises:
        HTTPException: there is no token, or it does not hold.
    """
    given = request.headers.get("authorization", "")
    if not given.startswith(_BEARER):
        raise HTTPException(401)
    try:
        with transaction() as session:
            row = token_row(session, given.removeprefix(_BEARER))
    except TokenRefusedError:
        raise HTTPException(401) from None
    expires = int(row.expires_at.timestamp())
    return Visitor(AGENCY, row.inspection, row.agency_id, f"program {row.name}", row.id, expires)


Machine = Annotated[Visitor, Depends(machine)]


@router.get("/requests")
def requests(sender: Machine) -> Response:
    """List what is asked of the agency."""
    with transaction() as session:
        rows = session.exec(select(Asked).where(Asked.agency_id == sender.agency_id).order_by(Asked.id)).all()
    told = [
        {
            "id": row.id,
            "return": row.return_code,
            "state": row.state,
            "due": row.due_at.isoformat(),
            "version": row.current_version or None,
        }
        for row in rows
    ]
    return JSONResponse({"requests": told})


@router.post("/requests/{request_id}/uploads")
def permit(request_id: str, wanted: ProgramUpload, sender: Machine) -> Response:
    """Give the address to which a file may be put once, and where to tell that it is there."""
    try:
        check_text("filename", wanted.filename)
        check_size(wanted.size)
        upload = open_upload(
            request_id,
            wanted.filename,
            uploader=sender.by,
            agency_id=sender.agency_id,
            adds=wanted.part,
            shared=wanted.shared,
        )
    except UnknownRequestError:
        raise HTTPException(404) from None
    except Refusal as refused:
        return JSONResponse({"error": refused.sentence}, 422)
    url, headers = store.presign_put(upload.key, _PUT_SECONDS, filename=wanted.filename)
    told = {"upload": upload.id, "url": url, "headers": headers, "complete": f"/api/uploads/{upload.id}/complete"}
    return JSONResponse(told, 201)


@router.post("/uploads/{upload_id}/complete")
def complete(upload_id: str, sender: Machine) -> Response:
    """Give the receipt for a file that was put; asking again gives the same one."""
    try:
        found = upload_completed(upload_id, agency_id=sender.agency_id)
    except UnknownRequestError:
        raise HTTPException(404) from None
    except ReturnRefusedError as refused:
        return JSONResponse({"error": str(refused)}, 422)
    return JSONResponse(receipt_of(found), 201)


@router.get("/submissions/{submission_id}")
def verdict(submission_id: str, sender: Machine) -> Response:
    """Tell the receipt and the verdict of a version; the verdict is null while it is being checked."""
    with transaction() as session:
        found, _ = submission_of(session, submission_id, sender)
    counts = {name: getattr(found.result, name) for name in ("verdict", "rows", "errors", "queries", "explained")}
    return JSONResponse({**receipt_of(found), **counts})


@router.get("/submissions/{submission_id}/report")
def report(submission_id: str, sender: Machine) -> Response:
    """Give the report of a version that has a verdict."""
    with transaction() as session:
        found, _ = submission_of(session, submission_id, sender)
    if found.result.report_key is None:
        raise HTTPException(404)
    return JSONResponse(json.loads(store.get(found.result.report_key)))
