"""The sender's own workbook with every place marked, made when it is asked for and kept nowhere."""

from threading import BoundedSemaphore

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.states import ReturnVerdict
from portal.agency.verdicts import submission_of
from portal.pages.frame import MEDIA, attachment, page
from portal.pages.session import Sender
from tasks.ground.database import transaction
from tasks.ground.log import log
from tasks.ledger import audit
from tasks.returns.arrivals import files_of

router = APIRouter()
_AT_ONCE = BoundedSemaphore(2)  # each may take as much memory as a check
_PATIENCE = 5


@router.get("/submissions/{submission_id}/marked/{number}.xlsx")
def marked(request: Request, submission_id: str, number: int, sender: Sender) -> Response:
    """Download a marked copy of one file of a submission; who did is in the audit, for it holds what was sent."""
    with transaction() as session:
        found, asked = submission_of(session, submission_id, sender)
    without = found.result.verdict in (None, ReturnVerdict.UNREADABLE) or found.result.malware
    if without or not 1 <= number <= len(files_of(found)):
        raise HTTPException(404)
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        return _none(request, submission_id, "We are making copies for others just now. Try again in a minute.")
    # Imported here, because the frames behind them cost half a second that other pages never need.
    from tasks.returns.checking import marked_copy
    from validation.contract.errors import NotAnnotatedError, OurFaultError

    try:
        made = marked_copy(found, number)
    except (NotAnnotatedError, OurFaultError) as fault:
        log().error("marked copy", submission=submission_id, fault=type(fault).__name__)
        return _none(request, submission_id, str(fault))
    finally:
        _AT_ONCE.release()
    with transaction() as session:
        facts = {"file": number, "whole": made.whole}
        audit.append(
            session, asked.inspection, actor=sender.by, action="marked-copy.read", subject=found.id, facts=facts
        )
    part = f"-file-{number}" if found.parts else ""
    return attachment(made.data, f"{asked.return_code}-version-{found.version}{part}-{made.name}", MEDIA["xlsx"])


def _none(request: Request, submission_id: str, said: str) -> Response:
    title = "Your marked workbook could not be made"
    return page(request, "no_copy", title, status=503, back=f"/submissions/{submission_id}", said=said)
