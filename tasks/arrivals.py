"""Files arrive: upload sessions, and one way for any stored object to become a version of a return (L1)."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from models.events import Event, Owed
from models.lifecycle import RequestState
from models.settings import settings
from models.tables import Agency, Inspection, Request, Submission, UploadSession
from models.tables.base import utc_now
from tasks import store
from tasks.database import transaction
from tasks.ledger import inspection_of, move_request, owe, tell
from tasks.notices import write_notice
from tasks.outbox import send_soon
from tasks.returns import ReturnRefusedError, check_open, locked, request_of

EXTENSIONS = (".xlsx", ".ods", ".csv", ".xls")
INCOMING = "incoming/"
_FILE = ("key", "version_id", "sha256", "size", "extension")


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
            key=f"{INCOMING}{request.id}/{identity}{extension}",
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


def object_arrived(bucket: str, key: str, version_id: str = "") -> Submission | None:
    """Turn an object into a submission, whoever tells that it is there, and however often (L1, L3).

    The store is asked what it holds; what was told is only where to look. An agency whose file can no longer be taken
    is told so.

    Args:
        bucket: where it lies.
        key: under which.
        version_id: of the object, where it was told; the newest version stands in for one that is not there.

    Returns:
        The submission; None for an object that nobody was permitted to send, that is not there, or was refused.
    """
    if bucket != settings().s3_bucket or not key.startswith(INCOMING):
        return None
    with transaction() as session:
        upload = session.exec(select(UploadSession).where(UploadSession.key == key)).one_or_none()
    if upload is None or upload.refused:
        return None
    try:
        return _taken(upload, version_id)
    except (store.NotStoredError, ReturnRefusedError):
        return None


def _taken(upload: UploadSession, version_id: str) -> Submission:
    """Return the submission of an upload, recording it if it is not yet.

    The object is read back from the store and hashed before anything is acknowledged.

    Raises:
        NotStoredError: there is no object.
        ReturnRefusedError: the returns are closed.
    """
    if upload.refused:
        raise ReturnRefusedError(upload.refused)
    with transaction() as session:
        known = _known(session, upload.request_id, upload.key)
    if known is not None:
        return known
    try:
        stored = store.look(upload.key, version_id)
    except store.NotStoredError:
        if not version_id:
            raise
        stored = store.look(upload.key)
    try:
        with transaction() as session:
            submission = _record(session, upload, stored)
    except ReturnRefusedError as refused:
        with transaction() as session:
            _refuse(session, upload, str(refused))
        raise
    send_soon()
    return submission


def _refuse(session: Session, upload: UploadSession, said: str) -> None:
    """Refuse an upload for good and tell its agency in the same transaction, so that no death comes in between."""
    stale = session.get_one(UploadSession, upload.id)
    stale.refused = said
    session.add(stale)
    request = request_of(session, upload.request_id)
    agency = session.get_one(Agency, request.agency_id)
    facts = {"return": request.return_code, "why": said}
    write_notice(session, "not_taken", agency, once=f"{upload.id}/not-taken", sign_in=True, facts=facts)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a look at the store found under `incoming/`: counts, and references that people must look at."""

    arrived: tuple[str, ...] = ()
    strangers: int = 0
    missing: tuple[str, ...] = ()


def look_at_incoming() -> Incoming:
    """Take every object that arrived without anybody telling, and compare the store with the rows.

    Returns:
        The submissions that were made; how many objects nobody was permitted to send; and the submissions whose
        object is not there, which must never be (L1).
    """
    # A submission follows its object, and an object the permission to send it: the order of the three looks keeps what
    # comes meanwhile from seeming missing or strange.
    with transaction() as session:
        rows = session.exec(select(Submission.id, Submission.key)).all()
    held = set(store.keys_under(INCOMING))
    with transaction() as session:
        uploads = session.exec(select(UploadSession.key, UploadSession.completed_at, UploadSession.refused)).all()
    waiting = {key for key, completed, refused in uploads if completed is None and refused is None}
    found = [object_arrived(settings().s3_bucket, key) for key in sorted(held & waiting)]
    return Incoming(
        tuple(one.id for one in found if one is not None),
        len(held - {key for key, _, _ in uploads}),
        tuple(sorted(identity for identity, key in rows if key not in held)),
    )


def _record(session: Session, upload: UploadSession, stored: store.Stored) -> Submission:
    # Verdicts lock the inspection too: returns must not close while one more is being received.
    inspection, request = locked(session, upload.request_id)
    known = _known(session, request.id, stored.key)
    if known is not None:
        return known
    check_open(request, inspection)
    before = session.get(Submission, f"{request.id}-v{request.current_version}") if upload.adds else None
    submission = Submission(
        id="",
        request_id=request.id,
        inspection=request.inspection,
        version=0,
        key=stored.key,
        version_id=stored.version_id,
        etag=stored.etag,
        sha256=stored.sha256,
        size=stored.size,
        extension=upload.extension,
        parts=files_of(before) if before else [],
        shared=upload.shared,
        uploader=upload.uploader,
        received_at=inspection.now(),
    )
    _new_version(session, request, submission)
    stale = session.get_one(UploadSession, upload.id)
    stale.completed_at = utc_now()
    session.add(stale)
    return submission


def _known(session: Session, request_id: str, key: str) -> Submission | None:
    query = select(Submission).where(Submission.request_id == request_id, Submission.key == key)
    return session.exec(query.order_by(col(Submission.version))).first()


def _new_version(session: Session, request: Request, submission: Submission) -> None:
    """Make a submission the newest version of its request: its number, its audit entry, its event and its check."""
    request.current_version += 1
    submission.version, submission.id = request.current_version, f"{request.id}-v{request.current_version}"
    submission.late = submission.received_at > request.due_at
    session.add(submission)
    facts: dict[str, Any] = {
        "version": submission.version,
        "sha256": submission.sha256,
        "size": submission.size,
        "late": submission.late,
    }
    if submission.parts:
        facts["files"] = len(submission.parts) + 1
    move_request(session, request, RequestState.RECEIVED, actor=submission.uploader, facts=facts)
    owe(session, Owed.VALIDATE, submission.id, request.inspection)
    tell(session, Event.RETURN_UPLOADED, request.inspection, submission.id, {"return": request.return_code})


def files_of(submission: Submission) -> list[dict[str, Any]]:
    """Return the files of a version, in order: key, version_id, sha256, size in bytes and extension of each."""
    return [*submission.parts, {name: getattr(submission, name) for name in _FILE}]


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
        "scanned": submission.scanned,
    }


def shareable(session: Session, submission: Submission) -> list[Request]:
    """Return the same agency's open requests for the other returns that a file holds, which do not have it yet."""
    request = session.get_one(Request, submission.request_id)
    inspection = session.get_one(Inspection, submission.inspection)
    query = select(Request).where(Request.agency_id == request.agency_id).order_by(Request.id)
    return [
        one
        for one in session.exec(query)
        if one.return_code in submission.also
        and _is_open(one, inspection)
        and _known(session, one.id, submission.key) is None
    ]


def beside(session: Session, request: Request) -> list[str]:
    """Return the codes of the other returns that the same agency may send a file for now."""
    inspection = session.get_one(Inspection, request.inspection)
    query = select(Request).where(Request.agency_id == request.agency_id, Request.id != request.id)
    return [one.return_code for one in session.exec(query.order_by(Request.id)) if _is_open(one, inspection)]


def _is_open(request: Request, inspection: Inspection) -> bool:
    try:
        check_open(request, inspection)
    except ReturnRefusedError:
        return False
    return True


def share(session: Session, submission: Submission) -> list[Submission]:
    """Take the other returns of a file for their requests as well, each as a new version; return those versions.

    The caller has locked the inspection.
    """
    taken = []
    for request in shareable(session, submission):
        same = {name: getattr(submission, name) for name in (*_FILE, "etag", "uploader", "received_at")}
        one = Submission(id="", request_id=request.id, inspection=request.inspection, version=0, **same)
        _new_version(session, request, one)
        taken.append(one)
    return taken


def share_now(submission_id: str, *, agency_id: str | None = None) -> list[str]:
    """Take the other returns that a checked file holds for their requests as well; return the versions' ids.

    Raises:
        UnknownRequestError: no such submission, or another agency's.
    """
    with transaction() as session:
        found = session.get(Submission, submission_id)
        locked(session, found.request_id if found else submission_id, agency_id)
        taken = [one.id for one in share(session, session.get_one(Submission, submission_id))]
    send_soon()
    return taken
