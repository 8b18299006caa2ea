"""Agencies comment on the facts of the draft letter, at a paragraph or on the whole; words are in the store alone."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session, select

from models.ids import once_key
from models.keys import correction
from models.lifecycle import Stage
from models.refusals import NothingThereError, Refusal
from models.tables import Agency, Correction, Inspection, Letter, LetterParagraph
from models.timetable import deadline
from models.words import moment
from tasks.accuracy.sent import newest_draft
from tasks.findings.check_closed import is_check_closed
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json
from tasks.inspection.days import day_of
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.people.notices import write_notice
from tasks.recognition.passing import recogniser

LONGEST = 2000
WHOLE = "The letter as a whole"


class CommentRefusedError(Refusal):
    """A comment on the draft, or something about one, cannot be taken as given."""


class NoCommentError(NothingThereError):
    """There is no such comment for whoever asks."""

    def __init__(self) -> None:
        super().__init__("There is no such comment for you.")


def comments_until(session: Session, inspection: Inspection) -> datetime:
    """Return the moment until which agencies may comment."""
    return deadline(theme_of(inspection), day_of(session, inspection.ref, "factual_accuracy_due"))


def comment_refusal(session: Session, inspection: Inspection) -> str:
    """Return why no comment on the draft is taken now; an empty text where one is."""
    if inspection.stage != Stage.FACTUAL_ACCURACY:
        return "Comments are taken only while the draft letter is being checked."
    if is_check_closed(session, inspection.ref):
        return "The check of the draft letter is closed, so no more comments are taken."
    until = comments_until(session, inspection)
    if inspection.now() > until:
        return f"Comments were taken only while there was time, until {moment(until)}. Ring the lead inspector."
    return ""


def text_mistake(text: str, of: str = "what is not accurate") -> str:
    """Return what is wrong with the words of a comment or a reply; an empty text where nothing is."""
    return "" if text.strip() and len(text) <= LONGEST else f"Enter {of}, in {LONGEST:,} characters or fewer."


def open_check(session: Session, ref: str) -> Inspection:
    """Lock an inspection whose draft may be commented on, and return it.

    Raises:
        CommentRefusedError: no comment is taken now.
    """
    inspection = inspection_of(session, ref, lock=True)
    if refusal := comment_refusal(session, inspection):
        raise CommentRefusedError(refusal, field="text")
    return inspection


def comment(ref: str, agency_id: str, *, text: str, paragraph: str = "", by: str) -> str:
    """Store an agency's comment on the draft and return its id; the same comment again changes nothing.

    Args:
        ref: the inspection.
        agency_id: whose comment it is.
        text: what is not accurate, and what is.
        paragraph: id of a paragraph of the draft that was sent; empty for the letter as a whole.
        by: who sends it.

    Raises:
        CommentRefusedError: no comment is taken now, there is no such paragraph in the draft, or the comment is empty,
            too long or names somebody.
    """
    if mistake := text_mistake(text):
        raise CommentRefusedError(mistake, field="text")
    with transaction() as session:
        inspection = open_check(session, ref)
        # An agency learns nothing of what others hold.
        if sentence := recogniser(session, ref, agency_id).sentence(text):
            raise CommentRefusedError(sentence, field="text")
        draft = newest_draft(session, ref)
        version = _version_sent(session, draft, paragraph) if paragraph else None
        agency = session.get_one(Agency, agency_id)
        body = canonical_json({"paragraph": paragraph, "version": version, "text": text.strip()})
        # A form sent twice is one comment; the ledger has no words to compare, so the stored ones are read (L5).
        for earlier in corrections_of(session, ref):
            if earlier.agency_id == agency_id and store.get(earlier.text_key) == body:
                return earlier.id
        identity = uuid4().hex
        key = correction(ref, identity)
        # The words before their row: a row must never name an object that is not there.
        store.put_once(key, body, content_type="application/json")
        row = Correction(
            id=identity,
            inspection=ref,
            agency_id=agency.id,
            letter_version=draft.version if draft else None,
            paragraph=paragraph or None,
            paragraph_version=version,
            text_key=key,
            made_at=inspection.now(),
        )
        session.add(row)
        facts = {"agency": agency.kind, "paragraph": row.paragraph, "version": version}
        audit.append(session, ref, actor=by, action="accuracy.commented", subject=identity, facts=facts)
        once = once_key(ref, "comment", identity)
        write_notice(session, "comment_made", "inspector", once=once, inspection=ref, facts={"agency": agency.name})
    return identity


def _version_sent(session: Session, draft: Letter | None, paragraph: str) -> int:
    key = (draft.inspection, draft.status, draft.version, paragraph) if draft else None
    row = session.get(LetterParagraph, key) if key else None
    if row is None:
        raise CommentRefusedError(f"There is no paragraph {paragraph[:10]!r} in the draft. Choose one from the letter.")
    return row.paragraph_version


def withdraw_comment(comment_id: str, agency_id: str, *, by: str) -> None:
    """Take back a comment that waits for a reply; its words stay on record, and inspectors see that it is taken back.

    Raises:
        NoCommentError: no such comment of this agency.
        CommentRefusedError: the time for comments is over, or an inspector has replied.
    """
    with transaction() as session:
        row = own_comment(session, comment_id, agency_id)
        inspection = open_check(session, row.inspection)
        # What the lock waited for may be the reply to this very comment.
        session.refresh(row, with_for_update=True)
        if row.withdrawn_at is not None:
            return
        if row.outcome is not None:
            raise CommentRefusedError("An inspector has replied to this comment, so it stays. Send another comment.")
        row.withdrawn_by, row.withdrawn_at = by, inspection.now()
        session.add(row)
        audit.append(session, row.inspection, actor=by, action="accuracy.withdrawn", subject=row.id)


def own_comment(session: Session, comment_id: str, agency_id: str) -> Correction:
    """Return a comment of an agency.

    Raises:
        NoCommentError: no such comment of this agency.
    """
    row = session.get(Correction, comment_id)
    if row is None or row.agency_id != agency_id:
        raise NoCommentError
    return row


def corrections_of(session: Session, ref: str) -> list[Correction]:
    """Return the comments of an inspection that stand, in the order in which they were made."""
    query = select(Correction).where(Correction.inspection == ref)
    return sorted((row for row in session.exec(query) if not row.withdrawn_at), key=lambda row: (row.made_at, row.id))


def text_of(row: Correction) -> str:
    """Read a comment's words from the store."""
    stored: dict[str, Any] = json.loads(store.get(row.text_key))
    return str(stored["text"])


def about(row: Correction) -> str:
    """Return what a comment is about, in words."""
    if row.paragraph:
        return f"Paragraph {row.paragraph}"
    # Comments of earlier releases were made at findings.
    return f"Finding {row.finding_id}" if row.finding_id else WHOLE


@dataclass(frozen=True, slots=True)
class CommentWords:
    """A comment with its words, as a page shows it."""

    row: Correction
    text: str


def comments_of(session: Session, ref: str, agency_id: str = "") -> list[CommentWords]:
    """Return the comments that stand with their words; those of one agency where it is named."""
    rows = corrections_of(session, ref)
    return [CommentWords(row, text_of(row)) for row in rows if agency_id in ("", row.agency_id)]
