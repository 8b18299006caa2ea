"""The draft letter paragraph by paragraph, and the agency's comments on its facts with the files that bear them out."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from models.refusals import Mistake, Refusal
from models.settings import settings
from models.states import LetterStatus
from models.tables import Correction, Inspection
from portal.pages.forms import Form, file_of, read_file_form, text_of
from portal.pages.frame import download, page, to
from portal.pages.letter import newest, record_letter_read
from portal.pages.session import NotTheirsError, Sender, Visitor
from tasks.accuracy.comments import (
    LONGEST,
    WHOLE,
    NoCommentError,
    about,
    comment,
    comment_refusal,
    comments_of,
    comments_until,
    own_comment,
    text_mistake,
    withdraw_comment,
)
from tasks.accuracy.comments import text_of as words_of_comment
from tasks.accuracy.files import attach, check_attaches, files_by_comment, files_of, open_file
from tasks.accuracy.replying import are_replies_out, outcome_of, reply_of
from tasks.accuracy.sent import sent_letter, words_at
from tasks.drafting.draft import DraftParagraph
from tasks.ground.database import transaction
from tasks.ledger import audit
from validation.files.documents import ENDINGS, KINDS

router = APIRouter(prefix="/letter")
_TITLE = "Check the facts, paragraph by paragraph"


@router.get("/paragraphs")
def paragraphs(request: Request, sender: Sender) -> Response:
    """Show the draft letter as it was sent, each paragraph with the way to comment on it; the audit has who read it."""
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        letter, sent = newest(session, inspection.ref), sent_letter(session, inspection.ref)
        if letter is None or sent is None or letter.status != LetterStatus.DRAFT:
            return to("/letter")
        record_letter_read(session, letter, "paragraphs", by=sender.by, agency_id=sender.agency_id)
        own = comments_of(session, inspection.ref, sender.agency_id)
        if own:
            _record_read(session, inspection.ref, len(own), sender)
        facts: dict[str, Any] = {
            "inspection": inspection,
            "sent": sent,
            "refusal": comment_refusal(session, inspection),
            "until": comments_until(session, inspection),
            "comments": own,
            "files": files_by_comment(session, inspection.ref),
            "about": about,
            "whole": WHOLE,
        }
    return page(request, "letter_paragraphs", _TITLE, back="/letter", **facts)


def _record_read(session: Session, ref: str, number: int, sender: Visitor) -> None:
    # The page shows their words again, which is an opening as that of a file is.
    audit.append(session, ref, actor=sender.by, action="comments.read", subject=ref, facts={"comments": number})


@router.get("/comments/new")
def new(request: Request, sender: Sender, at: str = "") -> Response:
    """Show the form for a comment, at one paragraph or on the letter as a whole."""
    return _form(request, sender, at, "")


def _form(request: Request, sender: Visitor, at: str, text: str, mistakes: tuple[Mistake, ...] = ()) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        letter, sent = newest(session, inspection.ref), sent_letter(session, inspection.ref)
        if letter is None or sent is None:
            raise NotTheirsError
        over, unknown = letter.status != LetterStatus.DRAFT, bool(at) and at not in sent.paragraphs
        # The copy before publication is not for every agency: whoever is late reads why, and no paragraph.
        if (over or unknown) and not mistakes:
            raise NotTheirsError
        at = "" if unknown else at
        if not over:
            record_letter_read(session, letter, at or "whole", by=sender.by, agency_id=sender.agency_id)
        facts: dict[str, Any] = {
            "inspection": inspection,
            "at": at,
            "paragraph": None if over else sent.paragraphs.get(at),
            "refusal": comment_refusal(session, inspection),
            "until": comments_until(session, inspection),
            "given": text,
            "longest": LONGEST,
            **_of_files(),
        }
    title = f"Comment on paragraph {at}" if at else "Comment on the letter as a whole"
    status = 422 if mistakes else 200
    return page(request, "comment_new", title, status=status, mistakes=mistakes, back="/letter/paragraphs", **facts)


def _of_files() -> dict[str, Any]:
    return {"kinds": KINDS, "endings": ENDINGS, "most": settings().max_upload_bytes}


@router.post("/comments")
async def send_comment(request: Request, sender: Sender) -> Response:
    """Store a comment on a fact of the draft, with the file that bears it out where there is one."""
    return await run_in_threadpool(_send, request, sender, await read_file_form(request))


def _send(request: Request, sender: Visitor, form: FormData) -> Response:
    at, text, file = text_of(form, "subject"), text_of(form, "text"), file_of(form, "file")
    size = (file.size or 0) if file else 0
    mistakes: list[Mistake] = []
    if wrong := text_mistake(text):
        mistakes.append(Mistake("text", wrong))
    try:
        # The file is looked at before the comment is kept: both go together, or neither does.
        if file:
            check_attaches(file.file, size)
    except Refusal as refused:
        mistakes += [Mistake("file", each.text) for each in refused.mistakes]
    if mistakes:
        return _form(request, sender, at, text, tuple(mistakes))
    try:
        identity = comment(sender.inspection, sender.agency_id, text=text, paragraph=at, by=sender.by)
        if file:
            name = file.filename or ""
            attach(identity, sender.agency_id, file.file, size, filename=name, by=sender.by)
    except Refusal as refused:
        wrong_fields = tuple(Mistake(each.field or "text", each.text) for each in refused.mistakes)
        return _form(request, sender, at, text, wrong_fields)
    return to(f"/letter/comments/{identity}", "comment")


@router.get("/comments/{comment_id}")
def show(request: Request, comment_id: str, sender: Sender) -> Response:
    """Show a comment of the agency: its words, its files, and once the check is closed the reply."""
    return _show(request, comment_id, sender)


def _show(request: Request, comment_id: str, sender: Visitor, mistakes: tuple[Mistake, ...] = ()) -> Response:
    with transaction() as session:
        row = own_comment(session, comment_id, sender.agency_id)
        inspection = session.get_one(Inspection, row.inspection)
        _record_read(session, row.inspection, 1, sender)
        out = are_replies_out(session, inspection)
        facts: dict[str, Any] = {
            "inspection": inspection,
            "row": row,
            "text": words_of_comment(row),
            "commented": commented_words(session, row),
            "files": files_of(session, comment_id),
            "refusal": comment_refusal(session, inspection),
            "out": out,
            "outcome": outcome_of(row) if out else "",
            "reply": reply_of(row) if out else "",
            **_of_files(),
        }
    status, title = 422 if mistakes else 200, f"Your comment: {about(row)[0].lower()}{about(row)[1:]}"
    back = "/letter/replies" if out else "/letter/paragraphs"
    return page(request, "comment", title, status=status, mistakes=mistakes, back=back, **facts)


def commented_words(session: Session, row: Correction) -> DraftParagraph | None:
    """Return the paragraph as it was when it was commented on; None for a comment on the letter as a whole."""
    if not row.paragraph or not row.paragraph_version:
        return None
    return words_at(session, row.inspection, row.paragraph, row.paragraph_version)


@router.post("/comments/{comment_id}/files")
async def send_file(request: Request, comment_id: str, sender: Sender) -> Response:
    """Attach a file to a comment of the agency."""
    # Whose comment it is comes first: nothing of a stranger's file is read.
    await run_in_threadpool(_check_own, comment_id, sender)
    return await run_in_threadpool(_attach, request, comment_id, sender, await read_file_form(request))


def _check_own(comment_id: str, sender: Visitor) -> None:
    with transaction() as session:
        own_comment(session, comment_id, sender.agency_id)


def _attach(request: Request, comment_id: str, sender: Visitor, form: FormData) -> Response:
    file = file_of(form, "file")
    if file is None:
        return _show(request, comment_id, sender, (Mistake("file", "Select a file."),))
    name, size = file.filename or "", file.size or 0
    try:
        number = attach(comment_id, sender.agency_id, file.file, size, filename=name, by=sender.by)
    except Refusal as refused:
        return _show(request, comment_id, sender, tuple(Mistake("file", each.text) for each in refused.mistakes))
    return to(f"/letter/comments/{comment_id}", "attached", number)


@router.post("/comments/{comment_id}/withdraw")
def withdraw(request: Request, comment_id: str, sender: Sender, _: Form) -> Response:
    """Take a comment of the agency back while it has no reply."""
    try:
        withdraw_comment(comment_id, sender.agency_id, by=sender.by)
    except NoCommentError:
        raise
    except Refusal as refused:
        return _show(request, comment_id, sender, tuple(Mistake("withdraw", each.text) for each in refused.mistakes))
    return to("/letter/paragraphs", "taken_back")


@router.get("/comments/{comment_id}/files/{number}")
def file(comment_id: str, number: int, sender: Sender) -> Response:
    """Download a file of a comment as the agency sent it; each opening is recorded."""
    with transaction() as session:
        name, stored = open_file(session, own_comment(session, comment_id, sender.agency_id), number, by=sender.by)
    return download(stored.key, stored.version_id, name)
