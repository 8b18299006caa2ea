"""Records what an agency declares about a request: that it was seen, will be late, or is a nil return."""

from datetime import date

from models.england import ENGLAND
from models.lifecycle import SETTLED, RequestState
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.moves import move_request
from tasks.ledger.outbox import send_soon
from tasks.ledger.rows import ReturnRefusedError, locked
from tasks.returns.closing import check_open, close_if_complete

_SENT = frozenset({RequestState.RECEIVED, RequestState.VALIDATING, RequestState.ACCEPTED, RequestState.QUERIED})

# A list, because free text could name a child (L5).
LATE_REASONS = {
    "system_outage": "Our record system is not available",
    "data_quality": "We are improving the quality of our data",
    "staff_absence": "The person who does this is away",
    "waiting_for_partner": "We are waiting for another organisation",
}


def acknowledge(request_id: str, *, by: str, agency_id: str | None = None) -> None:
    """Record that an agency has seen a request; doing so again changes nothing."""
    with transaction() as session:
        _, request = locked(session, request_id, agency_id)
        # A later state says more than that the request was seen, and is never taken back.
        if request.state == RequestState.ISSUED:
            move_request(session, request, RequestState.ACKNOWLEDGED, actor=by)


def declare_late(request_id: str, *, until: date, reason: str, by: str, agency_id: str | None = None) -> None:
    """Record that a return will be late, until when and for which listed reason; the deadline itself stays.

    Raises:
        ReturnRefusedError: the reason is not listed, the date is past, or the return is already in.
    """
    if reason not in LATE_REASONS:
        raise ReturnRefusedError("Choose one of the listed reasons for sending the return late.")
    with transaction() as session:
        inspection, request = locked(session, request_id, agency_id)
        if request.state in SETTLED:
            raise ReturnRefusedError(f"{request.return_code} is already settled. Nothing is owed.")
        if until < inspection.now().astimezone(ENGLAND).date():
            raise ReturnRefusedError("The date by which you will send it must be today or later.")
        request.late_until, request.late_reason = until, reason
        session.add(request)
        facts = {"until": until.isoformat(), "reason": reason}
        audit.append(
            session, request.inspection, actor=by, action="request.declared-late", subject=request.id, facts=facts
        )


def declare_nil(request_id: str, *, by: str, agency_id: str | None = None) -> None:
    """Record that an agency has nothing to return, and who declares it.

    Raises:
        ReturnRefusedError: the returns are closed, or a file is being checked or accepted.
    """
    with transaction() as session:
        inspection, request = locked(session, request_id, agency_id)
        check_open(request, inspection)
        if request.state in _SENT:
            raise ReturnRefusedError(
                f"You have already sent rows for {request.return_code}, so it is not a nil return. "
                "Send a corrected file instead."
            )
        if request.state == RequestState.NIL_DECLARED:
            # A form sent twice is declared once, and the first name stays.
            return
        request.nil_declared_by = by
        move_request(session, request, RequestState.NIL_DECLARED, actor=by)
        close_if_complete(session, inspection)
    send_soon()
