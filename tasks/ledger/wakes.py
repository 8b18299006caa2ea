"""Who is awake: while a wake of a deployment is on its way, or as many of its runs as may be are at work, none is sent.

The ledger holds what they take. Nothing is lost with a wake or a run that dies: each holds until a moment, and the
sweep looks at the work that is owed and never at this.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlmodel import Session, col, delete, func, select

from models.events import AT_WORK, DRAINED_BY, Event
from models.settings import settings
from models.tables import Wake
from tasks.ground.database import CLOCK, clock, transaction
from tasks.ground.log import log
from tasks.ground.repeating import meanwhile

ON_ITS_WAY_SECONDS = 30
"""So long a wake counts as on its way. A run that has not begun by then may never: the next work wakes another."""
AT_WORK_SECONDS = 60
"""So long a run counts as at work after it last said so."""
_EVERY_SECONDS = 15


def takes(session: Session, event: Event, wake: str) -> bool:
    """Return whether an event is to be sent: not where a wake for the same work is on its way or all are at work.

    What is to be sent is recorded as on its way in the caller's transaction. The work must be committed before this is
    asked: a run that is still counted as at work looks for work once more after it stops being counted.

    Args:
        session: the transaction that sends the event.
        event: what is told.
        wake: its id.
    """
    deployment = DRAINED_BY.get(event)
    return deployment is None or begin(session, deployment, wake)


def begin(session: Session, deployment: str, wake: str) -> bool:
    """Record that a wake of a deployment is sent, if one is of use; return whether it is.

    One that was recorded under the same id and not sent is of use again.
    """
    query = select(Wake.at_work, func.count()).where(Wake.deployment == deployment, Wake.id != wake)
    now = clock(session)
    counted = dict(session.exec(query.where(col(Wake.until) > now).group_by(col(Wake.at_work))).all())
    if counted.get(False) or counted.get(True, 0) >= AT_WORK[deployment] * settings().workers:
        return False
    until = now + timedelta(seconds=ON_ITS_WAY_SECONDS)
    session.merge(Wake(id=wake, deployment=deployment, at_work=False, until=until))
    return True


@contextmanager
def at_work(deployment: str, run: str) -> Iterator[None]:
    """Count a run as at work while the block takes all that waits.

    Work that is owed meanwhile wakes nobody, so whoever leaves the block must look for work once more.
    """

    def still() -> bool:
        try:
            _stay(deployment, run)
        except Exception as fault:  # a database that is away is no reason to end the run
            log().warning("wake.not-renewed", fault=type(fault).__name__)
        return True

    with transaction() as session:
        # Whichever wake it was: it has arrived. What has lapsed is of no use to anybody.
        arrived = (col(Wake.at_work) == False) | (col(Wake.until) < CLOCK)  # noqa: E712 -- SQL's comparison
        session.exec(delete(Wake).where(col(Wake.deployment) == deployment, arrived))
        began = clock(session)
    _stay(deployment, run)
    try:
        with meanwhile("wake", _EVERY_SECONDS, still):
            yield
    finally:
        with transaction() as session:
            # Its sender commits a wake after it is sent: one from before we began may have come to light only now.
            sent_before = col(Wake.until) <= began + timedelta(seconds=ON_ITS_WAY_SECONDS)
            late = (col(Wake.deployment) == deployment) & (col(Wake.at_work) == False) & sent_before  # noqa: E712 -- SQL
            session.exec(delete(Wake).where((col(Wake.id) == run) | late))


def _stay(deployment: str, run: str) -> None:
    with transaction() as session:
        until = clock(session) + timedelta(seconds=AT_WORK_SECONDS)
        session.merge(Wake(id=run, deployment=deployment, at_work=True, until=until))
