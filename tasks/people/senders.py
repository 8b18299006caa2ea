"""Whether whoever was given an address in the store may still send for their agency when the file comes (L15)."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.actors import PROGRAM
from models.roles import Act, may
from models.tables import ApiToken
from tasks.people.access import doors_of
from tasks.people.persons import REFERENCE

NO_LONGER = (
    "The role or the token by which it was sent has ended since the upload began. "
    "Ask somebody who sends for you now to send it again."
)
"""Why such a file is not taken, as its agency reads it."""


def may_still_send(session: Session, agency_id: str, sender: str, *, began: datetime, now: datetime) -> bool:
    """Return whether whoever began an upload may send for an agency now.

    A store takes a file for minutes after its address was given, and asks nobody whether a role or a token ended since.

    Args:
        session: a transaction.
        agency_id: for which the file is.
        sender: who began the upload, as the audit names them.
        began: when they did.
        now: the moment at which the file is taken.
    """
    role, _, who = sender.partition(": ")
    if role.endswith(f" {PROGRAM}"):
        # Tokens of one name may follow each other: another that was made since proves nothing of the one before.
        query = select(ApiToken.id).where(ApiToken.agency_id == agency_id, ApiToken.name == who)
        query = query.where(col(ApiToken.made_at) <= began, col(ApiToken.expires_at) > now)
        return session.exec(query.where(col(ApiToken.revoked_at).is_(None))).first() is not None
    if REFERENCE.fullmatch(who) is None:
        # The operator at a terminal, who has no role that could end.
        return True
    doors = doors_of(session, who, now)
    return any(door.agency_id == agency_id and may(door.role, Act.ANSWER_REQUESTS) for door in doors)
