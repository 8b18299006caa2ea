"""The agencies' comments on the facts of the draft; an inspector replies to each."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, select

from models.refusals import Mistake, Refusal
from models.tables import Agency, Correction, Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import download, page, to
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.replies import replies_download
from portal.pages.session import CommentsDecider, FindingsReader, NotTheirsError, Visitor
from tasks.accuracy.comments import LONGEST, CommentWords, about, comments_of
from tasks.accuracy.comments import text_of as words_of_comment
from tasks.accuracy.files import files_by_comment, files_of, open_file
from tasks.accuracy.replying import (
    change_of,
    changes_since,
    choices_for,
    in_the_way,
    outcome_of,
    reply,
    reply_of,
    reply_refusal,
)
from tasks.accuracy.sent import words_at
from tasks.assuring.turns import tell_turns
from tasks.drafting.differences import differences
from tasks.drafting.loading import newest_versions, paragraph_at
from tasks.ground.database import transaction
from tasks.ledger import audit

router = APIRouter(prefix="/inspections/{ref}/comments")
_WAITS = "Needs a reply"


@router.get("")
def listed(request: Request, ref: str, member: FindingsReader) -> Response:
    """Show all comments, those that wait for a reply first; the audit records who read them."""
    return _listed(request, ref, member)


@router.post("")
def some(request: Request, ref: str, member: FindingsReader, form: Form) -> Response:
    """Show or download the comments that are wanted."""
    return _listed(request, ref, member, wanted_in(form))


def _columns(names: dict[str, str]) -> tuple[ListingColumn[CommentWords], ...]:
    return (
        ListingColumn("agency", "Agency", lambda each: names[each.row.agency_id], chosen=True),
        ListingColumn("about", "About", lambda each: about(each.row), chosen=True),
        ListingColumn("comment", "Comment", lambda each: each.text),
        ListingColumn("made", "Made", lambda each: each.row.made_at),
        ListingColumn("decision", "Outcome", lambda each: outcome_of(each.row) or _WAITS, chosen=True),
        ListingColumn("reply", "Reply", lambda each: reply_of(each.row)),
        ListingColumn("by", "By", lambda each: each.row.decided_by, person=True),
        ListingColumn("at", "On", lambda each: each.row.decided_at),
    )


def _listed(request: Request, ref: str, member: Visitor, wanted: Wanted | None = None) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        names = _names(session, ref)
        rows = comments_of(session, ref)
        if rows:
            _record_read(session, ref, len(rows), member)
        rows.sort(key=lambda each: each.row.outcome is not None)
        columns = _columns(names)
        listing = arrange(rows, columns, wanted or Wanted())
        facts: dict[str, Any] = {
            "inspection": inspection,
            "names": names,
            "about": about,
            "outcome": outcome_of,
            "replies": {each.row.id: reply_of(each.row) for each in listing.rows},
            "files": files_by_comment(session, ref),
            "waits": sum(each.row.waits for each in rows),
            "in_the_way": in_the_way(session, ref),
            "refusal": reply_refusal(session, inspection),
        }
    return answer(request, "comments", "Comments on the draft letter", listing, columns, **facts)


def _names(session: Session, ref: str) -> dict[str, str]:
    return {agency.id: agency.name for agency in session.exec(select(Agency).where(Agency.inspection == ref))}


def _record_read(session: Session, ref: str, number: int, member: Visitor) -> None:
    audit.append(session, ref, actor=member.by, action="comments.read", subject=ref, facts={"comments": number})


def _comment_of(session: Session, ref: str, comment_id: str) -> Correction:
    row = session.get(Correction, comment_id)
    # A comment of another inspection does not exist here, whatever the address says.
    if row is None or row.inspection != ref:
        raise NotTheirsError
    return row


@router.get("/replies.{kind}")
def replies(ref: str, kind: str, member: FindingsReader) -> Response:
    """Download all comments with their replies as one table."""
    return replies_download(ref, kind, "", by=member.by)


@router.get("/{comment_id}")
def show(request: Request, ref: str, comment_id: str, member: FindingsReader) -> Response:
    """Show one comment beside the paragraph as it was and as it is, and the form for the reply."""
    return _show(request, ref, comment_id, member)


def _show(
    request: Request,
    ref: str,
    comment_id: str,
    member: Visitor,
    mistakes: tuple[Mistake, ...] = (),
    entered: dict[str, str] | None = None,
) -> Response:
    with transaction() as session:
        inspection, row = session.get_one(Inspection, ref), _comment_of(session, ref, comment_id)
        _record_read(session, ref, 1, member)
        changes = changes_since(session, row)
        change = change_of(row)
        given = {
            "outcome": f"{row.outcome}{f'/{change}' if change else ''}" if row.outcome else "",
            "text": reply_of(row),
        }
        facts: dict[str, Any] = {
            "inspection": inspection,
            "row": row,
            "agency": session.get_one(Agency, row.agency_id).name,
            "about": about(row),
            "text": words_of_comment(row),
            "files": files_of(session, comment_id),
            "sides": _sides(session, row),
            "paragraphs": [each.id for each, _ in newest_versions(session, ref)],
            "changes": changes,
            "choices": choices_for(changes),
            "outcome": outcome_of(row),
            "reply": reply_of(row),
            "given": entered or given,
            "longest": LONGEST,
            "refusal": reply_refusal(session, inspection),
        }
    status, back = 422 if mistakes else 200, f"/inspections/{ref}/comments"
    return page(
        request, "comment_reply", "Comment on the draft letter", status=status, mistakes=mistakes, back=back, **facts
    )


def _sides(session: Session, row: Correction) -> dict[str, Any] | None:
    """Return the paragraph as its agency read it and as it stands now; None for a comment on the whole letter."""
    if not row.paragraph or not row.paragraph_version:
        return None
    read = words_at(session, row.inspection, row.paragraph, row.paragraph_version)
    newest = {each.id: version for each, version in newest_versions(session, row.inspection)}
    now = paragraph_at(newest[row.paragraph]) if row.paragraph in newest else None
    return {"read": read, "now": now, "compared": differences(read.text, now.text) if now else None}


@router.post("/{comment_id}")
def decide(request: Request, ref: str, comment_id: str, member: CommentsDecider, form: Form) -> Response:
    """Record the reply to one comment."""
    with transaction() as session:
        _comment_of(session, ref, comment_id)
    entered = {"outcome": text_of(form, "outcome"), "text": text_of(form, "text")}
    try:
        reply(comment_id, entered["outcome"], entered["text"], by=member.by)
    except Refusal as refused:
        mistakes = tuple(Mistake(each.field or "outcome", each.text) for each in refused.mistakes)
        return _show(request, ref, comment_id, member, mistakes, entered)
    tell_turns(ref)
    return to(f"/inspections/{ref}/comments", "decided")


@router.get("/{comment_id}/files/{number}")
def file(ref: str, comment_id: str, number: int, member: FindingsReader) -> Response:
    """Download a file that an agency attached to its comment; each opening is recorded."""
    with transaction() as session:
        name, stored = open_file(session, _comment_of(session, ref, comment_id), number, by=member.by)
    return download(stored.key, stored.version_id, name)
