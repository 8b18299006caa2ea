"""The letter as agencies and the team read it, draft or published, and the agencies' comments on its facts."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, select
from starlette.exceptions import HTTPException

from models.lifecycle import Stage
from models.tables import Inspection, Letter
from portal.forms import Form, Mistake, text_of
from portal.headers import LETTER_POLICY
from portal.pages import MEDIA, attachment, page, to
from portal.session import Member, Sender, Visitor
from tasks import store
from tasks.accuracy import CommentRefusedError, comment, corrections_of
from tasks.accuracy import text_of as words_of_comment
from tasks.database import transaction
from tasks.findings import findings_of, words_of

router = APIRouter()
_NEWEST_FIRST = ("published", "pre_publication", "draft")
_NAMES = {
    "draft": "Draft letter, to check its facts",
    "pre_publication": "Letter before it is published",
    "published": "Published letter",
}
_KINDS = ("pdf", "docx", "html", "json")


def newest(session: Session, ref: str) -> Letter | None:
    """Return the letter that counts now: the published one before the one before it, and that before the draft."""
    rows = session.exec(select(Letter).where(Letter.inspection == ref)).all()
    return min(rows, key=lambda row: (_NEWEST_FIRST.index(row.status), -row.version), default=None)


def _bytes(ref: str, kind: str) -> tuple[Letter, bytes]:
    with transaction() as session:
        found = newest(session, ref)
    keys = [key for key in found.keys if key.endswith(f".{kind}")] if found else []
    if found is None or not keys:
        raise HTTPException(404)
    return found, store.get(keys[0])


def _download(ref: str, kind: str) -> Response:
    if kind not in _KINDS:
        raise HTTPException(404)
    letter, data = _bytes(ref, kind)
    name = f"{ref}-{letter.status.replace('_', '-')}-letter-version-{letter.version}.{kind}"
    return attachment(data, name, MEDIA[kind])


def _framed(ref: str) -> Response:
    headers = {"Content-Security-Policy": LETTER_POLICY}
    return Response(_bytes(ref, "html")[1], media_type=MEDIA["html"], headers=headers)


@router.get("/letter")
def show(request: Request, sender: Sender) -> Response:
    """Show the newest letter to an agency, and take its comments while the facts are checked."""
    return _for_agency(request, sender)


def _for_agency(request: Request, sender: Visitor, mistakes: tuple[Mistake, ...] = (), given: Any = None) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        letter = newest(session, inspection.ref)
        open_ = inspection.stage == Stage.FACTUAL_ACCURACY and letter is not None
        findings = findings_of(session, inspection.ref) if open_ else []
        own = [row for row in corrections_of(session, inspection.ref) if row.agency_id == sender.agency_id]
    facts = {
        "inspection": inspection,
        "letter": letter,
        "base": "/letter",
        "commenting": open_,
        "choices": [(row.id, words_of(row).heading) for row in findings],
        "comments": [(row, words_of_comment(row)) for row in own],
        "given": given or {"text": "", "finding": ""},
    }
    title = _NAMES[letter.status] if letter else "Letter"
    return page(request, "letter", title, status=422 if mistakes else 200, mistakes=mistakes, back="/", **facts)


@router.get("/letter/view")
def framed(sender: Sender) -> Response:
    """Show the letter itself, for the frame on its page."""
    return _framed(sender.inspection)


@router.get("/letter.{kind}")
def download(kind: str, sender: Sender) -> Response:
    """Download the letter."""
    return _download(sender.inspection, kind)


@router.post("/letter/comments")
def say(request: Request, sender: Sender, form: Form) -> Response:
    """Take an agency's comment on a fact of the draft."""
    given = {"text": text_of(form, "text"), "finding": text_of(form, "finding")}
    try:
        finding = given["finding"] or None
        comment(sender.inspection, sender.agency_id, text=given["text"], finding_id=finding, by=sender.by)
    except CommentRefusedError as refused:
        return _for_agency(request, sender, (Mistake("text", str(refused)),), given)
    return to("/letter#comments")


@router.get("/inspections/{ref}/letter")
def for_team(request: Request, ref: str, member: Member) -> Response:
    """Show the newest letter to the team."""
    with transaction() as session:
        inspection, letter = session.get_one(Inspection, ref), newest(session, ref)
    base = f"/inspections/{member.inspection}/letter"
    title = _NAMES[letter.status] if letter else "Letter"
    facts: dict[str, Any] = {
        "inspection": inspection,
        "letter": letter,
        "base": base,
        "commenting": False,
        "comments": [],
    }
    return page(request, "letter", title, **facts)


@router.get("/inspections/{ref}/letter/view")
def framed_for_team(ref: str, _: Member) -> Response:
    """Show the letter itself to the team, for the frame on its page."""
    return _framed(ref)


@router.get("/inspections/{ref}/letter.{kind}")
def download_for_team(ref: str, kind: str, _: Member) -> Response:
    """Download the letter as the team."""
    return _download(ref, kind)
