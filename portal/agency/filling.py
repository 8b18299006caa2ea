"""Fill your returns from an extract: what it fills, what is missing, and each filled return to look at and send."""

from threading import BoundedSemaphore
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from models.refusals import Mistake, Refusal
from models.tables import Inspection
from portal.agency.requests import title_of
from portal.agency.uploads import most
from portal.pages.forms import file_of, read_file_form, text_of
from portal.pages.frame import download, page, to
from portal.pages.looking import LookingError
from portal.pages.session import Sender, Visitor
from tasks.ground.database import transaction
from tasks.ground.log import log
from tasks.ledger import audit
from tasks.ledger.rows import UnknownRequestError, request_of
from tasks.returns.filling import FILLABLE, WAITING_READ, drafts_of, fill, open_requests
from tasks.returns.mappings import own_mapping, text_of_mapping, usable
from tasks.returns.uploads import held_upload

router = APIRouter()
_AT_ONCE = BoundedSemaphore(2)  # each may take as much memory as a check
_PATIENCE = 5  # seconds; a browser that waits longer looks broken to its reader
_BUSY = "We are filling returns for other people. Try again in a minute."


@router.get("/fill")
def show(request: Request, sender: Sender) -> Response:
    """Show what is filled and waits for its sender, and the form for an extract."""
    return _show(request, sender)


def _show(request: Request, sender: Visitor, wrong: str = "", field: str = "file") -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        mappings = [row for code, row in usable(session, sender.agency_id).items()]
        requests, drafts = open_requests(session, sender.agency_id), drafts_of(session, sender.agency_id)
    filled = {draft.code for draft in drafts}
    context: dict[str, Any] = {
        "inspection": inspection,
        "drafts": drafts,
        "titles": {code: title_of(row) for code, row in requests.items()},
        "others": [code for code in requests if code not in filled],
        "mappings": mappings,
        "codes": [code for code in requests if code in FILLABLE],
        "until": min((draft.upload.expires_at for draft in drafts), default=None),
        "most": most(),
    }
    mistakes = [Mistake(field, wrong)] if wrong else []
    title = "Fill your returns from an extract"
    return page(request, "fill", title, status=422 if wrong else 200, mistakes=mistakes, back="/", **context)


@router.post("/fill")
async def filled(request: Request, sender: Sender) -> Response:
    """Fill the open returns from an extract, which is kept nowhere."""
    return await run_in_threadpool(_fill, request, sender, await read_file_form(request))


def _fill(request: Request, sender: Visitor, form: FormData) -> Response:
    file = file_of(form, "file")
    if file is None:
        return _show(request, sender, "Select a file.")
    with transaction() as session:
        # A mapping is never applied unasked, even where it is the only one.
        if "key" not in form and usable(session, sender.agency_id):
            return _show(request, sender, "Choose what your file is.", "key")
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        return _show(request, sender, _BUSY)
    # Imported here, because the frames behind it cost half a second that other pages never need.
    from validation.contract.errors import OurFaultError

    try:
        mapping = _mapping(text_of(form, "key"), sender)
        data = file.file.read(most() + 1)
        codes = fill(data, sender.inspection, sender.agency_id, by=sender.by, mapping=mapping)
    except OurFaultError as fault:
        # The kind of fault alone: its text may quote cells (L5).
        log().error("filling", agency=sender.agency_id, fault=fault.what)
        return page(request, "refused", "We could not fill your returns", status=503, sentence=str(fault))
    except UnknownRequestError:
        raise
    except Refusal as refusal:
        return _show(request, sender, refusal.sentence)
    finally:
        _AT_ONCE.release()
    return to("/fill", "filled", ", ".join(codes))


def _mapping(identity: str, sender: Visitor) -> str:
    """Return the text of the mapping that a person chose; empty where they chose none.

    Raises:
        NothingThereError: the agency has none of this id.
    """
    if not identity:
        return ""
    with transaction() as session:
        return text_of_mapping(own_mapping(session, identity, sender.agency_id))


@router.get("/uploads/{upload_id}/file")
def waiting_file(upload_id: str, sender: Sender) -> Response:
    """Download a file that waits for its sender, such as a filled return; the audit names who opened it."""
    if sender.look:
        # What an agency has not sent is nobody else's to read.
        raise LookingError
    upload = held_upload(upload_id, sender.agency_id)
    with transaction() as session:
        code = request_of(session, upload.request_id, sender.agency_id).return_code
        audit.append(session, sender.inspection, actor=sender.by, action=WAITING_READ, subject=upload.request_id)
    name = f"{code}-{'filled' if upload.filled else 'not-sent'}{upload.extension}"
    return download(upload.key, "", name)
