"""Scans one file of a comment on the draft letter; until the scanner has answered nobody opens it."""

from models.tables import Agency, CommentFile, Correction, Inspection
from tasks.ground.database import transaction
from tasks.jobs.scan_document import answer_on, keep_answer, tell_of_malware
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import Claim, finish


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
        keep_answer(file, result, inspection.now())
        session.add(file)
        if file.malware:
            # The comment itself stands.
            agency = session.get_one(Agency, session.get_one(Correction, file.comment_id).agency_id)
            tell_of_malware(session, file, agency, "a file with a comment on the draft letter", file.number)
        return file.scanned.value
