"""The letter as an agency reads it: the draft, the copy before publication, and the published letter."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.tables import Inspection
from portal.pages.frame import page
from portal.pages.letter import TITLES, download_of, for_agency, framed_letter, newest
from portal.pages.session import Sender
from tasks.accuracy.comments import comment_refusal, comments_until, corrections_of
from tasks.accuracy.replies import reads_all
from tasks.accuracy.replying import are_replies_out
from tasks.ground.database import transaction
from tasks.letters.embargo import embargo_of

router = APIRouter()


@router.get("/letter")
def show(request: Request, sender: Sender) -> Response:
    """Show an agency the newest letter, and where it comments while the facts are checked."""
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        letter = for_agency(session, inspection.ref, sender.agency_id)
        closed = letter is None and newest(session, inspection.ref) is not None
        # One agency never reads the comments of another.
        own = [row for row in corrections_of(session, inspection.ref) if row.agency_id == sender.agency_id]
        facts: dict[str, Any] = {
            "inspection": inspection,
            "letter": letter,
            "base": "/letter",
            "embargo": embargo_of(session, inspection, letter),
            # The copy is there, and not for this agency.
            "closed": closed,
            "commenting": letter is not None and not comment_refusal(session, inspection),
            "until": comments_until(session, inspection),
            "own": len(own),
            "partner": reads_all(sender.agency_id),
            "replied": are_replies_out(session, inspection),
            "links": [],
        }
    return page(request, "letter", TITLES[letter.status] if letter else "Letter", back="/", **facts)


@router.get("/letter/view")
def framed(sender: Sender) -> Response:
    """Show the letter itself, for the frame on its page."""
    return framed_letter(sender.inspection, by=sender.by, agency_id=sender.agency_id)


@router.get("/letter.{kind}")
def download(kind: str, sender: Sender) -> Response:
    """Download the letter."""
    return download_of(sender.inspection, kind, by=sender.by, agency_id=sender.agency_id)
