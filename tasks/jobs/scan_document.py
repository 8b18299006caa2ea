"""Scans one version of a document; until the scanner has answered nobody opens it, and malware is opened by nobody."""

from datetime import datetime

from sqlmodel import Session

from models.ids import once_key
from models.states import DocumentState, ScanState
from models.tables import Agency, CommentFile, DocumentItem, DocumentVersion, Inspection
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.log import log
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import Claim, finish
from tasks.people.notices import write_notice
from tasks.returns.scanning import Scan, ScannerAwayError, is_on, scan

_ACTOR = "system: receive-returns"


def document_name(claimed: Claim) -> str:
    """Return what people call a version of a document: area, agency, item, version."""
    with transaction() as session:
        version = session.get_one(DocumentVersion, claimed.subject)
        item = session.get_one(DocumentItem, version.item_id)
        agency, area = session.get_one(Agency, item.agency_id), session.get_one(Inspection, item.inspection)
        return f"{area.area_name} - {agency.name} - document {item.number or item.kind.value} v{version.version}"


def scan_document(claimed: Claim) -> str:
    """Let a version of a document be opened once the scanner found nothing in it; safe to repeat.

    Raises:
        ScannerAwayError: files are scanned, and the scanner gave no clear answer: the document waits.
    """
    with transaction() as session:
        version = session.get_one(DocumentVersion, claimed.subject)
    result = answer_on(version.key, version.version_id, version.id)
    with transaction() as session:
        finish(session, claimed)
        inspection = inspection_of(session, claimed.inspection, lock=True)
        version = session.get_one(DocumentVersion, claimed.subject, with_for_update=True)
        keep_answer(version, result, inspection.now())
        session.add(version)
        if version.malware:
            _refuse(session, version)
        return version.scanned.value


def answer_on(key: str, version_id: str, document: str) -> Scan | None:
    """Return what the scanner answered on a stored file, or None where files are not scanned.

    Args:
        key: where it lies.
        version_id: which version of the object it is.
        document: its id, for the log.

    Raises:
        ScannerAwayError: it gave no clear answer.
    """
    if not is_on():
        return None
    try:
        return scan(store.chunks(key, version_id))
    except ScannerAwayError as away:
        log().warning("scanner.away", why=away.why, document=document)
        raise


def keep_answer(file: DocumentVersion | CommentFile, result: Scan | None, at: datetime) -> None:
    """Keep what the scanner answered on a file; from then on it may be opened, unless it holds malware."""
    file.checked_at = at
    if result:
        file.scanned = ScanState.INFECTED if result.malware else ScanState.CLEAN
        file.scanned_by, file.malware = result.engine, result.malware


def tell_of_malware(
    session: Session, file: DocumentVersion | CommentFile, agency: Agency, what: str, number: int
) -> None:
    """Record that malware was found, and tell the agency that sent the file and the programme managers.

    Args:
        session: the transaction in which the scanner's answer is kept.
        file: in which it was found.
        agency: that sent it.
        what: it is, as people call it.
        number: of the file or of its version.
    """
    facts: dict[str, object] = {"found": file.malware, "engine": file.scanned_by, "version": number}
    audit.append(session, file.inspection, actor=_ACTOR, action="malware.found", subject=file.id, facts=facts)
    facts |= {"return": what, "agency": agency.name}
    write_notice(session, "infected", agency, once=once_key(file.id, "infected"), sign_in=True, facts=facts)
    once = once_key(file.id, "malware", file.malware)
    write_notice(session, "malware", "manager", once=once, inspection=file.inspection, facts=facts)


def _refuse(session: Session, version: DocumentVersion) -> None:
    """Ask for a document again in which malware was found, and tell its agency and the programme managers."""
    item = session.get_one(DocumentItem, version.item_id, with_for_update=True)
    if item.current_version == version.version:
        item.state = DocumentState.ASKED
        session.add(item)
    agency = session.get_one(Agency, item.agency_id)
    tell_of_malware(session, version, agency, f"document {item.name}", version.version)
