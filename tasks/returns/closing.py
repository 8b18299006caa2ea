"""Decides whether a return may still come, and closes the returns once nothing is owed any more."""

from sqlmodel import Session, select

from models.events import Event
from models.lifecycle import SETTLED, UNSIGNED, Stage, takes_uploads
from models.returns import EVALUATION
from models.tables import Inspection, Request
from models.words import plain
from tasks.ledger.moves import move_stage
from tasks.ledger.outbox import tell
from tasks.ledger.rows import ReturnRefusedError, may_come_late
from tasks.returns.cohort_versions import owe_cohort, take_admitted


def check_open(request: Request, inspection: Inspection) -> None:
    """Refuse an upload that no longer has a place.

    Raises:
        ReturnRefusedError: the returns or evaluations are not open, and nobody let this one come late.
    """
    if may_come_late(request, inspection):
        return
    wanted = Stage.EVALUATIONS_OPEN if request.return_code == EVALUATION else Stage.RETURNS_OPEN
    if inspection.stage != wanted or not takes_uploads(request.state):
        raise ReturnRefusedError(
            f"{request.return_code} can no longer be changed here: the inspection has moved on to "
            f"{plain(inspection.stage)}. Tell the lead inspector if what you sent is wrong."
        )


def close_if_complete(session: Session, inspection: Inspection, *, actor: str = "system: receive-returns") -> bool:
    """Close the returns, or tell that all evaluations are in, once nothing is owed any more; True when it did.

    Where the cohort is frozen, a return that was let in late makes its next version owed.
    """
    session.flush()
    if inspection.stage in UNSIGNED:
        return take_admitted(session, inspection)
    evaluations = inspection.stage == Stage.EVALUATIONS_OPEN
    requests = session.exec(select(Request).where(Request.inspection == inspection.ref)).all()
    wanted = [one for one in requests if (one.return_code == EVALUATION) == evaluations]
    if not wanted or any(one.state not in SETTLED for one in wanted):
        return False
    if evaluations:
        tell(session, Event.EVALUATIONS_COMPLETE, inspection.ref, inspection.ref)
        return True
    if inspection.stage != Stage.RETURNS_OPEN:
        return False
    move_stage(session, inspection, Stage.RETURNS_CLOSED, actor=actor)
    for request in wanted:
        # Where the returns were opened again, none is late any more.
        request.admitted = None
    owe_cohort(session, inspection.ref)
    tell(session, Event.RETURNS_COMPLETE, inspection.ref, inspection.ref)
    return True
