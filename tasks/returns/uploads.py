"""Uploads: the permit for one, its completion by its sender, and the receipt (L1)."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from sqlmodel import select

from models.keys import incoming
from models.settings import settings
from models.tables import Request, Submission, UploadSession
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.rows import ReturnRefusedError, UnknownRequestError, inspection_of, request_of
from tasks.returns.arrivals import take
from tasks.returns.closing import refusal_of

EXTENSIONS = (".xlsx", ".ods", ".csv", ".xls")


def check_size(size: int) -> None:
    """Refuse a file that is too large or empty before it is stored.

    Raises:
        ReturnRefusedError: with the limit in words.
    """
    most = settings().max_upload_bytes
    if size > most:
        raise ReturnRefusedError(f"The selected file must be smaller than {most // 2**20} MB.")
    if size == 0:
        raise ReturnRefusedError("The selected file is empty.")


def extension_of(filename: str) -> str:
    """Return a file's extension if returns may have it.

    Raises:
        ReturnRefusedError: another kind of file.
    """
    # Browsers on Windows once sent the whole path.
    extension = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if extension not in EXTENSIONS:
        raise ReturnRefusedError("The selected file must be an XLSX, ODS or CSV file.")
    return extension


@dataclass(frozen=True, slots=True)
class Permit:
    """A request that takes files now, and the agency whose it is; only `permit_for` makes one.

    Whoever has a permit does not read the request again until its row is locked, when the file is recorded.
    """

    request_id: str
    agency_id: str


def permit_for(request_id: str, agency_id: str | None = None) -> Permit:
    """Return the permit to send a file for a request, before anything of the file is read.

    Args:
        request_id: what the file is sent for.
        agency_id: whose request it must be, where somebody of an agency sends it.

    Raises:
        UnknownRequestError: no such request, or another agency's.
        ReturnRefusedError: the returns are closed.
    """
    with transaction() as session:
        request = request_of(session, request_id, agency_id)
        refusal = refusal_of(request, inspection_of(session, request.inspection))
    if refusal:
        raise ReturnRefusedError(refusal)
    return Permit(request.id, request.agency_id)


def open_upload(
    request_id: str,
    filename: str,
    *,
    uploader: str,
    agency_id: str | None = None,
    adds: bool = False,
    shared: bool = False,
) -> UploadSession:
    """Open the session of one upload for a request, as `open_permitted` does for a permit.

    Raises:
        ReturnRefusedError: wrong kind of file, request of another agency, or returns closed.
    """
    permit = permit_for(request_id, agency_id)
    return open_permitted(permit, filename, uploader=uploader, adds=adds, shared=shared)


def open_permitted(
    permit: Permit, filename: str, *, uploader: str, adds: bool = False, shared: bool = False
) -> UploadSession:
    """Open the session of one upload, at a key that nobody can guess.

    Args:
        permit: for the request.
        filename: the sender's own, of which only the extension is used here.
        uploader: who sends it.
        adds: whether the file is one more part of the newest version, instead of all of it.
        shared: whether the file holds other returns as well, which are then taken from it too.

    Raises:
        ReturnRefusedError: wrong kind of file.
    """
    extension = extension_of(filename)
    identity = uuid4().hex
    upload = UploadSession(
        id=identity,
        request_id=permit.request_id,
        key=incoming(permit.request_id, identity, extension),
        extension=extension,
        uploader=uploader,
        adds=adds,
        shared=shared,
        expires_at=utc_now() + timedelta(hours=settings().session_hours),
    )
    with transaction() as session:
        session.add(upload)
    return upload


def upload_completed(upload_id: str, *, agency_id: str | None = None) -> Submission:
    """Turn an uploaded object into a submission, once its sender reports that it is stored; return it (L1).

    Args:
        upload_id: of the upload's session.
        agency_id: whose request it must be, where somebody of an agency reports it.

    Raises:
        UnknownRequestError: the upload is another agency's.
        ReturnRefusedError: no such upload, nothing is stored for it, or the returns are closed.
    """
    query = select(UploadSession, Request.agency_id).join(Request).where(UploadSession.id == upload_id)
    with transaction() as session:
        row = session.exec(query).one_or_none()
    if row is None:
        raise ReturnRefusedError("This upload is not known. Start again from your list of requests.")
    upload, owner = row
    # A stranger learns neither whether the object is stored nor whether it was refused: this comes before both.
    if agency_id not in {None, owner}:
        raise UnknownRequestError(upload.request_id)
    return complete_upload(upload, owner)


def complete_upload(upload: UploadSession, agency_id: str) -> Submission:
    """Turn the object of an upload that is known to be this agency's into a submission, and return it (L1).

    Raises:
        ReturnRefusedError: nothing is stored for it, or the returns are closed.
    """
    try:
        return take(upload, agency_id=agency_id)
    except store.NotStoredError:
        raise ReturnRefusedError("Nothing arrived. Choose the file again and send it once more.") from None


def receipt_of(submission: Submission) -> dict[str, Any]:
    """Return the receipt of a version as JSON values."""
    return {
        "submission": submission.id,
        "request": submission.request_id,
        "version": submission.version,
        "sha256": submission.sha256,
        "size": submission.size,
        "received": submission.received_at.isoformat(),
        "version_id": submission.version_id,
        "late": submission.late,
        "scanned": submission.result.scanned,
    }
