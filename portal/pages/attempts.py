"""Limits on wrong attempts, counted in the audit that records them: every portal sees what was tried at another."""

from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from models.refusals import Refusal
from models.tables import AuditEntry
from models.tables.base import utc_now
from models.tables.ledger import REFUSED_ATTEMPT
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.people.persons import PROGRAMME

MOST = 20
"""Wrong attempts at one door for one name, in ten minutes."""
MOST_AT_DOOR = 500
"""Wrong attempts at one door for all names, in ten minutes: whoever makes up names does not fill the audit."""
_WHILE = timedelta(minutes=10)
_CHARACTERS = 40

# Two attempts at the same moment are counted one after the other. A lock of the audit would hold up everybody else.
_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended(:door, 0))")


class TooManyAttemptsError(Refusal):
    """Somebody tried too often; the sentence says how long to wait."""

    def __init__(self) -> None:
        super().__init__("There were too many wrong attempts. Wait 10 minutes, then try again.")


def wrong_attempt(door: str, name: str) -> None:
    """Record a wrong attempt.

    What is right is let in however many were wrong: no secret here can be guessed, and nobody shuts a door for others.

    Args:
        door: `link`, `token` or `operator`.
        name: what the attempt was at, such as the id of a link; never a secret.

    Raises:
        TooManyAttemptsError: it was one too many.
    """
    name = name[:_CHARACTERS]
    with transaction() as session:
        session.execute(_TURN, {"door": f"attempt/{door}"})
        at_door, at_name = _tried(session, door, name)
        if at_name >= MOST or at_door >= MOST_AT_DOOR:
            raise TooManyAttemptsError
        audit.append(session, PROGRAMME, actor="nobody", action=REFUSED_ATTEMPT, subject=door, facts={"at": name})


def _tried(session: Session, door: str, name: str) -> tuple[int, int]:
    """Return how many attempts at a door were wrong of late: all, and those for one name."""
    since = (utc_now() - _WHILE).isoformat(timespec="microseconds")
    named = col(AuditEntry.facts)["at"].as_string() == name
    query = select(func.count(), func.count().filter(named)).where(
        AuditEntry.action == REFUSED_ATTEMPT, AuditEntry.subject == door, AuditEntry.at > since
    )
    return session.exec(query).one()
