"""One-time sign-in links: the secret is derived from the link's id and our key, and never stored."""

import hmac
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import text
from sqlmodel import Session

from models.actors import actor
from models.refusals import Refusal
from models.settings import settings
from models.tables import Link
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.ground.digests import keyed
from tasks.ledger import audit


class LinkRefusedError(Refusal):
    """A sign-in link cannot be used; the message says why and what to do."""


def make_link(session: Session, inspection: str, *, role: str, person: str, agency_id: str | None = None) -> Link:
    """Create a link for an agency's mailbox or a member of the team; it expires after the days that settings give."""
    link = Link(
        id=uuid4().hex,
        inspection=inspection,
        role=role,
        agency_id=agency_id,
        person=person,
        expires_at=utc_now() + timedelta(days=settings().link_days),
    )
    session.add(link)
    # A notice that refers to it is inserted by a statement of its own.
    session.flush()
    return link


def secret_of(link_id: str) -> str:
    """Return the secret part of a link."""
    return keyed(settings().required("secret_key"), f"link/{link_id}")[:40]


def outbox_key(secret: str | None = None) -> str:
    """Return the operator's key to the local outbox."""
    return keyed(secret or settings().required("secret_key"), "outbox")[:32]


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
    if link is None or not hmac.compare_digest(secret_of(link_id).encode(), secret.encode()):
        raise LinkRefusedError("This sign-in link is not correct. Copy the whole link from the newest notice.")
    if link.used_at is not None:
        raise LinkRefusedError("This sign-in link was already used. Ask for a new one. It comes to your mailbox.")
    if link.expires_at <= (now or utc_now()):
        raise LinkRefusedError("This sign-in link has expired. Ask for a new one. It comes to your shared mailbox.")
    return link


def use_link(link_id: str, secret: str) -> Link:
    """Use a link once and return it; of two uses at the same time one is refused.

    Raises:
        LinkRefusedError: unknown, altered, used or expired.
    """
    with transaction() as session:
        link = check_link(session, link_id, secret)
        if session.execute(_USE, {"id": link_id, "now": utc_now()}).one_or_none() is None:
            raise LinkRefusedError("This sign-in link was already used. Ask for a new one.")
        audit.append(
            session,
            str(link.inspection),
            actor=actor(link.role, link.person),
            action="signed-in",
            subject=link.agency_id or link.role,
        )
        return link
