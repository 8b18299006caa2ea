"""The letter as the team reads it, draft or published."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.tables import Inspection
from portal.pages.frame import page
from portal.pages.letter import TITLES, download_of, framed_letter, newest
from portal.pages.session import LetterReader
from tasks.ground.database import transaction

router = APIRouter()


@router.get("/inspections/{ref}/letter")
def for_team(request: Request, ref: str, member: LetterReader) -> Response:
    """Show the newest letter to the team."""
    with transaction() as session:
        inspection, letter = session.get_one(Inspection, ref), newest(session, ref)
    base = f"/inspections/{member.inspection}/letter"
    title = TITLES[letter.status] if letter else "Letter"
    facts: dict[str, Any] = {
        "inspection": inspection,
        "letter": letter,
        "base": base,
        "commenting": False,
        "comments": [],
    }
    return page(request, "letter", title, **facts)


@router.get("/inspections/{ref}/letter/view")
def framed_for_team(ref: str, member: LetterReader) -> Response:
    """Show the letter itself to the team, for the frame on its page."""
    return framed_letter(ref, by=member.by)


@router.get("/inspections/{ref}/letter.{kind}")
def download_for_team(ref: str, kind: str, member: LetterReader) -> Response:
    """Download the letter as the team."""
    return download_of(ref, kind, by=member.by)
