"""The replies to comments as values: each agency's own, and all of an area for its safeguarding partners."""

from dataclasses import dataclass

from sqlmodel import Session, select

from models.ids import agency_kind, once_key
from models.roles import SAFEGUARDING_PARTNERS
from models.tables import Agency, Inspection
from tasks.accuracy.comments import about, corrections_of, text_of
from tasks.accuracy.files import files_by_comment
from tasks.accuracy.replying import outcome_of, reply_of
from tasks.accuracy.sent import words_at
from tasks.people.notices import write_notice


@dataclass(frozen=True, slots=True)
class Reply:
    """One comment with the reply to it.

    Attributes:
        comment: its id.
        agency: name of the agency that commented.
        about: a paragraph or the letter as a whole, in words.
        read: what the paragraph said when it was commented on; empty for a comment on the letter as a whole.
        text: the comment.
        files: how many files came with it.
        outcome: what came of it, in words without a full stop.
        reply: the inspector's words; empty for comments of earlier releases.
    """

    comment: str
    agency: str
    about: str
    read: str
    text: str
    files: int
    outcome: str
    reply: str


def reads_all(agency_id: str) -> bool:
    """Return whether an agency reads the replies to every comment of its area: it is a safeguarding partner."""
    return agency_kind(agency_id) in SAFEGUARDING_PARTNERS


def replies_of(session: Session, ref: str, agency_id: str = "") -> list[Reply]:
    """Return the comments of an inspection with their replies, by agency; those of one agency where it is named."""
    names = {agency.id: agency.name for agency in session.exec(select(Agency).where(Agency.inspection == ref))}
    files = files_by_comment(session, ref)
    rows = [row for row in corrections_of(session, ref) if agency_id in ("", row.agency_id)]
    replies = []
    for row in rows:
        read = ""
        if row.paragraph and row.paragraph_version:
            read = words_at(session, ref, row.paragraph, row.paragraph_version).text
        number = len(files.get(row.id, ()))
        words = (about(row), read, text_of(row), number, outcome_of(row), reply_of(row))
        replies.append(Reply(row.id, names[row.agency_id], *words))
    return sorted(replies, key=lambda each: each.agency)


def tell_replies(session: Session, inspection: Inspection) -> None:
    """Tell each agency that commented, and each safeguarding partner, that the replies are there; each once."""
    ref = inspection.ref
    rows = corrections_of(session, ref)
    if not rows:
        return
    for agency in session.exec(select(Agency).where(Agency.inspection == ref).order_by(Agency.id)):
        own = sum(row.agency_id == agency.id for row in rows)
        partner = reads_all(agency.id)
        if own or partner:
            facts = {"comments": own, "of_area": len(rows) if partner else 0}
            once = once_key(agency.id, "replies")
            write_notice(session, "replies_ready", agency, once=once, sign_in=True, facts=facts)
