"""Scans one file of a comment on the draft letter; until the scanner has answered nobody opens it."""

from sqlmodel import Session

from models.ids import once_key
from models.states import ScanState
from models.tables import Agency, CommentFile, Correction, Inspection
from tasks.ground.database import transaction
from tasks.jobs.scan_document import answer_on
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import Claim, finish
from tasks.people.notices import write_notice

_ACTOR = "system: receive-returns"


def file_name(claimed: Claim) -> str:
    """Return what people call a file of a comment: area, agency, number."""
    with transaction() as session:
        file = session.get_one(CommentFile, claimed.subject)
        agency = session.get_one(Agency, session.get_one(Correction, file.comment_id).agency_id)
        area = session.get_one(Inspection, file.inspection).area_name
        return f"{area} - {agency.name} - file {file.number} of a comment"


def scan_comment_file(claimed: Claim) -> str:
    """Let a file of a comment be opened once the scanner found nothing in it; safe to repeat.

    Raises:
        ScannerAwayError: files are scanned, and the scanner gave no clear answer: the file waits.
    """
    with transaction() as session:
        file = session.get_one(CommentFile, claimed.subject)
    result = answer_on(file.key, file.version_id, file.id)
    with transaction() as session:
        finish(session, claimed)
        inspection = inspection_of(session, claimed.inspection, lock=True)
        file = session.get_one(CommentFile, claimed.subject, with_for_update=True)
        file.checked_at = inspection.now()
        if result:
            file.scanned = ScanState.INFECTED if result.malware else ScanState.CLEAN
            file.scanned_by, file.malware = result.engine, result.malware
        session.add(file)
        if file.malware:
            _refuse(session, file)
        return file.scanned.value


def _refuse(session: Session, file: CommentFile) -> None:
    """Tell the agency and the programme managers that malware was found; the comment itself stands."""
    facts = {"found": file.malware, "engine": file.scanned_by, "version": file.number}
    audit.append(session, file.inspection, actor=_ACTOR, action="malware.found", subject=file.id, facts=facts)
    agency = session.get_one(Agency, session.get_one(Correction, file.comment_id).agency_id)
    facts |= {"return": "a file with a comment on the draft letter", "agency": agency.name}
    write_notice(session, "infected", agency, once=once_key(file.id, "infected"), sign_in=True, facts=facts)
    once = once_key(file.id, "malware", file.malware)
    write_notice(session, "malware", "manager", once=once, inspection=file.inspection, facts=facts)
