"""Notices to agencies and the team: kinds and facts are stored, their words are rendered when they are read."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from models.settings import settings
from models.tables import Agency, Inspection, Notice
from models.tables.base import utc_now
from tasks.people.notice_words import Words, worded
from tasks.people.sign_in_links import address_of, make_link

# The sweep sends each minute; what still waits after ten does not leave by itself.
_STUCK = timedelta(minutes=10)


def write_notice(
    session: Session,
    kind: str,
    to: Agency | str,
    *,
    once: str,
    inspection: str | None = None,
    sign_in: bool = False,
    facts: dict[str, Any] | None = None,
) -> bool:
    """Write a notice to an agency, or to the team of an inspection, unless one with the same `once` exists.

    Args:
        session: the transaction of the change that the notice is about.
        kind: one of the kinds that have words.
        to: the agency, or a role: `inspector`, `manager`, `operator`.
        once: makes the notice unique.
        inspection: needed where `to` is a role.
        sign_in: whether the notice carries a new one-time link.
        facts: references and counts for its words.

    Returns:
        True where it was written now.
    """
    agency = to if isinstance(to, Agency) else None
    ref = agency.inspection if agency else str(inspection)
    # Looked up before the link is made, so that a repeat leaves no link that nobody gets.
    if session.exec(select(Notice).where(Notice.once == once)).first() is not None:
        return False
    name, mailbox = (agency.name, agency.mailbox) if agency else (str(to), f"{to}@example.org")
    role, agency_id = ("agency", agency.id) if agency else (str(to), None)
    link = make_link(session, ref, role=role, person=name, agency_id=agency_id) if sign_in else None
    values = {
        "id": uuid4().hex,
        "once": once,
        "inspection": ref,
        "kind": kind,
        "to_name": name,
        "to_mailbox": mailbox,
        "agency_id": agency_id,
        "link_id": link.id if link else None,
        "facts": facts or {},
        "written_at": utc_now(),
    }
    # Two at once both come as far as this: `once` is unique, and the second writes nothing.
    session.execute(insert(Notice).values(**values).on_conflict_do_nothing())
    return True


def send_notices(session: Session) -> int:
    """Hand every unsent notice to the local outbox, which the portal shows; return how many."""
    waiting = session.exec(
        select(Notice).where(Notice.sent_at == None).with_for_update(skip_locked=True)  # noqa: E711
    ).all()
    for notice in waiting:
        notice.sent_at = utc_now()
        session.add(notice)
    return len(waiting)


def unsent(session: Session, ref: str, now: datetime) -> int:
    """Return how many notices of an inspection have waited for more than ten minutes to be sent.

    Args:
        session: a transaction.
        ref: the inspection.
        now: the present moment, by the world's clock and not by that of a rehearsal.
    """
    query = select(func.count()).where(
        Notice.inspection == ref, col(Notice.sent_at).is_(None), col(Notice.written_at) < now - _STUCK
    )
    return session.exec(query).one()


def words_of(session: Session, notice: Notice) -> Words:
    """Return a notice's words, with its sign-in link where it carries one."""
    inspection = session.get_one(Inspection, notice.inspection)
    # The lead inspector's name is read when the notice is: names of people are not stored among its facts (L5).
    facts = {
        **notice.facts,
        "area": inspection.area_name,
        "announced": inspection.announced.isoformat(),
        "lead_inspector": inspection.lead_inspector,
    }
    if notice.kind == "malware":
        facts["agency_notified"] = _agency_notified(session, notice)
    words = worded(notice.kind, facts)
    where = address_of(notice.link_id) if notice.link_id else settings().required("portal_url")
    hint = "Sign in once with this link" if notice.link_id else "Sign in"
    return Words(words.subject, f"{words.body}\n\n{hint}: {where}")


def _agency_notified(session: Session, malware: Notice) -> bool:
    """Return whether the agency has a notice of its own about the infected version that a notice is about."""
    query = select(Notice).where(Notice.inspection == malware.inspection, Notice.kind == "infected")
    same = ("return", "version")
    return any(all(sent.facts[key] == malware.facts[key] for key in same) for sent in session.exec(query))
