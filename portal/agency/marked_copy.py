"""The sender's own workbook with every place marked, made for each download and never stored."""

from threading import BoundedSemaphore

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.states import ReturnVerdict
from models.tables import Inspection
from portal.agency.verdicts import submission_of
from portal.pages.frame import MEDIA, attachment, page
from portal.pages.session import Sender
from tasks.ground.database import transaction
from tasks.ground.log import log
from tasks.ledger import audit
from tasks.ledger.themes import theme_of
from tasks.returns.arrivals import files_of

router = APIRouter()
_AT_ONCE = BoundedSemaphore(2)  # each may take as much memory as a check
_PATIENCE = 5  # seconds; a browser that waits longer looks broken to its reader


@router.get("/submissions/{submission_id}/marked/{number}.xlsx")
def marked(request: Request, submission_id: str, number: int, sender: Sender) -> Response:
    """Download a marked copy of one file of a submission; it holds personal data, so the audit names its reader."""
    with transaction() as session:
        submission, return_request = submission_of(session, submission_id, sender)
        theme = theme_of(session.get_one(Inspection, return_request.inspection))
    without_copy = submission.result.verdict in (None, ReturnVerdict.UNREADABLE) or submission.result.malware
    if without_copy or not 1 <= number <= len(files_of(submission)):
        raise HTTPException(404)
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        return _no_copy(request, submission_id, "We are making copies for other people. Try again in a minute.")
    # Imported here, because the frames behind them cost half a second that other pages never need.
    from tasks.returns.checking import marked_copy
    from validation.contract.errors import NotAnnotatedError, OurFaultError

    try:
        copy = marked_copy(submission, number, theme)
    except (NotAnnotatedError, OurFaultError) as fault:
        # The kind of fault alone: its text may quote cells (L5).
        log().error("marked copy", submission=submission_id, fault=type(fault).__name__)
        return _no_copy(request, submission_id, str(fault))
    finally:
        _AT_ONCE.release()
    # Before it leaves, and only once there is one: what could not be made has shown nobody anything.
    with transaction() as session:
        audit.append(
            session,
            return_request.inspection,
            actor=sender.by,
            action="marked-copy.read",
            subject=submission.id,
            facts={"file": number, "whole": copy.whole},
        )
    part = f"-file-{number}" if submission.parts else ""
    name = f"{return_request.return_code}-version-{submission.version}{part}-{copy.name}"
    return attachment(copy.data, name, MEDIA["xlsx"])


def _no_copy(request: Request, submission_id: str, sentence: str) -> Response:
    title = "Your marked workbook could not be made"
    return page(request, "no_copy", title, status=503, back=f"/submissions/{submission_id}", sentence=sentence)
