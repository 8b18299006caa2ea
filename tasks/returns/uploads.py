"""Uploads: the permission for one, its completion by its sender, and the receipt (L1)."""

from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from models.keys import incoming
from models.settings import settings
from models.tables import Submission, UploadSession
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.rows import ReturnRefusedError, inspection_of, request_of
from tasks.returns.arrivals import _taken
from tasks.returns.closing import check_open

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
    found = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if found not in EXTENSIONS:
        raise ReturnRefusedError("The selected file must be an XLSX, ODS or CSV file.")
    return found


def open_upload(
    request_id: str,
    filename: str,
    *,
    uploader: str,
    agency_id: str | None = None,
    adds: bool = False,
    shared: bool = False,
) -> UploadSession:
    """Give permission for one upload, at a key that nobody can guess.

    Args:
        request_id: what the file is sent for.
        filename: the sender's own, of which only the extension is used here.
        uploader: who sends it.
        agency_id: whose request it must be, where somebody of an agency asks.
        adds: whether the file is one more part of the newest version, instead of all of it.
        shared: whether the file holds other returns as well, which are then taken from it too.

    Raises:
        ReturnRefusedError: wrong kind of file, request of another agency, or returns closed.
    """
    extension = extension_of(filename)
    with transaction() as session:
        request = request_of(session, request_id, agency_id)
        check_open(request, inspection_of(session, request.inspection))
        identity = uuid4().hex
        upload = UploadSession(
            id=identity,
            request_id=request.id,
            key=incoming(request.id, identity, extension),
            extension=extension,
            uploader=uploader,
            adds=adds,
            shared=shared,
            expires_at=utc_now() + timedelta(hours=settings().session_hours),
        )
        session.add(upload)
    return upload


def upload_completed(upload_id: str, *, agency_id: str | None = None) -> Submission:
    """Turn an uploaded object into a submission, as its sender says that it is there; give the receipt (L1).

    Raises:
        ReturnRefusedError: no such upload, nothing is stored for it, or the returns are closed.
    """
    with transaction() as session:
        upload = session.get(UploadSession, upload_id)
        if upload is None:
            raise ReturnRefusedError("This upload is not known. Start again from your list of requests.")
        request_of(session, upload.request_id, agency_id)
    try:
        return _taken(upload, "")
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
