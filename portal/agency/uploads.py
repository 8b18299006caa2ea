"""Receives files: streamed through the portal, or put straight into the store by the browser and then completed."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from models.refusals import Mistake
from models.tables import UploadSession
from portal.agency.requests import context_of
from portal.pages.forms import HEADER, check_token, file_of, read_form, text_of
from portal.pages.frame import page, to
from portal.pages.session import Sender, Visitor
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.rows import ReturnRefusedError, UnknownRequestError, request_of
from tasks.returns.sharing import beside
from tasks.returns.uploads import check_size, open_upload, upload_completed

router = APIRouter()
_PUT_SECONDS = 900


class UploadAsked(BaseModel):
    """What a browser's script tells before it puts a file."""

    filename: str
    size: int
    how: str = ""
    shared: str = ""


@router.get("/requests/{request_id}/upload")
def upload_page(request: Request, request_id: str, sender: Sender) -> Response:
    """Show the form for a file."""
    return _form(request, request_id, sender)


def _form(request: Request, request_id: str, sender: Visitor, wrong: str = "") -> Response:
    with transaction() as session:
        facts = context_of(session, request_id, sender)
        facts["beside"] = beside(session, facts["return_request"])
    mistakes = [Mistake("file", wrong)] if wrong else []
    title = f"Send {facts['return_request'].return_code}"
    back = f"/requests/{request_id}"
    return page(
        request, "upload", title, status=422 if wrong else 200, mistakes=mistakes, back=back, most=most(), **facts
    )


def most() -> int:
    """Return the largest upload in bytes."""
    from models.settings import settings

    return settings().max_upload_bytes


@router.post("/requests/{request_id}/uploads")
async def upload(request: Request, request_id: str, sender: Sender) -> Response:
    """Take a file from a form, or give a script the address to which it may put one."""
    from starlette.concurrency import run_in_threadpool

    if request.headers.get("content-type", "").startswith("application/json"):
        check_token(request, request.headers.get(HEADER, ""))
        try:
            wanted = UploadAsked.model_validate_json(await request.body())
        except ValueError:
            raise HTTPException(422) from None
        return await run_in_threadpool(_permit, request_id, wanted, sender)
    # Whose request it is comes first: nothing of a stranger's file is read.
    await run_in_threadpool(_check_own, request_id, sender)
    form = await read_form(request)
    return await run_in_threadpool(_take, request, request_id, sender, form)


def _check_own(request_id: str, sender: Visitor) -> None:
    with transaction() as session:
        request_of(session, request_id, sender.agency_id)


def _permit(request_id: str, wanted: UploadAsked, sender: Visitor) -> Response:
    try:
        check_size(wanted.size)
        session = _opened(request_id, wanted.filename, sender, wanted.how, wanted.shared)
    except UnknownRequestError:
        raise HTTPException(404) from None
    except ReturnRefusedError as refused:
        return JSONResponse({"error": str(refused)}, 422)
    url, headers = store.presign_put(session.key, _PUT_SECONDS, filename=wanted.filename)
    answer = {"upload": session.id, "url": url, "headers": headers, "complete": f"/uploads/{session.id}/complete"}
    return JSONResponse(answer)


def _opened(request_id: str, filename: str, sender: Visitor, how: str, shared: str) -> UploadSession:
    more = {"adds": how == "part", "shared": shared == "yes"}
    return open_upload(request_id, filename, uploader=sender.by, agency_id=sender.agency_id, **more)


def _take(request: Request, request_id: str, sender: Visitor, form: FormData) -> Response:
    file = file_of(form, "file")
    if file is None:
        return _form(request, request_id, sender, "Select a file.")
    name = file.filename or ""
    try:
        check_size(file.size or 0)
        session = _opened(request_id, name, sender, text_of(form, "how"), text_of(form, "shared"))
        store.put_stream(session.key, file.file, filename=name)
        submission = upload_completed(session.id, agency_id=sender.agency_id)
    except UnknownRequestError:
        raise
    except ReturnRefusedError as refused:
        return _form(request, request_id, sender, str(refused))
    return to(f"/submissions/{submission.id}")


@router.post("/uploads/{upload_id}/complete")
def complete(request: Request, upload_id: str, sender: Sender) -> Response:
    """Give the receipt for a file that a script put into the store."""
    check_token(request, request.headers.get(HEADER, ""))
    try:
        submission = upload_completed(upload_id, agency_id=sender.agency_id)
    except UnknownRequestError:
        raise HTTPException(404) from None
    except ReturnRefusedError as refused:
        return JSONResponse({"error": str(refused)}, 422)
    return JSONResponse({"submission": submission.id, "location": f"/submissions/{submission.id}"})
