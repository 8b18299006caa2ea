"""The ladder of chasing: which rung something that is owed has reached, from its deadline and the time alone."""

from datetime import datetime

from models.lifecycle import RequestState
from models.themes import Rung
from models.timetable import working_days_between

_WAITING = frozenset({RequestState.ISSUED, RequestState.ACKNOWLEDGED, RequestState.OVERDUE, RequestState.REJECTED})


def rung_for(
    ladder: tuple[Rung, ...], state: RequestState, now: datetime, due: datetime, promised_until: datetime | None
) -> Rung | None:
    """Return the highest rung of the ladder that a request has reached, or None.

    A file that came and must be corrected needs no reminder before the deadline; a promised date holds back the rungs
    that wait for it until it has passed too.
    """
    if state not in _WAITING:
        return None
    return next((rung for rung in reversed(ladder) if _reached(rung, state, now, due, promised_until)), None)


def _reached(rung: Rung, state: RequestState, now: datetime, due: datetime, promised: datetime | None) -> bool:
    if now <= due:
        near = working_days_between(now.date(), due.date()) <= -rung.working_days
        return rung.working_days < 0 and near and state != RequestState.REJECTED
    if rung.working_days < 0:
        return False
    if rung.waits_for_promise and promised and now <= promised:
        return False
    # A promise for a day before the deadline takes nothing away from it.
    since = max(due, promised or due) if rung.waits_for_promise else due
    return working_days_between(since.date(), now.date()) >= rung.working_days
