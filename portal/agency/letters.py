"""The letter as agencies and the team read it, draft or published, and the agencies' comments on its facts."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.refusals import Mistake
from models.tables import Agency, Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.letter import TITLES, download_of, framed_letter, newest, record_letter_read
from portal.pages.session import Sender, Visitor
from tasks.findings.comments import (
    CommentRefusedError,
    comment,
    comment_mistake,
    comment_refusal,
    corrections_of,
    decision_of,
)
from tasks.findings.comments import text_of as words_of_comment
from tasks.findings.findings import findings_of, words_of
from tasks.ground.database import transaction
from tasks.inspection.days import day_of
from tasks.ledger import audit

router = APIRouter()


@router.get("/letter")
def show(request: Request, sender: Sender) -> Response:
    """Show an agency the newest letter, and the form for comments while the facts are checked."""
    return _for_agency(request, sender)


def _for_agency(request: Request, sender: Visitor, mistakes: tuple[Mistake, ...] = (), entered: Any = None) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        letter = newest(session, inspection.ref)
        commenting = letter is not None and not comment_refusal(inspection)
        findings = findings_of(session, inspection.ref) if commenting else []
        if letter is not None and findings:
            record_letter_read(session, letter, "headings", by=sender.by)
        # One agency never reads the comments of another.
        own = [row for row in corrections_of(session, inspection.ref) if row.agency_id == sender.agency_id]
        if own:
            # The page shows their words again, which is an opening as that of a file is.
            facts = {"comments": len(own)}
            audit.append(
                session, inspection.ref, actor=sender.by, action="comments.read", subject=inspection.ref, facts=facts
            )
        until = day_of(session, inspection.ref, "factual_accuracy_due")
    context = {
        "until": until,
        "inspection": inspection,
        "letter": letter,
        "base": "/letter",
        "commenting": commenting,
        "links": [],
        "choices": [(row.id, words_of(row).heading) for row in findings],
        "comments": [(row, words_of_comment(row), decision_of(row)) for row in own],
        "given": entered or {"text": "", "finding": ""},
    }
    title = TITLES[letter.status] if letter else "Letter"
    return page(request, "letter", title, status=422 if mistakes else 200, mistakes=mistakes, back="/", **context)


@router.get("/letter/view")
def framed(sender: Sender) -> Response:
    """Show the letter itself, for the frame on its page."""
    return framed_letter(sender.inspection, by=sender.by)


@router.get("/letter.{kind}")
def download(kind: str, sender: Sender) -> Response:
    """Download the letter."""
    return download_of(sender.inspection, kind, by=sender.by)


@router.post("/letter/comments/check")
def check(request: Request, sender: Sender, form: Form) -> Response:
    """Show a comment before it is sent."""
    entered = {"text": text_of(form, "text"), "finding": text_of(form, "finding")}
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        agency = session.get_one(Agency, sender.agency_id)
        headings = {row.id: words_of(row).heading for row in findings_of(session, inspection.ref)}
    if refusal := comment_refusal(inspection) or comment_mistake(entered["text"]):
        return _for_agency(request, sender, (Mistake("text", refusal),), entered)
    facts: dict[str, Any] = {"inspection": inspection, "agency": agency, "given": entered, "headings": headings}
    return page(request, "comment_check", "Check your comment before you send it", back="/letter", **facts)


@router.post("/letter/comments")
def send_comment(request: Request, sender: Sender, form: Form) -> Response:
    """Store an agency's comment on a fact of the draft."""
    entered = {"text": text_of(form, "text"), "finding": text_of(form, "finding")}
    try:
        finding = entered["finding"] or None
        comment(sender.inspection, sender.agency_id, text=entered["text"], finding_id=finding, by=sender.by)
    except CommentRefusedError as refused:
        return _for_agency(request, sender, (Mistake("text", str(refused)),), entered)
    return to("/letter#comments", "comment")
