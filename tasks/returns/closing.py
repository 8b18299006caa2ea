"""Decides whether a return may still come, and closes the returns once nothing is owed any more."""

from sqlmodel import Session, select

from models.events import Event
from models.lifecycle import ASKED_AGAIN, EVALUATIONS_LATE, SETTLED, UNSIGNED, RequestState, Stage, takes_uploads
from models.returns import EVALUATION
from models.roles import Act
from models.tables import Inspection, Request
from models.words import plain
from tasks.ledger.moves import move_request, move_stage
from tasks.ledger.outbox import tell
from tasks.ledger.rows import ReturnRefusedError, may_come_late
from tasks.ledger.themes import theme_of
from tasks.people.access import pause_of
from tasks.returns.cohort_versions import admitted, owe_cohort, take_admitted
from tasks.returns.if_held import can_go_without, is_if_held


def refusal_of(request: Request, inspection: Inspection) -> str:
    """Return why a request takes no file now, in a sentence for its agency; empty where it takes one."""
    if why := pause_of(inspection, Act.ANSWER_REQUESTS):
        return why
    if may_come_late(request, inspection):
        return ""
    if inspection.stage in _open_at(request) and takes_uploads(request.state):
        return ""
    # Fieldwork begins on its day whatever is missing, and an evaluation that is still owed is of use to it.
    owed_late = request.return_code == EVALUATION and (
        inspection.stage == Stage.FIELDWORK
        # Two people may have given it more time than that.
        or (inspection.stage in EVALUATIONS_LATE and inspection.now() <= request.due_at)
    )
    if owed_late and request.state not in SETTLED and takes_uploads(request.state):
        return ""
    code = request.return_code
    if inspection.stage == Stage.CANCELLED:
        return f"{code} is not needed: the inspection was cancelled."
    if request.state == RequestState.WAIVED:
        return _waived(request, if_held=is_if_held(request, theme_of(inspection)))
    # A request is there before all of them are issued, and the returns open with the last one.
    if inspection.stage == Stage.ANNOUNCED or request.state == RequestState.DRAFTED:
        return f"{code} cannot be sent yet: {_why_not_yet(inspection)}"
    return (
        f"{code} can no longer be sent or changed: the inspection has moved on to "
        f"{plain(inspection.stage)}. Tell the lead inspector if what you sent is wrong."
    )


def _why_not_yet(inspection: Inspection) -> str:
    if inspection.stage == Stage.ANNOUNCED:
        return "our requests are still being made. Try again in a few minutes."
    # It is held until there is a basis for it, which is ours to enter and may take days.
    return "our request for it has not gone out. We will write to you when it does."


def _open_at(request: Request) -> frozenset[Stage]:
    """Return the stages in which a request takes files as a matter of course."""
    if request.round > 1:
        return ASKED_AGAIN
    return frozenset({Stage.EVALUATIONS_OPEN if request.return_code == EVALUATION else Stage.RETURNS_OPEN})


def _waived(request: Request, *, if_held: bool) -> str:
    if if_held:
        return (
            f"{request.return_code} was asked for only if you hold such records, and the inspection has gone on "
            "without it. Tell the lead inspector if you hold some."
        )
    return f"{request.return_code} is not needed: the inspection team goes on without it."


def may_be_admitted(request: Request, inspection: Inspection) -> bool:
    """Return whether people may let a return or an evaluation come after its time, and it needs that."""
    stages = EVALUATIONS_LATE if request.return_code == EVALUATION else UNSIGNED
    return inspection.stage in stages and request.admitted is None and bool(refusal_of(request, inspection))


def check_open(request: Request, inspection: Inspection) -> None:
    """Refuse an upload that comes too late.

    Raises:
        ReturnRefusedError: the returns or evaluations are not open, and nobody admitted this return after that.
    """
    refusal = refusal_of(request, inspection)
    if refusal:
        raise ReturnRefusedError(refusal)


def _take_evaluations(session: Session, ref: str) -> None:
    """Close the door again behind each evaluation that was let in late and has come."""
    for request in admitted(session, ref):
        came = request.current_version > (request.admitted or 0) and request.state in SETTLED
        if request.return_code == EVALUATION and came:
            request.admitted = None
            session.add(request)


def close_if_complete(session: Session, inspection: Inspection, *, actor: str = "system: receive-returns") -> bool:
    """Close the returns, or send the event that all evaluations are in, once nothing is owed; return whether it did.

    Returns that their agencies may not hold are waived once they have been waited for long enough.

    Where the cohort is frozen, a return that was admitted late makes the cohort's next version owed.
    """
    # The request that the caller settled must count in the query below.
    session.flush()
    if inspection.stage in EVALUATIONS_LATE:
        _take_evaluations(session, inspection.ref)
        return False
    if inspection.stage in UNSIGNED:
        return take_admitted(session, inspection)
    evaluations = inspection.stage == Stage.EVALUATIONS_OPEN
    requests = session.exec(select(Request).where(Request.inspection == inspection.ref)).all()
    due = [request for request in requests if (request.return_code == EVALUATION) == evaluations]
    missing = [request for request in due if request.state not in SETTLED]
    if not due or not all(can_go_without(session, inspection, request) for request in missing):
        return False
    if evaluations:
        tell(session, Event.EVALUATIONS_COMPLETE, inspection.ref, inspection.ref)
        return True
    if inspection.stage != Stage.RETURNS_OPEN:
        return False
    for request in missing:
        move_request(session, request, RequestState.WAIVED, actor=actor, facts={"reason": "if_held"})
    move_stage(session, inspection, Stage.RETURNS_CLOSED, actor=actor)
    for request in due:
        # Where the returns were opened again, none is late any more.
        request.admitted = None
    owe_cohort(session, inspection.ref)
    tell(session, Event.RETURNS_COMPLETE, inspection.ref, inspection.ref)
    return True
