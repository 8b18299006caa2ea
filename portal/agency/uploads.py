"""Receives files: streamed through the portal, or put straight into the store by the browser and then completed."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.datastructures import FormData

from models.refusals import Mistake, Refusal
from models.settings import settings
from portal.agency.direct_uploads import FileAhead, put_address
from portal.agency.requests import context_of
from portal.agency.upload_checks import done_by, received
from portal.pages.banner import announce
from portal.pages.bodies import message_of
from portal.pages.forms import HEADER, check_token, file_of, read_file_form, text_of
from portal.pages.frame import page, to
from portal.pages.fresh import is_fresh
from portal.pages.session import Sender, Visitor, secure
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.rows import ReturnRefusedError, UnknownRequestError
from tasks.returns.arrivals import seal_held
from tasks.returns.offers import replaces
from tasks.returns.sharing import beside
from tasks.returns.uploads import (
    Permit,
    check_reason,
    check_size,
    complete_upload,
    held_upload,
    open_permitted,
    permit_for,
    upload_completed,
)
from tasks.returns.version_kinds import REASONS

router = APIRouter()


class BrowserUpload(BaseModel):
    """What a browser's script says of a file before it puts it."""

    filename: str
    size: int
    how: str = ""
    shared: str = ""
    why: str = ""


@router.get("/requests/{request_id}/upload")
def upload_page(request: Request, request_id: str, sender: Sender) -> Response:
    """Show the form for a file."""
    return _form(request, request_id, sender)


def _form(request: Request, request_id: str, sender: Visitor, wrong: str = "") -> Response:
    with transaction() as session:
        facts = context_of(session, request_id, sender)
        facts["beside"] = beside(session, facts["return_request"])
        facts["accepted"] = replaces(facts["return_request"], facts["submissions"])
        facts["why"] = REASONS
    facts["direct"] = settings().store_is_open_to_browsers
    mistakes = [Mistake("file", wrong)] if wrong else []
    title = f"Send {facts['return_request'].return_code}"
    back = f"/requests/{request_id}"
    return page(
        request, "upload", title, status=422 if wrong else 200, mistakes=mistakes, back=back, most=most(), **facts
    )


def most() -> int:
    """Return the largest upload in bytes."""
    return settings().max_upload_bytes


@router.post("/requests/{request_id}/uploads")
async def upload(request: Request, request_id: str, sender: Sender) -> Response:
    """Take a file from a form, or return to a script the address to which it may put one."""
    from starlette.concurrency import run_in_threadpool

    if request.headers.get("content-type", "").startswith("application/json"):
        check_token(request, request.headers.get(HEADER, ""))
        announced = await message_of(request, BrowserUpload)
        adds, shared = announced.how == "part", announced.shared == "yes"
        file = FileAhead(announced.filename, announced.size, adds, shared, announced.why)
        return await run_in_threadpool(
            _to_script,
            lambda: put_address(request_id, file, sender, "/uploads", looks=True, stale=not is_fresh(request)),
        )
    # Whose request it is comes first: nothing of a stranger's file is read.
    try:
        permit = await run_in_threadpool(permit_for, request_id, sender.agency_id)
    except UnknownRequestError:
        raise
    except ReturnRefusedError as refusal:
        # The agency's own file is read before it is refused: a browser that is still sending shows no answer.
        await read_file_form(request)
        return await run_in_threadpool(_form, request, request_id, sender, refusal.sentence)
    return await run_in_threadpool(_take, request, permit, sender, await read_file_form(request))


def _take(request: Request, permit: Permit, sender: Visitor, form: FormData) -> Response:
    file = file_of(form, "file")
    if file is None:
        return _form(request, permit.request_id, sender, "Select a file.")
    name, adds, shared = file.filename or "", text_of(form, "how") == "part", text_of(form, "shared") == "yes"
    why = text_of(form, "why")
    try:
        check_size(file.size or 0)
        check_reason(permit, why, adds=adds)
        upload = open_permitted(
            permit,
            name,
            uploader=sender.by,
            adds=adds,
            shared=shared,
            reason=why,
            looks=True,
            stale=not is_fresh(request),
        )
        store.put_stream(upload.key, file.file, filename=name)
        if upload.awaits_sender:
            return to(f"/uploads/{upload.id}/check")
        submission = complete_upload(upload, permit.agency_id)
    except UnknownRequestError:
        raise
    except ReturnRefusedError as refusal:
        return _form(request, permit.request_id, sender, refusal.sentence)
    return received(submission, upload.id)


def _to_script(answer: Callable[[], dict[str, Any]]) -> Response:
    """Answer a page's script in JSON; what is not the sender's is a page that does not exist."""
    try:
        return JSONResponse(answer())
    except UnknownRequestError:
        raise
    except Refusal as refusal:
        return JSONResponse({"error": refusal.sentence}, 422)


@router.post("/uploads/{upload_id}/complete")
def complete(request: Request, upload_id: str, sender: Sender) -> Response:
    """Return the receipt for a file that a script put into the store."""
    # What a script sends is no form, so its token comes in a header.
    check_token(request, request.headers.get(HEADER, ""))

    try:
        upload = held_upload(upload_id, sender.agency_id)
    except UnknownRequestError:
        return _completed(upload_id, sender)
    with suppress(store.NotStoredError):
        seal_held(upload)
    # What waits for its sender is complete once they have looked at it.
    return JSONResponse({"location": f"/uploads/{upload_id}/check"})


def _completed(upload_id: str, sender: Visitor) -> Response:
    try:
        submission = upload_completed(upload_id, agency_id=sender.agency_id)
    except UnknownRequestError:
        raise
    except Refusal as refusal:
        return JSONResponse({"error": refusal.sentence}, 422)
    answer = JSONResponse({"submission": submission.id, "location": f"/submissions/{submission.id}"})
    announce(answer, done_by(submission, upload_id), str(submission.version), secure=secure())
    return answer
