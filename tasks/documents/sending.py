"""Takes documents: stored first, recorded as a version, then scanned; or the agency says that it holds none (L1)."""

from typing import BinaryIO
from uuid import uuid4

from sqlmodel import Session, col, select

from models.events import Event, Owed
from models.ids import document_version_id
from models.keys import document as stored_at
from models.refusals import NothingThereError, Refusal
from models.settings import settings
from models.states import DocumentState, NoneHeld
from models.tables import Agency, DocumentItem, DocumentVersion, Inspection
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.inspection.document_items import documents_refusal
from tasks.ledger import audit
from tasks.ledger.outbox import send_soon, tell
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import owe
from tasks.returns.arrivals import wrong_again
from validation.files.documents import kind_of

READ = "document.read"

NONE_HELD = {
    NoneHeld.NOT_THERE: "We have no such document",
    NoneHeld.BEING_WRITTEN: "It is being written, and is not agreed yet",
    NoneHeld.HELD_ELSEWHERE: "Another agency of this inspection holds it",
    NoneHeld.IN_ANOTHER: "It is part of another document that we sent",
    NoneHeld.NOT_OURS: "We do not do this work",
}
"""Why an agency holds no such document, as people read it."""


class DocumentError(Refusal):
    """Something about a document cannot be done as asked; the sentence says why."""


class UnknownDocumentError(NothingThereError):
    """There is no such document for whoever asks; nobody learns whether there is one for somebody else."""

    def __init__(self) -> None:
        super().__init__("There is no such document for you.")


def item_of(session: Session, identity: str, agency_id: str, *, lock: bool = False) -> tuple[Inspection, DocumentItem]:
    """Return an item of an agency with its inspection, whose row is locked first where asked.

    Raises:
        UnknownDocumentError: no such item of this agency.
    """
    item = session.get(DocumentItem, identity)
    if item is None or item.agency_id != agency_id:
        raise UnknownDocumentError
    # The inspection first, as everywhere: two who lock in another order could wait for each other for ever.
    inspection = inspection_of(session, item.inspection, lock=lock)
    if lock:
        item = session.get_one(DocumentItem, identity, with_for_update=True, populate_existing=True)
    return inspection, item


def versions_of(session: Session, item_id: str) -> list[DocumentVersion]:
    """Return the versions of an item, newest first."""
    query = select(DocumentVersion).where(DocumentVersion.item_id == item_id)
    return list(session.exec(query.order_by(col(DocumentVersion.version).desc())))


def check_takes(identity: str, agency_id: str) -> None:
    """Refuse a file before anything of it is read.

    Raises:
        UnknownDocumentError: no such item of this agency.
        DocumentError: no document is taken now.
    """
    with transaction() as session:
        inspection, item = item_of(session, identity, agency_id)
        _check_open(session, inspection, item)


def _check_open(session: Session, inspection: Inspection, item: DocumentItem) -> None:
    if refusal := refusal_of(session, inspection, item):
        raise DocumentError(refusal, field="file")


def refusal_of(session: Session, inspection: Inspection, item: DocumentItem, digest: str = "") -> str:
    """Return why an item takes no file now, or not the one of a digest, in a sentence; empty where it takes it."""
    if refusal := documents_refusal(inspection, session.get_one(Agency, item.agency_id)):
        return refusal
    if item.state is DocumentState.WITHDRAWN:
        return "This document is no longer asked for."
    return wrong_again(session, inspection.ref, item.agency_id, digest) if digest else ""


def send_document(identity: str, agency_id: str, file: BinaryIO, size: int, *, filename: str, by: str) -> int:
    """Store a file and record it as the newest version of an item; return its number, also where it is the same again.

    The receipt follows the object and the row. Nobody opens the file until the scanner has answered.

    Args:
        identity: of the item.
        agency_id: whose it must be.
        file: the bytes; its content says what kind of document it is.
        size: of it.
        filename: the sender's own name, which is kept beside the object alone: it may hold a child's name (L5).
        by: who sends it.

    Raises:
        UnknownDocumentError: no such item of this agency.
        DocumentError: no document is taken now, or the file is empty or too large.
        DocumentRefusedError: the file is of no kind that is taken.
    """
    check_takes(identity, agency_id)
    most = settings().max_upload_bytes
    if not 0 < size <= most:
        empty = "The selected file is empty."
        raise DocumentError(empty if size <= 0 else f"The selected file must be smaller than {most // 2**20} MB.")
    kind = kind_of(file)
    with transaction() as session:
        ref = session.get_one(DocumentItem, identity).inspection
    # Outside any transaction, for a large file takes minutes; and at a key of its own, so that two senders never meet.
    key = stored_at(ref, uuid4().hex)
    store.put_stream(key, file, filename=filename)
    # Read back: the receipt says what the store holds, not what was sent (L1).
    stored = store.look(key)
    with transaction() as session:
        inspection, item = item_of(session, identity, agency_id, lock=True)
        # Asked again under the lock: the inspection may have moved on while the file was stored.
        if refusal := refusal_of(session, inspection, item, stored.sha256):
            raise DocumentError(refusal, field="file")
        version = record_version(session, inspection, item, stored, kind, by=by)
    send_soon()
    return version


def record_version(
    session: Session, inspection: Inspection, item: DocumentItem, stored: store.Stored, kind: str, *, by: str
) -> int:
    """Record a stored file as the newest version of an item; return its number, also where it is the same again.

    Args:
        session: the transaction, with the rows of inspection and item locked.
        inspection: of the item.
        item: that takes the file.
        stored: the file, sealed.
        kind: of document that it is.
        by: who sends it.
    """
    newest = session.get(DocumentVersion, item.newest_id)
    # Whoever sends twice to be sure has one version: another one would be scanned and read again for nothing.
    if newest is not None and newest.sha256 == stored.sha256 and item.state is DocumentState.RECEIVED:
        facts: dict[str, object] = {"version": newest.version, "sha256": newest.sha256}
        audit.append(session, item.inspection, actor=by, action="document.same-again", subject=newest.id, facts=facts)
        return newest.version
    item.current_version += 1
    item.state, item.none_reason, item.none_by, item.none_at = DocumentState.RECEIVED, None, "", None
    received = inspection.now()
    version = DocumentVersion(
        id=item.newest_id,
        item_id=item.id,
        inspection=item.inspection,
        version=item.current_version,
        key=stored.key,
        version_id=stored.version_id,
        sha256=stored.sha256,
        size=stored.size,
        kind=kind,
        by=by,
        received_at=received,
        late=received > item.due_at,
    )
    session.add_all([item, version])
    facts = {"version": version.version, "sha256": version.sha256, "size": version.size, "kind": kind}
    facts |= {"late": version.late, "item": item.number, "child": item.child}
    audit.append(session, item.inspection, actor=by, action="document.sent", subject=version.id, facts=facts)
    owe(session, Owed.SCAN_DOCUMENT, version.id, item.inspection)
    tell(session, Event.DOCUMENT_SENT, item.inspection, version.id)
    return version.version


def hold_none(identity: str, agency_id: str, reason: str, *, by: str) -> None:
    """Record that an agency holds no such document, and why; a file that is sent later takes it back.

    Raises:
        UnknownDocumentError: no such item of this agency.
        DocumentError: no reason of the list, nothing is asked for now, or a file has come already.
    """
    if reason not in set(NoneHeld):
        raise DocumentError("Choose why you hold no such document.", field="reason")
    with transaction() as session:
        inspection, item = item_of(session, identity, agency_id, lock=True)
        _check_open(session, inspection, item)
        if item.state is not DocumentState.ASKED:
            raise DocumentError("You have answered this already. Send a file if that is not right.", field="reason")
        item.state, item.none_reason = DocumentState.NONE_HELD, NoneHeld(reason)
        item.none_by, item.none_at = by, inspection.now()
        session.add(item)
        facts = {"reason": reason, "item": item.number, "child": item.child}
        audit.append(session, item.inspection, actor=by, action="document.none-held", subject=item.id, facts=facts)


def open_document(session: Session, item: DocumentItem, number: int, *, by: str) -> tuple[str, DocumentVersion]:
    """Return our own name for a version of an item, counted from 1, and the version; the audit has who opened it.

    Raises:
        UnknownDocumentError: there is no such version, it waits for the scanner, or it holds malware.
    """
    version = session.get(DocumentVersion, document_version_id(item.id, number))
    if version is None or not version.readable:
        raise UnknownDocumentError
    facts = {"sha256": version.sha256, "item": item.number, "child": item.child}
    audit.append(session, item.inspection, actor=by, action=READ, subject=version.id, facts=facts)
    # Our own name, since the sender's may hold a child's (L5).
    stem = "-".join(filter(None, ("document", item.number.replace(".", "-") or item.kind.value, item.child)))
    return f"{stem}-version-{number}.{version.kind}", version


def read_own(identity: str, agency_id: str, number: int, *, by: str) -> tuple[str, DocumentVersion]:
    """Return a version of an item to the agency that sent it, as `open_document` does.

    Raises:
        UnknownDocumentError: no such version of this agency that may be opened.
    """
    with transaction() as session:
        _, item = item_of(session, identity, agency_id)
        return open_document(session, item, number, by=by)
