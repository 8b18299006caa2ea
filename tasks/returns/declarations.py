"""Records what an agency declares about a request: that it was seen, will be late, or is a nil return."""

from datetime import date

from models.lifecycle import RequestState
from models.states import ReturnVerdict
from models.tables import Submission
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.moves import move_request
from tasks.ledger.outbox import send_soon
from tasks.ledger.rows import ReturnRefusedError, locked
from tasks.ledger.themes import theme_of
from tasks.people.two_people import NeedsTwoError
from tasks.returns.closing import close_if_complete
from tasks.returns.if_held import NONE_HELD_REASONS, is_if_held
from tasks.returns.offers import (
    acknowledge_refusal,
    late_refusal,
    nil_refusal,
    promise_needs_two,
    promise_refusal,
    steps_of,
    undo_nil_refusal,
)

# A list, because free text could name a child (L5).
LATE_REASONS = {
    "system_outage": "Our record system is not available",
    "data_quality": "We are improving the quality of our data",
    "staff_absence": "The person who does this is away",
    "waiting_for_partner": "We are waiting for another organisation",
}

REASON_NEEDED = "Choose why you hold none of these records."


def acknowledge(request_id: str, *, by: str, agency_id: str | None = None) -> None:
    """Record that an agency has seen a request; doing so again changes nothing."""
    with transaction() as session:
        inspection, request = locked(session, request_id, agency_id)
        # A later state says more than that the request was seen, and is never taken back.
        if not acknowledge_refusal(request, inspection):
            move_request(session, request, RequestState.ACKNOWLEDGED, actor=by)


def declare_late(
    request_id: str, *, until: date, reason: str, by: str, agency_id: str | None = None, second: str = ""
) -> str:
    """Record that a return will be late, until when and for which listed reason; the deadline itself stays.

    Args:
        request_id: the request.
        until: the day by which it will come.
        reason: from the list.
        by: who promises.
        agency_id: the agency to which the request must belong.
        second: who confirmed it for the inspection team; needed for a day more than 5 working days after the deadline.

    Returns:
        The inspection.

    Raises:
        ReturnRefusedError: the reason is not listed, the return is in or closed, or the date is past or too far away.
        NeedsTwoError: the day needs a second person.
    """
    if reason not in LATE_REASONS:
        raise ReturnRefusedError("Choose one of the listed reasons for sending the return late.")
    with transaction() as session:
        inspection, request = locked(session, request_id, agency_id)
        steps = steps_of(session, inspection.ref)
        refusal = late_refusal(request, inspection, steps) or promise_refusal(until, request, inspection, steps)
        if refusal:
            raise ReturnRefusedError(refusal)
        if promise_needs_two(until, request, steps) and not second:
            raise NeedsTwoError
        request.late_until, request.late_reason = until, reason
        session.add(request)
        facts = {"until": until.isoformat(), "reason": reason, **({"second": second} if second else {})}
        audit.append(
            session, request.inspection, actor=by, action="request.declared-late", subject=request.id, facts=facts
        )
        return request.inspection


def declare_nil(request_id: str, *, by: str, agency_id: str | None = None, reason: str = "") -> None:
    """Record that an agency has nothing to return, and who declares it.

    Args:
        request_id: the request.
        by: who declares it.
        agency_id: the agency to which the request must belong.
        reason: why nothing is held, from the list; needed for what is asked for only where it is held.

    Raises:
        ReturnRefusedError: the reason is not listed, the returns are closed, or a file is being checked or accepted.
    """
    with transaction() as session:
        inspection, request = locked(session, request_id, agency_id)
        if request.state == RequestState.NIL_DECLARED:
            # A form sent twice is declared once, and the first name stays.
            return
        if refusal := nil_refusal(request, inspection):
            raise ReturnRefusedError(refusal)
        if_held = is_if_held(request, theme_of(inspection))
        if if_held and reason not in NONE_HELD_REASONS:
            raise ReturnRefusedError(REASON_NEEDED)
        request.nil_declared_by, request.nil_reason = by, reason if if_held else None
        facts = {"reason": reason} if if_held else {}
        move_request(session, request, RequestState.NIL_DECLARED, actor=by, facts=facts)
        close_if_complete(session, inspection)
    send_soon()


def undo_nil(request_id: str, *, by: str, agency_id: str | None = None) -> None:
    """Take a nil return back: what was owed before it is owed again.

    Raises:
        ReturnRefusedError: there is no nil return, or the returns are closed.
    """
    with transaction() as session:
        inspection, request = locked(session, request_id, agency_id)
        if refusal := undo_nil_refusal(request, inspection):
            raise ReturnRefusedError(refusal)
        newest = session.get(Submission, request.newest_id)
        # A nil return is declared after a file only where that file could not be used.
        sent = newest is not None and newest.result.verdict in (ReturnVerdict.REJECTED, ReturnVerdict.UNREADABLE)
        request.nil_declared_by = request.nil_reason = None
        state = RequestState.REJECTED if sent else RequestState.ACKNOWLEDGED
        move_request(session, request, state, actor=by, facts={"nil": "taken back"})
    send_soon()
