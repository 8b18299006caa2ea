"""The ledger decides (L3): owed work is claimed with a lease, finished once, and put aside after too many faults."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.events import Owed
from models.ids import work_name
from models.refusals import OperatorError, Refusal
from models.settings import settings
from models.states import WorkState
from models.tables import Work
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import CLOCK, clock, transaction
from tasks.ground.log import log
from tasks.ground.repeating import meanwhile
from tasks.ground.trace import current_trace
from tasks.ledger import audit
from tasks.ledger.counts import DEAD, RETRIED, count

MOST_ATTEMPTS = 5
"""After so many failures owed work is put aside as dead, for a person to look at."""

MOST_WAITS = 40
"""The same where what is missing is not ours to mend, such as a scanner or a store that is down: about three hours."""

# Pauses double from two seconds up to this: a short trouble costs little, a long one is not hammered.
_LONGEST_PAUSE = 300


class HeldError(OperatorError):
    """Something that the work needs does not answer; nothing is wrong with the work itself."""

    brief = "something that it needs does not answer"
    passes = True


class WorkersDiedError(OperatorError):
    """Everybody who took a piece of work was gone before its end."""

    brief = "every worker that took it died of it"


class LeaseLostError(OperatorError):
    """Somebody else has taken over the work, so its result must not be recorded here."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A piece of work that is ours until the lease ends."""

    kind: Owed
    subject: str
    inspection: str
    attempt: int
    token: str
    failures: int = 0
    trace: str = ""


# The row is chosen once, whatever the plan: a subquery beside `IN` may be run again for each row that it is compared
# with, passes over what it has locked itself, and so claims several.
_CLAIM = text(
    """
    WITH oldest AS MATERIALIZED (
        SELECT kind, subject FROM work
        WHERE kind = :kind AND (cast(:inspection AS text) IS NULL OR inspection = :inspection)
          AND ((state = 'owed' AND not_before <= now()) OR (state = 'claimed' AND lease_until < now()))
        ORDER BY owed_at, subject LIMIT 1 FOR UPDATE SKIP LOCKED)
    UPDATE work SET state = 'claimed', lease_owner = :token, attempts = attempts + 1,
                    lease_until = now() + make_interval(secs => :seconds)
    FROM oldest WHERE work.kind = oldest.kind AND work.subject = oldest.subject
    RETURNING work.subject, inspection, attempts, failures, trace
    """
)


def owe(session: Session, kind: Owed, subject: str, inspection: str, *, at: datetime | None = None) -> None:
    """Record that something must be done; a second record of the same changes nothing.

    Args:
        session: the transaction of the change that owes it.
        kind: of the work.
        subject: what it is about.
        inspection: to which it belongs.
        at: from when on it is owed; now where nothing is given.
    """
    now = at or CLOCK
    row = {"kind": kind, "subject": subject, "inspection": inspection, "state": WorkState.OWED, "attempts": 0}
    row |= {"trace": current_trace()}
    session.execute(insert(Work).values(**row, not_before=now, owed_at=now).on_conflict_do_nothing())


def owed_at(session: Session, claimed: Claim) -> datetime:
    """Return since when the work is owed: the same for each attempt, so that what depends on it repeats (L4)."""
    return session.get_one(Work, (claimed.kind, claimed.subject)).owed_at


def is_underway(session: Session, kind: Owed, subject: str) -> bool:
    """Return whether a piece of work was owed and is not done yet: what led to it is decided, and not to be again."""
    work = session.get(Work, (kind, subject))
    return work is not None and work.state != WorkState.DONE


def claim(kind: Owed, inspection: str | None = None) -> Claim | None:
    """Take the oldest work of a kind that is owed and not being done, in one statement; None when there is none.

    Work whose workers have died of it again and again, each without a word, is put aside instead of killing the next.
    """
    while True:
        token = uuid4().hex
        values = {"kind": kind.value, "inspection": inspection, "token": token, "seconds": settings().lease_seconds}
        with transaction() as session:
            row = session.execute(_CLAIM, values).one_or_none()
        if row is None:
            return None
        claimed = Claim(kind, row.subject, row.inspection, row.attempts, token, row.failures, row.trace)
        if claimed.attempt <= MOST_WAITS:
            return claimed
        give_back(claimed, WorkersDiedError())


def _ours(session: Session, claimed: Claim) -> Work:
    query = select(Work).where(Work.kind == claimed.kind, Work.subject == claimed.subject).with_for_update()
    work = session.exec(query.execution_options(populate_existing=True)).one()
    # By the token of this claim, not by the worker: the same worker may have claimed the work again since.
    if work.state != WorkState.CLAIMED or work.lease_owner != claimed.token:
        raise LeaseLostError(f"{claimed.kind} {claimed.subject} was taken over by another worker.")
    return work


def renew(claimed: Claim) -> None:
    """Extend the lease of work that takes long.

    Raises:
        LeaseLostError: the lease ended and somebody else took the work.
    """
    with transaction() as session:
        work = _ours(session, claimed)
        work.lease_until = clock(session) + timedelta(seconds=settings().lease_seconds)
        session.add(work)


def renewing(claimed: Claim) -> AbstractContextManager[None]:
    """Keep the lease of work alive for as long as the block takes; a worker that dies stops renewing it.

    Once the lease is lost there is nothing to keep: `finish` refuses the result.
    """

    def keep() -> bool:
        try:
            renew(claimed)
        except LeaseLostError:
            return False
        except Exception as fault:  # a database that is away may be back before the lease ends
            log().warning("lease.not-renewed", fault=type(fault).__name__)
        return True

    return meanwhile("lease", settings().lease_seconds / 3, keep)


def finish(session: Session, claimed: Claim) -> None:
    """Record the work as done, in the transaction that records its result.

    Raises:
        LeaseLostError: somebody else took the work; the caller's transaction must not be committed.
    """
    work = _ours(session, claimed)
    work.state, work.done_at, work.lease_owner, work.lease_until, work.fault = (
        WorkState.DONE,
        utc_now(),
        None,
        None,
        None,
    )
    session.add(work)


def owed_besides(session: Session, claimed: Claim) -> list[str]:
    """Return the subjects of the same kind that the inspection owes and nobody has claimed: for work that does all.

    Call it before anything that the work depends on is read: what is owed afterwards may be owed for something newer.
    """
    query = select(Work.subject).where(
        Work.kind == claimed.kind, Work.inspection == claimed.inspection, Work.state == WorkState.OWED
    )
    return sorted(session.exec(query))


def finish_too(session: Session, kind: Owed, subjects: Sequence[str]) -> None:
    """Record other work as done that ours has done along with its own; what somebody has claimed meanwhile is left."""
    query = select(Work).where(Work.kind == kind, col(Work.subject).in_(subjects), Work.state == WorkState.OWED)
    for work in session.exec(query.with_for_update(skip_locked=True)):
        work.state, work.done_at = WorkState.DONE, utc_now()
        session.add(work)


def give_back(claimed: Claim, fault: BaseException) -> datetime | None:
    """Return work that failed by our own fault, to be tried later; answer when, or None when it was put aside as dead.

    Only the kind of fault is kept, since an exception's text may quote data (L5).

    Raises:
        LeaseLostError: somebody else took the work.
    """
    with transaction() as session:
        work = _ours(session, claimed)
        # What is only waited for gets more attempts: a scanner's evening off must not bury a return.
        passes = isinstance(fault, HeldError) or store.is_away(fault)
        work.failures += 1
        dead = work.failures >= (MOST_WAITS if passes else MOST_ATTEMPTS) or isinstance(fault, WorkersDiedError)
        count(session, DEAD if dead else RETRIED, claimed.kind)
        work.state = WorkState.DEAD if dead else WorkState.OWED
        work.not_before = clock(session) + timedelta(seconds=min(2**work.failures, _LONGEST_PAUSE))
        work.fault, work.lease_owner, work.lease_until = type(fault).__name__, None, None
        session.add(work)
        if dead:
            audit.append(
                session,
                claimed.inspection,
                actor="system",
                action="work.dead",
                subject=work_name(claimed.kind, claimed.subject),
                facts={"attempts": work.attempts, "fault": type(fault).__name__},
            )
    return None if dead else work.not_before


def put_off(session: Session, claimed: Claim, until: datetime) -> None:
    """Return work that waits for a person, to be looked at again at a moment; it has not failed, and never dies of it.

    Raises:
        LeaseLostError: somebody else took the work.
    """
    work = _ours(session, claimed)
    work.state, work.not_before, work.attempts = WorkState.OWED, until, 0
    work.lease_owner, work.lease_until = None, None
    session.add(work)


def waiting(kinds: Sequence[Owed], inspection: str | None = None) -> int:
    """Count the pieces of work of these kinds that are owed or being done."""
    query = select(func.count()).select_from(Work).where(col(Work.kind).in_(kinds))
    query = query.where(col(Work.state).in_([WorkState.OWED, WorkState.CLAIMED]))
    if inspection is not None:
        query = query.where(Work.inspection == inspection)
    with transaction() as session:
        return session.exec(query).one()


class NoDeadWorkError(Refusal):
    """There is no such work that was put aside."""

    def __init__(self, kind: str, subject: str) -> None:
        super().__init__(f"No {kind} of {subject!r} was put aside. List what was: jtai work --dead.")


def start_again(kind: Owed, subject: str, *, by: str) -> None:
    """Owe a piece of dead work again, its attempts counted anew; the audit names who did so.

    Raises:
        NoDeadWorkError: it is not dead, or was never owed.
    """
    with transaction() as session:
        query = select(Work).where(Work.kind == kind, Work.subject == subject, Work.state == WorkState.DEAD)
        work = session.exec(query.with_for_update()).one_or_none()
        if work is None:
            raise NoDeadWorkError(kind, subject)
        work.state, work.attempts, work.failures, work.fault, work.not_before = (
            WorkState.OWED,
            0,
            0,
            None,
            clock(session),
        )
        session.add(work)
        actor, what = by, work_name(kind, subject)
        audit.append(session, work.inspection, actor=actor, action="work.again", subject=what, facts={})


def unfinished() -> list[Work]:
    """Return all work that is owed, being done or put aside, oldest first."""
    with transaction() as session:
        query = select(Work).where(Work.state != WorkState.DONE).order_by(Work.owed_at, Work.kind, Work.subject)  # type: ignore[arg-type]
        return list(session.exec(query))
