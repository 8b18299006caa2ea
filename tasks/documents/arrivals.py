"""Documents that agencies' programs put straight into the store: the address for one, its receipt, and its recording.

A file that lies there without a word of its program becomes a version all the same, by the next sweep (L1, L3).
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from models.ids import document_version_id, once_key
from models.keys import document
from models.refusals import Refusal, check_text
from models.tables import Agency, DocumentItem, DocumentUpload, DocumentVersion
from models.tables.base import utc_now
from tasks.documents.sending import (
    DocumentError,
    UnknownDocumentError,
    check_takes,
    item_of,
    record_version,
    refusal_of,
)
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.log import log
from tasks.ledger.outbox import send_soon
from tasks.people.notices import write_notice
from tasks.people.senders import NO_LONGER, may_still_send
from tasks.returns.arrivals import unfit_reason
from tasks.returns.uploads import PUT_SECONDS, check_addresses, check_size
from validation.engine.memory_files import memory_file
from validation.files.documents import DocumentRefusedError, kind_of

_NOTHING = "Nothing arrived. Choose the file again and send it once more."
_UNUSED_HOURS = 24
"""An address takes a file for minutes; what is not there after so long, however slow its line, does not come."""


def open_document_upload(identity: str, agency_id: str, filename: str, size: int, *, by: str) -> dict[str, Any]:
    """Return the address to which one file for an item may be put once, with its headers, and the upload's id.

    Args:
        identity: of the item.
        agency_id: whose it must be.
        filename: the sender's own, kept sealed beside the file alone: it may hold a child's name (L5).
        size: of the file in bytes; the address takes no other.
        by: the program that sends it.

    Raises:
        UnknownDocumentError: no such item of this agency.
        Refusal: no document is taken now, the file is empty or too large, or too many addresses are open.
    """
    check_takes(identity, agency_id)
    check_text("filename", filename)
    check_size(size)
    with transaction() as session:
        check_addresses(session, agency_id)
        item = session.get_one(DocumentItem, identity)
        upload = DocumentUpload(id=uuid4().hex, item_id=item.id, inspection=item.inspection, uploader=by)
        session.add(upload)
    url, headers = store.presign_put(upload.key, PUT_SECONDS, size=size, filename=filename)
    return {"upload": upload.id, "url": url, "headers": headers}


def document_upload_completed(upload_id: str, agency_id: str) -> tuple[DocumentVersion, bool]:
    """Turn a file that was put into a version of its item; return it, and whether it held these bytes before (L1).

    A second report returns the same version.

    Raises:
        UnknownDocumentError: no such upload of this agency.
        DocumentError: nothing is there, or it is not taken; the sentence says why.
    """
    with transaction() as session:
        upload = session.get(DocumentUpload, upload_id)
        if upload is None:
            raise UnknownDocumentError
        # A stranger learns neither whether the file is there nor whether it was refused: this comes before both.
        item_of(session, upload.item_id, agency_id)
    try:
        version = _take(upload, reported=True)
    except store.NotStoredError:
        raise DocumentError(_NOTHING, field="file") from None
    return version, upload.id not in version.key


def _take(upload: DocumentUpload, *, reported: bool) -> DocumentVersion:
    """Return the version that an upload became, recording it if it is not yet; safe to repeat.

    Args:
        upload: of the file.
        reported: whether somebody reports it who may send for its agency now.

    Raises:
        NotStoredError: nothing was put.
        DocumentError: it is not taken, now and for good.
    """
    with transaction() as session:
        if version := _recorded(session, upload.id):
            return version
    stored = store.look(upload.key)
    unfit, kind = _looked_at(stored)
    if not unfit:
        # Before the receipt: what is acknowledged never lies plain in the store.
        stored = store.seal_arrived(stored)
    with transaction() as session:
        owner = session.get_one(DocumentItem, upload.item_id).agency_id
        inspection, item = item_of(session, upload.item_id, owner, lock=True)
        # Somebody else may have recorded it while this one hashed the file and waited for the lock.
        if version := _recorded(session, upload.id):
            return version
        row = session.get_one(DocumentUpload, upload.id)
        ended = "" if reported else _ended(session, item, row)
        if refusal := unfit or refusal_of(session, inspection, item, stored.sha256) or ended:
            _refuse(session, row, item, refusal)
        else:
            row.version = record_version(session, inspection, item, stored, kind, by=row.uploader)
            row.completed_at = utc_now()
            session.add(row)
            session.flush()
            version = _recorded(session, upload.id)
    if unfit and not store.remove(stored.key, stored.version_id):
        log().warning("upload.not-removed", upload=upload.id)
    if version is None:
        raise DocumentError(refusal, field="file")
    send_soon()
    return version


def _recorded(session: Session, upload_id: str) -> DocumentVersion | None:
    """Return the version that an upload became, or None where nothing is decided.

    Raises:
        DocumentError: it was refused.
    """
    upload = session.get_one(DocumentUpload, upload_id, populate_existing=True)
    if upload.refused:
        raise DocumentError(upload.refused, field="file")
    return (
        session.get_one(DocumentVersion, document_version_id(upload.item_id, upload.version))
        if upload.version
        else None
    )


def _looked_at(stored: store.Stored) -> tuple[str, str]:
    """Return why a stored file is no document that we take, or '', and its kind."""
    if unfit := unfit_reason(stored):
        return unfit, ""
    # In memory alone: opened, it is never on a disk.
    with memory_file(store.chunks(stored.key, stored.version_id)) as file:
        file.seek(0)
        try:
            return "", kind_of(file)
        except DocumentRefusedError as refused:
            return refused.sentence, ""


def _ended(session: Session, item: DocumentItem, upload: DocumentUpload) -> str:
    """Return why a file is not taken of a program whose token has ended; empty where it has not."""
    moments = {"began": upload.created_at, "now": utc_now()}
    return "" if may_still_send(session, item.agency_id, upload.uploader, **moments) else NO_LONGER


def _refuse(session: Session, upload: DocumentUpload, item: DocumentItem, refusal: str) -> None:
    """Refuse an upload for good and notify its agency in the same transaction, so that no death comes in between."""
    upload.refused = refusal
    session.add(upload)
    facts = {"return": f"document {item.name}", "why": refusal}
    once = once_key(upload.id, "not-taken")
    write_notice(session, "not_taken", session.get_one(Agency, item.agency_id), once=once, sign_in=True, facts=facts)


def take_unreported() -> tuple[str, ...]:
    """Take every document that was put and that its program never told of; return the ids of the versions.

    An address at which nothing lies a day later is closed, so that nobody looks there again.
    """
    # The rows come first: a file that is put meanwhile is found by the next sweep.
    query = select(DocumentUpload).where(
        col(DocumentUpload.completed_at).is_(None), col(DocumentUpload.refused).is_(None)
    )
    with transaction() as session:
        waiting = session.exec(query.order_by(col(DocumentUpload.created_at))).all()
    there = {key for ref in {each.inspection for each in waiting} for key in store.keys_under(document(ref, ""))}
    taken = []
    for upload in (each for each in waiting if each.key in there):
        with suppress(store.NotStoredError, Refusal):
            taken.append(_take(upload, reported=False).id)
    _close_unused(each.id for each in waiting if each.key not in there)
    return tuple(taken)


def _close_unused(uploads: Iterable[str]) -> None:
    since = utc_now() - timedelta(hours=_UNUSED_HOURS)
    query = select(DocumentUpload).where(
        col(DocumentUpload.id).in_(list(uploads)), col(DocumentUpload.created_at) < since
    )
    with transaction() as session:
        for upload in session.exec(query.where(col(DocumentUpload.completed_at).is_(None)).with_for_update()):
            upload.refused = _NOTHING
            session.add(upload)


def receipt_of(version: DocumentVersion) -> dict[str, Any]:
    """Return the receipt of a version as JSON values; nobody opens it while `checked` is null."""
    return {
        "document": version.item_id,
        "version": version.version,
        "kind": version.kind,
        "sha256": version.sha256,
        "size": version.size,
        "received": version.received_at.isoformat(),
        "version_id": version.version_id,
        "late": version.late,
        "scanned": version.scanned,
        "checked": version.checked_at.isoformat() if version.checked_at else None,
        "malware": bool(version.malware),
    }
