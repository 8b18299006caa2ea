"""Uploads: the permit for one, its completion by its sender, and the receipt (L1)."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, func, select

from models.keys import incoming
from models.lifecycle import TAKEN, RequestState
from models.returns import EVALUATION
from models.settings import settings
from models.states import VersionReason
from models.tables import Agency, DocumentItem, DocumentUpload, Request, Submission, UploadSession
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.log import log
from tasks.ledger.rows import ReturnRefusedError, UnknownRequestError, inspection_of, request_of
from tasks.returns.arrivals import take
from tasks.returns.closing import refusal_of
from tasks.returns.offers import REPLACED_WITH_CARE
from tasks.returns.reduced_files import receipts_of
from tasks.returns.version_kinds import REASONS

PUT_SECONDS = 900
"""How long an address takes a file: long enough to begin a large one on a slow line, too short to be passed on."""

MOST_OPEN = 40
"""Addresses that one agency may hold at once without having put a file: far more than all its returns in parts."""

EXTENSIONS = (".xlsx", ".ods", ".csv", ".xls")


def check_size(size: int) -> None:
    """Refuse a file that is too large or empty before it is stored.

    Raises:
        ReturnRefusedError: with the limit in words.
    """
    most = settings().max_upload_bytes
    if size > most:
        raise ReturnRefusedError(f"The selected file must be smaller than {most // 2**20} MB.")
    if size <= 0:
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


def check_reason(permit: "Permit", reason: str, *, adds: bool) -> None:
    """Refuse a person's file that takes the place of an accepted one without saying why.

    Raises:
        ReturnRefusedError: the reason is missing.
    """
    if permit.state in TAKEN and not adds and not reason:
        raise ReturnRefusedError("Choose why you are sending another version.")


@dataclass(frozen=True, slots=True)
class Permit:
    """A request that takes files now, and the agency whose it is; only `permit_for` makes one.

    Whoever has a permit does not read the request again until its row is locked, when the file is recorded.

    Attributes:
        request_id: of the request.
        agency_id: of the agency.
        state: of the request; where something good is there, a person looks at the file before it takes its place.
        signed: whether a person who sends the file signs it as their agency's own judgement: an evaluation.
    """

    request_id: str
    agency_id: str
    state: RequestState
    signed: bool


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
    return Permit(request.id, request.agency_id, request.state, is_signed(request))


def is_signed(request: Request) -> bool:
    """Return whether a person signs what they send for a request: what their agency itself says of a case."""
    return request.return_code == EVALUATION


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
    permit: Permit,
    filename: str,
    *,
    uploader: str,
    adds: bool = False,
    shared: bool = False,
    reason: str = "",
    looks: bool = False,
    stale: bool = False,
    ahead: bool = False,
    filled: dict[str, Any] | None = None,
) -> UploadSession:
    """Open the session of one upload, at a key that nobody can guess.

    Args:
        permit: for the request.
        filename: the sender's own, of which only the extension is used here.
        uploader: who sends it.
        adds: whether the file is one more part of the newest version, instead of all of it.
        shared: whether the file holds other returns as well, which are then taken from it too.
        reason: why another version is sent, a value that `REASONS` lists; may be empty.
        looks: whether a person sends it, who looks at it and confirms before it takes the place of something good.
        stale: whether the sign-in of whoever sends it is too old to sign; what is signed then waits for a newer one.
        filled: where we filled the file from an extract, how far; a person then always looks at it before it counts.
        ahead: whether its sender is given an address before there is a file; so many are open at once and no more.

    Raises:
        ReturnRefusedError: wrong kind of file, a reason that is not listed, or too many addresses are open.
    """
    extension = extension_of(filename)
    if reason and reason not in REASONS:
        raise ReturnRefusedError("Choose one of the listed reasons for sending another version.")
    identity = uuid4().hex
    upload = UploadSession(
        id=identity,
        request_id=permit.request_id,
        key=incoming(permit.request_id, identity, extension),
        extension=extension,
        uploader=uploader,
        adds=adds,
        shared=shared,
        reason=VersionReason(reason) if reason else None,
        awaits_sender=filled is not None or (looks and permit.state in REPLACED_WITH_CARE) or (stale and permit.signed),
        filled=filled,
        expires_at=utc_now() + timedelta(hours=settings().session_hours),
    )
    with transaction() as session:
        if ahead:
            check_addresses(session, permit.agency_id)
        session.add(upload)
    return upload


def check_addresses(session: Session, agency_id: str) -> None:
    """Refuse one more address, for a return or a document, to an agency that holds so many to which it has put nothing.

    Raises:
        ReturnRefusedError: with what to do.
    """
    # Under the agency's lock: several programs that ask at once must not get more together than one.
    session.get_one(Agency, agency_id, with_for_update=True)
    returns = select(func.count()).select_from(UploadSession).join(Request).where(Request.agency_id == agency_id)
    documents = select(func.count()).select_from(DocumentUpload).join(DocumentItem)
    documents = documents.where(DocumentItem.agency_id == agency_id)
    if (
        session.exec(_unused(returns, UploadSession)).one() + session.exec(_unused(documents, DocumentUpload)).one()
        >= MOST_OPEN
    ):
        raise ReturnRefusedError(
            f"You have started {MOST_OPEN} uploads in the last {PUT_SECONDS // 60} minutes and sent no file for them. "
            "Finish or leave those, and try again in a few minutes."
        )


def _unused(uploads: Any, table: type[UploadSession] | type[DocumentUpload]) -> Any:
    since = utc_now() - timedelta(seconds=PUT_SECONDS)
    unused = uploads.where(col(table.completed_at).is_(None), col(table.refused).is_(None))
    return unused.where(col(table.created_at) > since)


def upload_completed(upload_id: str, *, agency_id: str | None = None) -> Submission:
    """Turn an uploaded object into a submission, once its sender reports that it is stored; return it (L1).

    One that is held is not turned into one here: `confirm_upload` does that.

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
    if upload.awaits_sender:
        raise ReturnRefusedError("This file waits for you: open it from the page of its request, and confirm it.")
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


def held_upload(upload_id: str, agency_id: str) -> UploadSession:
    """Return an upload that waits until its sender confirms it.

    Raises:
        UnknownRequestError: no such upload of this agency, or it waits no more.
    """
    query = select(UploadSession, Request.agency_id).join(Request).where(UploadSession.id == upload_id)
    with transaction() as session:
        row = session.exec(query).one_or_none()
    if row is None or row[1] != agency_id or not row[0].awaits_sender:
        raise UnknownRequestError(upload_id)
    upload: UploadSession = row[0]
    return upload


def is_signed_upload(upload_id: str, agency_id: str) -> bool:
    """Return whether whoever confirms an upload signs it.

    Raises:
        UnknownRequestError: no such upload of this agency.
    """
    with transaction() as session:
        upload = session.get(UploadSession, upload_id)
        if upload is None:
            raise UnknownRequestError(upload_id)
        return is_signed(request_of(session, upload.request_id, agency_id))


def confirm_upload(upload_id: str, agency_id: str) -> Submission:
    """Turn an upload into a submission, once its sender has looked at it; a second time returns the same one.

    Raises:
        UnknownRequestError: no such upload of this agency.
        ReturnRefusedError: nothing is stored for it, it was set aside, or the returns are closed.
    """
    with transaction() as session:
        upload = session.get(UploadSession, upload_id, with_for_update=True)
        if upload is None:
            raise UnknownRequestError(upload_id)
        request_of(session, upload.request_id, agency_id)
        # From here on the file is as if it had just arrived: whoever finds it first takes it.
        upload.awaits_sender = False
        session.add(upload)
    return complete_upload(upload, agency_id)


def set_aside(upload_id: str, agency_id: str) -> str:
    """Leave a held file out for good, as its sender decides; return its request.

    Raises:
        UnknownRequestError: no such upload of this agency, or it waits no more.
    """
    with transaction() as session:
        upload = session.get(UploadSession, upload_id, with_for_update=True)
        if upload is None or not upload.awaits_sender:
            raise UnknownRequestError(upload_id)
        request_of(session, upload.request_id, agency_id)
        upload.awaits_sender, upload.refused = False, "You decided not to send this file."
        session.add(upload)
        request_id, key = upload.request_id, upload.key if upload.filled else ""
    # What we filled was never the sender's file: nothing of it is kept.
    if key:
        forget(key)
    return request_id


def forget(key: str) -> None:
    """Remove a file that we filled and that nobody sent; where it is gone already, or must stay, that is all."""
    try:
        stored = store.look(key)
    except store.NotStoredError:
        return
    if not store.remove(key, stored.version_id):
        log().warning("upload.not-removed")


def held_for(session: Session, request_id: str) -> list[UploadSession]:
    """Return the files of a request that are stored and wait for their sender, oldest first."""
    query = select(UploadSession).where(UploadSession.request_id == request_id, col(UploadSession.awaits_sender))
    rows = session.exec(query.where(UploadSession.expires_at > utc_now()).order_by(col(UploadSession.created_at)))
    return [row for row in rows if store.exists(row.key)]


def receipt_of(submission: Submission) -> dict[str, Any]:
    """Return the receipt of a version as JSON values; `reduced` where a file came with what was not asked for."""
    with transaction() as session:
        reduced = receipts_of(session, submission)
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
    } | ({"reduced": reduced} if reduced else {})
