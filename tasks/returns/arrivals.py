"""Files arrive: upload sessions, and one way for any stored object to become a version of a return (L1)."""

from typing import Any

from sqlmodel import Session, col, select

from models.events import Event, Owed
from models.ids import once_key
from models.keys import INCOMING
from models.lifecycle import RequestState
from models.settings import settings
from models.tables import Agency, CheckResult, Request, Submission, UploadSession
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.moves import move_request
from tasks.ledger.outbox import send_soon, tell
from tasks.ledger.rows import ReturnRefusedError, locked, request_of
from tasks.ledger.work import owe
from tasks.people.notices import write_notice
from tasks.returns.closing import check_open

_FILE = ("key", "version_id", "sha256", "size", "extension")


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
    write_notice(session, "not_taken", agency, once=once_key(upload.id, "not-taken"), sign_in=True, facts=facts)


def _record(session: Session, upload: UploadSession, stored: store.Stored) -> Submission:
    # Verdicts lock the inspection too: returns must not close while one more is being received.
    inspection, request = locked(session, upload.request_id)
    known = _known(session, request.id, stored.key)
    if known is not None:
        return known
    check_open(request, inspection)
    before = session.get(Submission, request.newest_id) if upload.adds else None
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
    """Make a submission the newest version of its request: its number, its empty result, its audit entry and event."""
    request.current_version += 1
    submission.version, submission.id = request.current_version, request.newest_id
    submission.late = submission.received_at > request.due_at
    submission.result = CheckResult(submission_id=submission.id)
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
