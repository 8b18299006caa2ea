"""The letter as the team reads it, draft or published."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.roles import Act
from models.states import LetterStatus
from models.tables import Inspection, Letter, Statement
from portal.pages.frame import page
from portal.pages.letter import TITLES, download_of, evidence_download, framed_letter, newest
from portal.pages.session import FindingsReader, LetterReader, signed_in_of
from tasks.ground.database import transaction
from tasks.letters.determination import determination_refusal
from tasks.letters.embargo import copy_of, embargo_of
from tasks.people.access import door_for

router = APIRouter()


@router.get("/inspections/{ref}/letter")
def for_team(request: Request, ref: str, member: LetterReader) -> Response:
    """Show the newest letter to the team."""
    with transaction() as session:
        inspection, letter = session.get_one(Inspection, ref), newest(session, ref)
        embargo, copied = embargo_of(session, inspection, letter), copy_of(session, ref) is not None
        statement = session.get(Statement, ref)
        determines = not determination_refusal(inspection, statement)
    base = f"/inspections/{member.inspection}/letter"
    title = TITLES[letter.status] if letter else "Letter"
    facts: dict[str, Any] = {
        "inspection": inspection,
        "letter": letter,
        "base": base,
        "commenting": False,
        "own": 0,
        "partner": False,
        "replied": False,
        "closed": False,
        "embargo": embargo,
        "links": _links(request, ref, letter, statement, copied=copied, determines=determines),
    }
    return page(request, "letter", title, **facts)


def _links(
    request: Request, ref: str, letter: Letter | None, statement: Statement | None, *, copied: bool, determines: bool
) -> list[tuple[str, str]]:
    """Return what else of the letter its reader may open or do, as pairs of address and words."""
    person = signed_in_of(request)
    doors = person.doors if person else ()
    links = []
    if letter and letter.evidence_keys and door_for(doors, Act.SEE_FINDINGS, ref):
        links.append((f"/inspections/{ref}/evidence-document.pdf", "Evidence behind the letter as PDF"))
        links.append(
            (f"/inspections/{ref}/evidence-document.odt", "Evidence behind the letter as OpenDocument text (ODT)")
        )
    if door_for(doors, Act.SEE_LETTER, ref):
        links.append((f"/inspections/{ref}/remit", "Concerns on another inspectorate's remit"))
    if copied:
        links.append((f"/inspections/{ref}/letter/openings", "Who opened the copy before publication"))
    if door_for(doors, Act.DECIDE_LETTER, ref):
        links.append((f"/inspections/{ref}/addressees", "Who the letter is from and to"))
    if door_for(doors, Act.DETERMINE_STATEMENT, ref):
        does = "Determine the written statement" if determines else "What was determined on the written statement"
        links.append((f"/inspections/{ref}/determination", does))
    # What the overview has too: whoever looks for the statement looks where the letter is.
    if statement and statement.published_on and statement.needed and door_for(doors, Act.SEE_CHILDREN, ref):
        links.append((f"/inspections/{ref}/returns#statement", "The written statement that answers the letter"))
    if letter and letter.status == LetterStatus.PUBLISHED:
        links.append((f"/inspections/{ref}/plan", "The plan that answers the letter"))
    return links


@router.get("/inspections/{ref}/evidence-document.{kind}")
def evidence(ref: str, kind: str, member: FindingsReader) -> Response:
    """Download what stands behind the letter, as the team."""
    return evidence_download(ref, kind, by=member.by)


@router.get("/inspections/{ref}/letter/view")
def framed_for_team(ref: str, member: LetterReader) -> Response:
    """Show the letter itself to the team, for the frame on its page."""
    return framed_letter(ref, by=member.by)


@router.get("/inspections/{ref}/letter.{kind}")
def download_for_team(ref: str, kind: str, member: LetterReader) -> Response:
    """Download the letter as the team."""
    return download_of(ref, kind, by=member.by)
