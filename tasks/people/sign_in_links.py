"""One-time sign-in links: the secret is derived from the link's id and our key, and never stored."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import text
from sqlmodel import Session

from models.england import world_today
from models.ids import agency_kind
from models.key_ring import Purpose
from models.refusals import Refusal
from models.roles import AGENCY_ROLES, Role
from models.settings import settings
from models.states import SignInWay
from models.tables import Agency, Link, Notice, Person
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.ground.keys import derived, is_derived
from tasks.people import sessions
from tasks.people.access import doors_of, has_open_concern, is_open, is_open_for_concerns, lasting_doors_of
from tasks.people.persons import Entered, PersonError, add_person, give_role, members

_DIGITS = 40
_OPERATOR_DIGITS = 32


class LinkRefusedError(Refusal):
    """A sign-in link cannot be used; the message says why and what to do."""


def make_link(
    session: Session,
    inspection: str | None,
    *,
    role: str,
    person: str,
    agency_id: str | None = None,
    person_id: str | None = None,
    leads_to: str = "",
) -> Link:
    """Create a link for a person, or for an agency's shared mailbox; it expires after the days that settings give."""
    link = Link(
        id=uuid4().hex,
        inspection=inspection,
        role=role,
        agency_id=agency_id,
        person=person,
        person_id=person_id,
        leads_to=leads_to,
        expires_at=utc_now() + timedelta(days=settings().link_days),
    )
    session.add(link)
    # A notice that refers to it is inserted by a statement of its own.
    session.flush()
    return link


def renew_link(session: Session, notice: Notice) -> None:
    """Give a notice that is sent again a link of its own in place of the one that went elsewhere."""
    old = session.get(Link, notice.link_id) if notice.link_id else None
    if old is not None:
        fresh = make_link(
            session,
            old.inspection,
            role=old.role,
            person=old.person,
            agency_id=old.agency_id,
            person_id=old.person_id,
            leads_to=old.leads_to,
        )
        notice.link_id = fresh.id


def secret_of(link_id: str) -> str:
    """Return the secret part of a link."""
    return derived(Purpose.LINKS, f"link/{link_id}", _DIGITS)


def outbox_key() -> str:
    """Return the operator's key."""
    return derived(Purpose.OPERATOR, "outbox", _OPERATOR_DIGITS)


def is_outbox_key(given: str) -> bool:
    """Return whether this is the operator's key; the time it takes shows nothing of the right one."""
    return is_derived(Purpose.OPERATOR, "outbox", _OPERATOR_DIGITS, given)


def address_of(link_id: str) -> str:
    """Return the whole address that a person opens to sign in."""
    return f"{settings().required('portal_url')}/sign-in/{link_id}/{secret_of(link_id)}"


# Checked and used in one statement: two clicks at the same moment must not sign two browsers in.
_USE = text("UPDATE link SET used_at = :now WHERE id = :id AND used_at IS NULL AND expires_at > :now RETURNING id")


def check_link(session: Session, link_id: str, secret: str, now: datetime | None = None) -> Link:
    """Return a link that can still be used, without using it.

    Raises:
        LinkRefusedError: unknown, altered, used or expired.
    """
    link = session.get(Link, link_id)
    # Compared in a time that does not depend on how much of it is right; an unknown link gets the same sentence.
    if link is None or not is_derived(Purpose.LINKS, f"link/{link_id}", _DIGITS, secret):
        raise LinkRefusedError("This sign-in link is not correct. Copy the whole link from the newest notice.")
    if link.used_at is not None:
        raise LinkRefusedError("This sign-in link was already used. Ask for a new one. It comes to your mailbox.")
    if link.expires_at <= (now or utc_now()):
        raise LinkRefusedError("This sign-in link has expired. Ask for a new one. It comes to your shared mailbox.")
    return link


def use_link(link_id: str, secret: str, given: Entered | None = None, *, current: str = "") -> str:
    """Use a link once and return the secret of the session; of two uses at the same time one is refused.

    Args:
        link_id: the link.
        secret: its secret part.
        given: who uses a link to a shared mailbox, as they say; their name is marked as not proven.
        current: the secret of the browser's session, which goes on where it is that of the same person.

    Raises:
        LinkRefusedError: unknown, altered, used or expired, or what it was for has ended.
        PersonError: a shared mailbox was not told who uses the link.
    """
    with transaction() as session:
        link = check_link(session, link_id, secret)
        # Before the link is used up: whoever is refused, or gave no name, can open it again.
        person, membership = _owner(session, link) if link.person_id else _newcomer(session, link, given)
        if session.execute(_USE, {"id": link_id, "now": utc_now()}).one_or_none() is None:
            raise LinkRefusedError("This sign-in link was already used. Ask for a new one.")
        way = SignInWay.OWN_LINK if link.person_id else SignInWay.SHARED_LINK
        chain = link.inspection or ""
        return sessions.come_in(session, person, way, current=current, acts_as=membership, chain=chain)


def _owner(session: Session, link: Link) -> tuple[Person, str | None]:
    """Return the person whose own link this is, and the role in the agency that it speaks of."""
    person = session.get_one(Person, link.person_id)
    now = utc_now()
    doors = doors_of(session, person.id, now)
    # A concern that waits for somebody lets in those who were told of it, after the end as well.
    doors += tuple(door for door in lasting_doors_of(session, person.id, now) if is_open_for_concerns(session, door))
    if person.ended_at is not None or not doors:
        raise LinkRefusedError("Your part in this inspection has ended, so this link no longer lets you in.")
    return person, next(
        (door.membership for door in doors if door.agency_id and door.agency_id == link.agency_id), None
    )


def _newcomer(session: Session, link: Link, given: Entered | None) -> tuple[Person, str]:
    """Return who says that they use a link to a shared mailbox, known from an earlier time or new."""
    if given is None:
        raise PersonError("Enter your full name.", field="name")
    ref = str(link.inspection)
    if not is_open(session, ref, Role.OFFICER) and not has_open_concern(session, ref):
        raise LinkRefusedError("This inspection has ended, so this link no longer lets you in.")
    agency = session.get_one(Agency, link.agency_id)
    wanted = " ".join(given.name.split()).casefold()
    for membership, person in members(session, agency.inspection, *AGENCY_ROLES):
        # A name that anybody can type never takes over somebody who has proven theirs.
        if membership.agency_id == agency.id and not person.proven and person.name.casefold() == wanted:
            return person, membership.id
    by = f"{agency_kind(agency.id)} shared mailbox"
    person = add_person(session, given, by=by, proven=False, chain=agency.inspection)
    membership = give_role(
        session,
        person,
        Role.OFFICER,
        by=by,
        from_day=world_today(),
        inspection=agency.inspection,
        agency_id=agency.id,
    )
    return person, membership.id
