"""Scans one version of a document; until the scanner has answered nobody opens it, and malware is opened by nobody."""

from sqlmodel import Session

from models.ids import once_key
from models.states import DocumentState, ScanState
from models.tables import Agency, DocumentItem, DocumentVersion, Inspection
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
        version.checked_at = inspection.now()
        if result:
            version.scanned = ScanState.INFECTED if result.malware else ScanState.CLEAN
            version.scanned_by, version.malware = result.engine, result.malware
        session.add(version)
        if version.malware:
            _refuse(session, inspection, version)
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


def _refuse(session: Session, inspection: Inspection, version: DocumentVersion) -> None:
    """Ask for a document again in which malware was found, and tell its agency and the programme managers."""
    item = session.get_one(DocumentItem, version.item_id, with_for_update=True)
    if item.current_version == version.version:
        item.state = DocumentState.ASKED
        session.add(item)
    facts = {"found": version.malware, "engine": version.scanned_by, "version": version.version}
    audit.append(session, inspection.ref, actor=_ACTOR, action="malware.found", subject=version.id, facts=facts)
    agency = session.get_one(Agency, item.agency_id)
    facts |= {"return": f"document {item.name}", "agency": agency.name}
    write_notice(session, "infected", agency, once=once_key(version.id, "infected"), sign_in=True, facts=facts)
    once = once_key(version.id, "malware", version.malware)
    write_notice(session, "malware", "manager", once=once, inspection=inspection.ref, facts=facts)
