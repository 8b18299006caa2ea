"""Receives returns: upload sessions, receipts, nil returns, acknowledgements and declarations of lateness."""

from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from sqlmodel import Session, select

from models.events import Event, Owed
from models.lifecycle import SETTLED, RequestState, Stage, takes_uploads
from models.settings import settings
from models.tables import Inspection, Request, Submission, UploadSession
from models.tables.base import utc_now
from tasks import audit, store
from tasks.announce import ENGLAND
from tasks.database import transaction
from tasks.ledger import inspection_of, move_request, move_stage, owe, tell
from tasks.outbox import send_soon

EXTENSIONS = (".xlsx", ".ods", ".csv")
EVALUATION = "EVAL"

_SENT = frozenset({RequestState.RECEIVED, RequestState.VALIDATING, RequestState.ACCEPTED, RequestState.QUERIED})

LATE_REASONS = {
    "system_outage": "Our record system is not available",
    "data_quality": "We are mending the quality of our data",
    "staff_absence": "The person who does this is away",
    "waiting_for_partner": "We wait for another organisation",
}


class ReturnRefusedError(ValueError):
    """Something about a return cannot be done as asked; the message says why and what to do."""


class UnknownRequestError(ReturnRefusedError):
    """No request has this id, or it is not the asker's; the two are never told apart."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"There is no request {request_id!r} for you. Sign in to see what is asked of you.")


def request_of(session: Session, request_id: str, agency_id: str | None = None, *, lock: bool = False) -> Request:
    """Return a request; where `agency_id` is given, only if it is that agency's.

    Raises:
        UnknownRequestError: no such request, or another agency's.
    """
    query = select(Request).where(Request.id == request_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).one_or_none()
    if found is None or (agency_id is not None and found.agency_id != agency_id):
        raise UnknownRequestError(request_id)
    return found


def locked(session: Session, request_id: str, agency_id: str | None = None) -> tuple[Inspection, Request]:
    """Return a request and its inspection, both locked until the transaction's end, the inspection first.

    Raises:
        UnknownRequestError: no such request, or another agency's.
    """
    inspection = inspection_of(session, request_of(session, request_id, agency_id).inspection, lock=True)
    return inspection, request_of(session, request_id, agency_id, lock=True)


def extension_of(filename: str) -> str:
    """Return a file's extension if returns may have it.

    Raises:
        ReturnRefusedError: another kind of file.
    """
    found = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if found not in EXTENSIONS:
        raise ReturnRefusedError("The selected file must be an XLSX, ODS or CSV file.")
    return found


def check_open(request: Request, inspection: Inspection) -> None:
    """Refuse an upload that no longer has a place.

    Raises:
        ReturnRefusedError: the returns or evaluations are not open.
    """
    wanted = Stage.EVALUATIONS_OPEN if request.return_code == EVALUATION else Stage.RETURNS_OPEN
    if inspection.stage != wanted or not takes_uploads(RequestState(request.state)):
        raise ReturnRefusedError(
            f"{request.return_code} can no longer be changed here: the inspection has moved on to "
            f"{inspection.stage.replace('_', ' ')}. Tell the lead inspector if what you sent is wrong."
        )


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
            key=f"incoming/{request.id}/{identity}{extension}",
            extension=extension,
            uploader=uploader,
            adds=adds,
            shared=shared,
            expires_at=utc_now() + timedelta(hours=settings().session_hours),
        )
        session.add(upload)
    return upload


def object_arrived(upload_id: str, *, agency_id: str | None = None) -> Submission:
    """Turn an uploaded object into a submission: its receipt, its row and its event in one transaction (L1).

    The object is read back from the store and hashed before anything is acknowledged. Calling this again for the same
    upload returns the same submission.

    Raises:
        ReturnRefusedError: no such upload, or nothing is stored for it.
    """
    with transaction() as session:
        upload = session.get(UploadSession, upload_id)
        if upload is None:
            raise ReturnRefusedError("This upload is not known. Start again from your list of requests.")
        request_of(session, upload.request_id, agency_id)
    try:
        stored = store.look(upload.key)
    except store.NotStoredError:
        raise ReturnRefusedError("Nothing arrived. Choose the file again and send it once more.") from None
    with transaction() as session:
        submission = _record(session, upload, stored)
    send_soon()
    return submission


def _record(session: Session, upload: UploadSession, stored: store.Stored) -> Submission:
    # Verdicts lock the inspection too: returns must not close while one more is being received.
    inspection, request = locked(session, upload.request_id)
    known = _known(session, request.id, stored.key, stored.version_id)
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


def _known(session: Session, request_id: str, key: str, version_id: str) -> Submission | None:
    query = select(Submission).where(Submission.request_id == request_id)
    return session.exec(query.where(Submission.key == key, Submission.version_id == version_id)).one_or_none()


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


_FILE = ("key", "version_id", "sha256", "size", "extension")


def files_of(submission: Submission) -> list[dict[str, Any]]:
    """Return the files of a version, in order: key, version_id, sha256, size in bytes and extension of each."""
    return [*submission.parts, {name: getattr(submission, name) for name in _FILE}]


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
        and _known(session, one.id, submission.key, submission.version_id) is None
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


def acknowledge(request_id: str, *, by: str, agency_id: str | None = None) -> None:
    """Record that an agency has seen a request; doing so again changes nothing."""
    with transaction() as session:
        _, request = locked(session, request_id, agency_id)
        if request.state == RequestState.ISSUED:
            move_request(session, request, RequestState.ACKNOWLEDGED, actor=by)


def declare_late(request_id: str, *, until: date, reason: str, by: str, agency_id: str | None = None) -> None:
    """Record that a return will be late, until when and for which listed reason; the deadline itself stays.

    Raises:
        ReturnRefusedError: the reason is not listed, the date is past, or the return is already in.
    """
    if reason not in LATE_REASONS:
        raise ReturnRefusedError("Choose one of the listed reasons for sending the return late.")
    with transaction() as session:
        inspection, request = locked(session, request_id, agency_id)
        if request.state in SETTLED:
            raise ReturnRefusedError(f"{request.return_code} is already settled; nothing is owed.")
        if until < inspection.now().astimezone(ENGLAND).date():
            raise ReturnRefusedError("The date by which you will send it must be today or later.")
        request.late_until, request.late_reason = until, reason
        session.add(request)
        facts = {"until": until.isoformat(), "reason": reason}
        audit.append(
            session, request.inspection, actor=by, action="request.declared-late", subject=request.id, facts=facts
        )


def declare_nil(request_id: str, *, by: str, agency_id: str | None = None) -> None:
    """Record that an agency holds nothing to return, with who declares it.

    Raises:
        ReturnRefusedError: the returns are closed, or a file is being checked or accepted.
    """
    with transaction() as session:
        inspection, request = locked(session, request_id, agency_id)
        check_open(request, inspection)
        if request.state in _SENT:
            raise ReturnRefusedError(
                f"You have already sent rows for {request.return_code}, so it is not a nil return. "
                "Send a corrected file instead."
            )
        if request.state == RequestState.NIL_DECLARED:
            return
        request.nil_declared_by = by
        move_request(session, request, RequestState.NIL_DECLARED, actor=by)
        close_if_complete(session, inspection)
    send_soon()


def close_if_complete(session: Session, inspection: Inspection, *, actor: str = "system: receive-returns") -> bool:
    """Close the returns, or tell that all evaluations are in, once nothing is owed any more; True when it did."""
    evaluations = inspection.stage == Stage.EVALUATIONS_OPEN
    session.flush()
    requests = session.exec(select(Request).where(Request.inspection == inspection.ref)).all()
    wanted = [one for one in requests if (one.return_code == EVALUATION) == evaluations]
    if not wanted or any(RequestState(one.state) not in SETTLED for one in wanted):
        return False
    if evaluations:
        tell(session, Event.EVALUATIONS_COMPLETE, inspection.ref, inspection.ref)
        return True
    if inspection.stage != Stage.RETURNS_OPEN:
        return False
    move_stage(session, inspection, Stage.RETURNS_CLOSED, actor=actor)
    owe(session, Owed.BUILD_COHORT, f"{inspection.ref}/1", inspection.ref)
    tell(session, Event.RETURNS_COMPLETE, inspection.ref, inspection.ref)
    return True
