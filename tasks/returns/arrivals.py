"""Files arrive: upload sessions, and one way for any stored object to become a version of a return (L1)."""

from typing import Any

from sqlmodel import Session, col, select

from models.events import Event, Owed
from models.ids import once_key
from models.keys import INCOMING
from models.lifecycle import RequestState
from models.settings import settings
from models.states import VersionKind, WrongFileState
from models.tables import Agency, CheckResult, Inspection, Request, Submission, UploadSession, WrongFile
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.log import log
from tasks.ledger import audit
from tasks.ledger.moves import move_request
from tasks.ledger.outbox import send_soon, tell
from tasks.ledger.rows import ReturnRefusedError, locked
from tasks.ledger.work import owe
from tasks.people.notices import write_notice
from tasks.people.senders import NO_LONGER, may_still_send
from tasks.returns.closing import refusal_of
from tasks.returns.version_kinds import kind_of, same_again

FILE_COLUMNS = ("key", "version_id", "sha256", "size", "extension")


def object_arrived(bucket: str, key: str, version_id: str = "") -> Submission | None:
    """Turn a stored object into a submission, whoever reports it, and however often (L1, L3).

    A report only says where to look: size and digest are read from the store. An agency whose file comes too late
    gets a notice.

    Args:
        bucket: of the object.
        key: of the object.
        version_id: of the object, where the report names one; the newest version is used if the store lacks it.

    Returns:
        The submission; None for an object that nobody was permitted to send, that is not there, was refused, or waits
        for its sender.
    """
    if bucket != settings().s3_bucket or not key.startswith(INCOMING):
        return None
    with transaction() as session:
        upload = session.exec(select(UploadSession).where(UploadSession.key == key)).one_or_none()
    # One that its sender has not confirmed yet is none of anybody else's business.
    if upload is None or upload.refused or upload.awaits_sender:
        return None
    try:
        return take(upload, version_id)
    except (store.NotStoredError, ReturnRefusedError):
        return None


def take(upload: UploadSession, version_id: str = "", agency_id: str | None = None) -> Submission:
    """Return the submission of an upload, recording it if it is not yet.

    The object is read back from the store and hashed before anything is acknowledged. Where the newest version holds
    the very same bytes there is nothing to record, and that version is returned.

    Args:
        upload: the session that permitted the object.
        version_id: of the object; the newest where it is empty or the store lacks it.
        agency_id: whose request it must be, which the read under the lock verifies; None where nobody's in particular.

    Raises:
        NotStoredError: there is no object.
        ReturnRefusedError: the returns are closed, the object is not of the size that was permitted, or nobody reports
            it who may send, and whoever began may no more.
    """
    if upload.refused:
        raise ReturnRefusedError(upload.refused)
    # Most reports are repeats: hashing the object again, and waiting for a lock, would be for nothing.
    with transaction() as session:
        submission = _recorded(session, _row(session, upload))
    if submission is not None:
        return submission
    stored = _look(upload.key, version_id)
    unfit = unfit_reason(stored)
    if not unfit:
        # Before the receipt: what is acknowledged never lies plain in the store.
        stored = store.seal_arrived(stored)
    with transaction() as session:
        # Verdicts lock the inspection too: returns must not close while one more is being received.
        inspection, request = locked(session, upload.request_id, agency_id)
        # Somebody else may have recorded it while this one hashed the object and waited for the lock.
        row = _row(session, upload)
        submission = _recorded(session, row)
        if submission is not None:
            return submission
        refusal = (
            unfit
            or refusal_of(request, inspection)
            # Who reports it may send now. A store's word, or the sweep's, says nothing of whoever began.
            or ("" if agency_id else _ended(session, request, upload))
            or wrong_again(session, request.inspection, request.agency_id, stored.sha256)
        )
        if refusal:
            _refuse(session, request, row, refusal)
        else:
            submission = _record(session, inspection, request, row, stored)
    if unfit and not store.remove(stored.key, stored.version_id):
        log().warning("upload.not-removed", upload=upload.id)
    if submission is None:
        raise ReturnRefusedError(refusal)
    send_soon()
    return submission


def seal_held(upload: UploadSession) -> None:
    """Seal what was put for an upload that waits for its sender; what does not fit stays until they look at it.

    Raises:
        NotStoredError: nothing was put.
    """
    if store.is_plain(upload.key) and not unfit_reason(stored := store.look(upload.key)):
        store.seal_arrived(stored)


def _look(key: str, version_id: str) -> store.Stored:
    """Return the stored object, its newest version where the store lacks the one that a report names."""
    try:
        return store.look(key, version_id)
    except store.NotStoredError:
        if not version_id:
            raise
    return store.look(key)


def unfit_reason(stored: store.Stored) -> str:
    """Return why a stored object is no upload that we permitted; empty where it is."""
    most = settings().max_upload_bytes
    if stored.size > most:
        return f"The file that arrived is larger than {most // 2**20} MB. Send a smaller file."
    if stored.announced is not None and stored.size != stored.announced:
        return (
            f"The file that arrived has {stored.size:,} bytes, and {stored.announced:,} were announced. Send it again, "
            "and give its size in bytes before you send it."
        )
    return ""


def _row(session: Session, upload: UploadSession) -> UploadSession:
    """Return an upload as the ledger has it now."""
    return session.get_one(UploadSession, upload.id, populate_existing=True)


def _recorded(session: Session, upload: UploadSession) -> Submission | None:
    """Return the version that an upload became, or that holds its bytes already; None where it is new."""
    same = session.get(Submission, upload.same_as) if upload.same_as else None
    return same or version_with(session, upload.request_id, upload.key)


def _ended(session: Session, request: Request, upload: UploadSession) -> str:
    """Return why a file is not taken of somebody who may no longer send for its agency; empty where they may."""
    moments = {"began": upload.created_at, "now": utc_now()}
    return "" if may_still_send(session, request.agency_id, upload.uploader, **moments) else NO_LONGER


def _refuse(session: Session, request: Request, upload: UploadSession, refusal: str) -> None:
    """Refuse an upload for good and notify its agency in the same transaction, so that no death comes in between."""
    upload.refused = refusal
    agency = session.get_one(Agency, request.agency_id)
    facts = {"return": request.return_code, "why": refusal}
    write_notice(session, "not_taken", agency, once=once_key(upload.id, "not-taken"), sign_in=True, facts=facts)


def _record(
    session: Session, inspection: Inspection, request: Request, upload: UploadSession, stored: store.Stored
) -> Submission:
    newest = session.get(Submission, request.newest_id)
    upload.completed_at = utc_now()
    if newest and same_again(request, newest, stored.sha256, upload.extension, adds=upload.adds):
        upload.same_as = newest.id
        facts = {"version": newest.version, "sha256": stored.sha256}
        audit.append(
            session,
            request.inspection,
            actor=upload.uploader,
            action="return.same-again",
            subject=newest.id,
            facts=facts,
        )
        return newest
    before = newest if upload.adds else None
    again_of = None if before else _with_bytes(session, request, stored.sha256, upload.extension)
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
        kind=kind_of(upload, newest, again_of),
        reason=upload.reason,
        again_of=again_of,
        uploader=upload.uploader,
        received_at=inspection.now(),
    )
    add_version(session, request, submission)
    return submission


def wrong_again(session: Session, ref: str, agency_id: str, digest: str) -> str:
    """Return why bytes are not taken that their agency, or we, said were sent in error; empty for all others."""
    open_states = (WrongFileState.PUT_ASIDE, WrongFileState.CONFIRMED, WrongFileState.DESTROYED)
    query = select(WrongFile.id).where(
        WrongFile.inspection == ref,
        WrongFile.agency_id == agency_id,
        WrongFile.sha256 == digest,
        col(WrongFile.state).in_(open_states),
    )
    wrong = session.exec(query).first()
    if wrong is None:
        return ""
    return (
        f"This is the very file that was sent in error ({wrong}), so it is not taken again. Send another file, or tell "
        "the programme manager if it is the right one after all."
    )


def _with_bytes(session: Session, request: Request, digest: str, extension: str) -> int | None:
    """Return the number of the newest version of a request that is one file of these bytes, or None."""
    query = select(Submission).where(Submission.request_id == request.id, Submission.sha256 == digest)
    versions = session.exec(query.order_by(col(Submission.version).desc()))
    return next((version.version for version in versions if version.extension == extension and not version.parts), None)


def version_with(session: Session, request_id: str, key: str) -> Submission | None:
    """Return the first version of a request that a stored object became, or None."""
    query = select(Submission).where(Submission.request_id == request_id, Submission.key == key)
    return session.exec(query.order_by(col(Submission.version))).first()


def add_version(session: Session, request: Request, submission: Submission) -> None:
    """Make a submission the newest version of its request: its number, its empty result, its audit entry and event."""
    # The number is taken under the request's lock, which the caller has: two files at once become two versions.
    request.current_version += 1
    submission.version, submission.id = request.current_version, request.newest_id
    submission.late = submission.received_at > request.due_at
    if submission.version == 1:
        submission.kind = VersionKind.FIRST
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
    facts |= {name: value for name in ("kind", "reason", "again_of") if (value := getattr(submission, name))}
    move_request(session, request, RequestState.RECEIVED, actor=submission.uploader, facts=facts)
    owe(session, Owed.VALIDATE, submission.id, request.inspection)
    tell(session, Event.RETURN_UPLOADED, request.inspection, submission.id, {"return": request.return_code})


def files_of(submission: Submission) -> list[dict[str, Any]]:
    """Return the files of a version, in order: key, version_id, sha256, size in bytes and extension of each."""
    return [*submission.parts, {name: getattr(submission, name) for name in FILE_COLUMNS}]
