"""Limits on wrong attempts at a door, each of which the audit records, so that an attack is seen.

The audit itself is what is counted, so that all portals of a service count together and a restart forgets nothing.
"""

from datetime import timedelta

from sqlmodel import col, select

from models.refusals import Refusal
from models.tables import AuditEntry
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.people.persons import PROGRAMME

MOST = 20
"""Wrong attempts at one door for one name, in ten minutes."""
MOST_AT_DOOR = 200
"""Wrong attempts at one door for all names together: whoever makes up names does not fill the audit."""
_WITHIN = timedelta(minutes=10)
# In ten minutes the programme's chain grows by fewer, and looking at more would cost more with each year.
_LOOKED_AT = 2_000
_ACTION = "attempt.refused"


class TooManyAttemptsError(Refusal):
    """Somebody tried too often; the sentence says how long to wait."""

    def __init__(self) -> None:
        super().__init__("There were too many wrong attempts. Wait 10 minutes, then try again.")


def wrong_attempt(door: str, name: str) -> None:
    """Record a wrong attempt.

    Args:
        door: `link`, `token` or `operator`.
        name: what the attempt was at, such as the id of a link; never a secret.

    Raises:
        TooManyAttemptsError: it was one too many, and is not recorded.
    """
    at = name[:40]
    with transaction() as session:
        # The chain is locked by what is appended, so two portals cannot both count before the other has written.
        entry = audit.append(session, PROGRAMME, actor="nobody", action=_ACTION, subject=door, facts={"at": at})
        recent = session.exec(
            select(AuditEntry.facts).where(
                AuditEntry.inspection == PROGRAMME,
                AuditEntry.number > entry.number - _LOOKED_AT,
                AuditEntry.action == _ACTION,
                AuditEntry.subject == door,
                col(AuditEntry.at) > (utc_now() - _WITHIN).isoformat(timespec="microseconds"),
            )
        ).all()
        if len(recent) > MOST_AT_DOOR or sum(facts.get("at") == at for facts in recent) > MOST:
            raise TooManyAttemptsError
