"""Owes another check of stored returns under the rules of today, and reads what such checks changed."""

from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from models.events import Event, Owed
from models.refusals import Refusal
from models.tables import Recheck, Request, Submission
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.outbox import send_soon, tell
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import owe

COUNTED = ("rule_set", "verdict", "rows", "errors", "queries")


class NothingToRecheckError(Refusal):
    """No return of the inspection has a verdict yet."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"No return of {ref} has a verdict yet, so there is nothing to check again.")


def ask(session: Session, submission: Submission, *, counts: bool, by: str) -> Recheck:
    """Owe another check of a stored return.

    Args:
        session: the transaction of the change that needs it.
        submission: what is checked again.
        counts: whether the new verdict replaces the old one while the return can still be changed.
        by: who asks.
    """
    row = Recheck(
        id=uuid4().hex,
        submission_id=submission.id,
        inspection=submission.inspection,
        asked_by=by,
        counts=counts,
        before=counts_of(submission),
        asked_at=inspection_of(session, submission.inspection).now(),
    )
    session.add(row)
    session.flush()
    owe(session, Owed.RECHECK, row.id, submission.inspection)
    tell(session, Event.RECHECK_ASKED, submission.inspection, submission.id)
    facts = {"recheck": row.id, "counts": counts}
    audit.append(session, row.inspection, actor=by, action="recheck.asked", subject=submission.id, facts=facts)
    return row


def ask_all(ref: str, *, counts: bool, by: str) -> int:
    """Owe another check of the newest version of every return that has a verdict; return how many.

    Raises:
        UnknownInspectionError: no such inspection.
        NothingToRecheckError: no return has a verdict.
    """
    with transaction() as session:
        # Locked, so that no verdict changes between the count and the rows that are written for it.
        inspection_of(session, ref, lock=True)
        rechecked = 0
        for request in session.exec(select(Request).where(Request.inspection == ref).order_by(Request.id)):
            submission = session.get(Submission, request.newest_id)
            if submission is not None and submission.result.verdict and not submission.put_aside:
                ask(session, submission, counts=counts, by=by)
                rechecked += 1
        if not rechecked:
            raise NothingToRecheckError(ref)
    send_soon()
    return rechecked


def counts_of(submission: Submission) -> dict[str, Any]:
    """Return what a recheck compares of a result: rule set, verdict and counts."""
    return {name: getattr(submission.result, name) for name in COUNTED}


def rechecks_in(session: Session, ref: str) -> list[Recheck]:
    """Return the rechecks of an inspection that are done, newest first."""
    query = select(Recheck).where(Recheck.inspection == ref, col(Recheck.done_at).is_not(None))
    return list(session.exec(query.order_by(col(Recheck.done_at).desc(), Recheck.id)))
