"""Limits on wrong attempts at a door, each of which the audit records, so that an attack is seen."""

import time
from collections import defaultdict, deque

from models.refusals import Refusal
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.people.persons import PROGRAMME

MOST = 20
"""Wrong attempts at one door for one name, in ten minutes."""
_SECONDS = 600.0
_NAMES_KEPT = 10_000
_tried: dict[tuple[str, str], deque[float]] = defaultdict(deque)


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
        TooManyAttemptsError: it was one too many.
    """
    tried, now = _tried[door, name], time.monotonic()
    while tried and tried[0] < now - _SECONDS:
        tried.popleft()
    if len(tried) >= MOST:
        raise TooManyAttemptsError
    tried.append(now)
    if len(_tried) > _NAMES_KEPT:
        # Whoever makes up names fills no memory: what was tried longest ago is forgotten.
        _tried.pop(next(iter(_tried)))
    with transaction() as session:
        audit.append(
            session, PROGRAMME, actor="nobody", action="attempt.refused", subject=door, facts={"at": name[:40]}
        )
