"""Receives returns: upload sessions, receipts, nil returns, acknowledgements and declarations of lateness."""

from datetime import date

from sqlmodel import Session, select

from models.events import Event
from models.lifecycle import SETTLED, UNSIGNED, RequestState, Stage, takes_uploads
from models.tables import Inspection, Request
from tasks import audit
from tasks.announce import ENGLAND
from tasks.database import transaction
from tasks.ledger import inspection_of, move_request, move_stage, tell
from tasks.outbox import send_soon
from tasks.versions import owe_cohort, take_admitted

EVALUATION = "EVAL"

_SENT = frozenset({RequestState.RECEIVED, RequestState.VALIDATING, RequestState.ACCEPTED, RequestState.QUERIED})

LATE_REASONS = {
    "system_outage": "Our record system is not available",
    "data_quality": "We are mending the quality of our data",
    "staff_absence": "The person who does this is away",
    "waiting_for_partner": "We wait for another organisation",
}


class ReturnRefusedError(ValueError):
    """Something about a return cannot be done as asked; the message says why and what to do."""


class UnknownRequestError(ReturnRefusedError):
    """No request has this id, or it is not the asker's; the two are never told apart."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"There is no request {request_id!r} for you. Sign in to see what is asked of you.")


def request_of(session: Session, request_id: str, agency_id: str | None = None, *, lock: bool = False) -> Request:
    """Return a request; where `agency_id` is given, only if it is that agency's.

    Raises:
        UnknownRequestError: no such request, or another agency's.
    """
    query = select(Request).where(Request.id == request_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).one_or_none()
    if found is None or (agency_id is not None and found.agency_id != agency_id):
        raise UnknownRequestError(request_id)
    return found


def locked(session: Session, request_id: str, agency_id: str | None = None) -> tuple[Inspection, Request]:
    """Return a request and its inspection, both locked until the transaction's end, the inspection first.

    Raises:
        UnknownRequestError: no such request, or another agency's.
    """
    inspection = inspection_of(session, request_of(session, request_id, agency_id).inspection, lock=True)
    return inspection, request_of(session, request_id, agency_id, lock=True)


def may_come_late(request: Request, inspection: Inspection) -> bool:
    """Tell whether somebody let a return come although the cohort is frozen, and no sample is signed off yet."""
    return request.admitted is not None and inspection.stage in UNSIGNED


def check_open(request: Request, inspection: Inspection) -> None:
    """Refuse an upload that no longer has a place.

    Raises:
        ReturnRefusedError: the returns or evaluations are not open, and nobody let this one come late.
    """
    if may_come_late(request, inspection):
        return
    wanted = Stage.EVALUATIONS_OPEN if request.return_code == EVALUATION else Stage.RETURNS_OPEN
    if inspection.stage != wanted or not takes_uploads(RequestState(request.state)):
        raise ReturnRefusedError(
            f"{request.return_code} can no longer be changed here: the inspection has moved on to "
            f"{inspection.stage.replace('_', ' ')}. Tell the lead inspector if what you sent is wrong."
        )


def acknowledge(request_id: str, *, by: str, agency_id: str | None = None) -> None:
    """Record that an agency has seen a request; doing so again changes nothing."""
    with transaction() as session:
        _, request = locked(session, request_id, agency_id)
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
            raise ReturnRefusedError(f"{request.return_code} is already settled; nothing is owed.")
        if until < inspection.now().astimezone(ENGLAND).date():
            raise ReturnRefusedError("The date by which you will send it must be today or later.")
        request.late_until, request.late_reason = until, reason
        session.add(request)
        facts = {"until": until.isoformat(), "reason": reason}
        audit.append(
            session, request.inspection, actor=by, action="request.declared-late", subject=request.id, facts=facts
        )


def declare_nil(request_id: str, *, by: str, agency_id: str | None = None) -> None:
    """Record that an agency holds nothing to return, with who declares it.

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
            return
        request.nil_declared_by = by
        move_request(session, request, RequestState.NIL_DECLARED, actor=by)
        close_if_complete(session, inspection)
    send_soon()


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
    if not wanted or any(RequestState(one.state) not in SETTLED for one in wanted):
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
