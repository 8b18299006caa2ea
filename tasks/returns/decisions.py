"""What a person decides about one request: to waive it, or to give more time (L10)."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from models.actors import inspectorate
from models.england import ENGLAND
from models.ids import once_key
from models.lifecycle import SETTLED, RequestState, Stage, at_stage
from models.returns import EVALUATION
from models.tables import Agency, Request, RuleWaiver
from models.timetable import check_working_day, deadline
from models.words import joined, long, moment, noun, plain
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.moves import move_request
from tasks.ledger.outbox import send_soon
from tasks.ledger.rows import ReturnRefusedError, inspection_of, locked
from tasks.ledger.themes import theme_of
from tasks.people.notices import write_notice
from tasks.people.two_people import NeedsTwoError
from tasks.returns.closing import close_if_complete
from tasks.returns.offers import extension_delays, extension_refusal, steps_of


class RequestReason(StrEnum):
    """Why a request is waived or extended; a reason from the list, because free words could name a child."""

    SYSTEM_OUTAGE = "The agency's record system is not available"
    AGENCY_ASKED = "The agency asked and the lead inspector agrees"
    HOLDS_ELSEWHERE = "Another return holds what was asked for"
    NOT_PROVIDED = "The agency does not provide the return and inspectors go on without it"
    EMERGENCY = "An emergency in the area"


_OPEN = frozenset(
    {
        RequestState.ISSUED,
        RequestState.ACKNOWLEDGED,
        RequestState.OVERDUE,
        RequestState.REJECTED,
    }
)


_BEING_CHECKED = frozenset({RequestState.RECEIVED, RequestState.VALIDATING})


def waive(request_id: str, reason: RequestReason, *, by: str) -> str:
    """Go on without a return, and close the returns if it was the last one owed; return the inspection.

    Raises:
        UnknownRequestError: no such request.
        ReturnRefusedError: the return is in, or is being checked.
    """
    with transaction() as session:
        inspection, request = locked(session, request_id)
        _check_open(request)
        _waive(session, request, reason, by=by)
        close_if_complete(session, inspection, actor=inspectorate(by))
    send_soon()
    return inspection.ref


def _waive(session: Session, request: Request, reason: RequestReason, *, by: str) -> None:
    # A waiver also answers a rejected version: what was sent is left aside and nothing is chased any more.
    facts = {"reason": reason.name.lower()}
    move_request(session, request, RequestState.WAIVED, actor=inspectorate(by), facts=facts)


def open_requests(session: Session, ref: str) -> list[Request]:
    """Return the returns of an inspection that are not settled, evaluations apart, in the order of their deadlines."""
    query = select(Request).where(
        Request.inspection == ref, Request.return_code != EVALUATION, col(Request.state).not_in(SETTLED)
    )
    return list(session.exec(query.order_by(col(Request.due_at), Request.id)))


def close_returns(ref: str, reason: RequestReason, *, by: str) -> list[str]:
    """Close the returns of an inspection as they are: waive what is still owed, and return the ids of those requests.

    Raises:
        UnknownInspectionError: no such inspection.
        ReturnRefusedError: the returns are not open, or one of them is being checked.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if inspection.stage != Stage.RETURNS_OPEN:
            raise ReturnRefusedError(f"The inspection {ref} is {at_stage(inspection.stage)}. Its returns are not open.")
        owed = open_requests(session, ref)
        if checking := [request.return_code for request in owed if request.state in _BEING_CHECKED]:
            raise ReturnRefusedError(
                f"{joined(checking)} {noun(len(checking), 'has', 'have')} come in and "
                f"{noun(len(checking), 'is', 'are')} being checked. Wait for the verdict, then close the returns."
            )
        for request in owed:
            _waive(session, request, reason, by=by)
        close_if_complete(session, inspection, actor=inspectorate(by))
    send_soon()
    return [request.id for request in owed]


def extend(request_id: str, until: date, reason: RequestReason, *, by: str, second: str = "") -> tuple[str, datetime]:
    """Give a request a later deadline, which says who gave it and why; return the inspection and the deadline.

    Args:
        request_id: the request.
        until: the new day.
        reason: from the list.
        by: who decides.
        second: who confirmed it; needed for a day that is too late for a step of the timetable.

    Raises:
        UnknownRequestError: no such request.
        NotAWorkingDayError: the new day is not a working day.
        ReturnRefusedError: the return is in, or the new day is not later than the old, or after the letter.
        NeedsTwoError: the day needs a second person.
    """
    check_working_day(until)
    with transaction() as session:
        inspection, request = locked(session, request_id)
        _check_open(request)
        old, new = request.due_at, deadline(theme_of(inspection), until)
        if new <= old or new <= inspection.now():
            raise ReturnRefusedError(
                f"{request.return_code} is due by {long(old.astimezone(ENGLAND))}. Give a later day that is in the "
                f"future."
            )
        steps = steps_of(session, inspection.ref)
        if refusal := extension_refusal(until, request, steps):
            raise ReturnRefusedError(refusal)
        delayed = extension_delays(until, request, inspection, steps)
        if delayed and not second:
            raise NeedsTwoError
        request.due_at = new
        session.add(request)
        facts = {"from": old.isoformat(), "to": new.isoformat(), "reason": reason.name.lower()}
        if delayed:
            facts |= {"too_late_for": delayed.step, "second": second}
        actor = inspectorate(by)
        audit.append(session, inspection.ref, actor=actor, action="request.extended", subject=request.id, facts=facts)
        agency, local = session.get_one(Agency, request.agency_id), new.astimezone(ENGLAND)
        notice_facts = {"return": request.return_code, "due": moment(new)}
        write_notice(
            session, "extended", agency, once=once_key(request.id, "extended", f"{local:%Y%m%d}"), facts=notice_facts
        )
        # With more time it is no longer overdue, and the ladder of reminders begins anew.
        if request.state == RequestState.OVERDUE:
            move_request(session, request, RequestState.ACKNOWLEDGED, actor=actor, facts=facts)
    return inspection.ref, new


def _check_open(request: Request) -> None:
    if request.state not in _OPEN:
        raise ReturnRefusedError(f"{request.return_code} is {plain(request.state)}. Nothing is owed for it.")


def waivers_for(session: Session, request_id: str, day: date) -> list[RuleWaiver]:
    """Return the waivers of rules that a request has on a day, by rule."""
    query = select(RuleWaiver).where(RuleWaiver.request_id == request_id, RuleWaiver.expires_on >= day)
    return list(session.exec(query.order_by(RuleWaiver.rule, RuleWaiver.id)))
