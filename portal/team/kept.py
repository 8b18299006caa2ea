"""What a page needs so that a long text is kept while it is typed: the pen, and words that were not saved."""

from collections.abc import Collection

from sqlmodel import Session

from portal.pages.session import Visitor
from tasks.notes.pens import pen_for
from tasks.notes.writings import settle_words, unsaved_words


def kept_for(
    session: Session, ref: str, member: Visitor, about: str, saved: Collection[str] = ()
) -> dict[str, str] | None:
    """Return what the form needs; None for whoever looks at pages as somebody else.

    Args:
        session: of the ledger.
        ref: the inspection.
        member: who writes.
        about: the form.
        saved: texts that are versions already.
    """
    if member.look:
        return None
    unsaved = unsaved_words(session, ref, member.person, about, saved)
    return {"about": about, "person": member.person, "pen": pen_for(ref, member.person), "unsaved": unsaved}


def settled(session: Session, ref: str, member: Visitor, about: str) -> None:
    """Record that somebody saved what they typed into a form."""
    settle_words(session, ref, member.person, about)
