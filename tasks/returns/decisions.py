"""What a person decides about one request: to waive it, or to give more time (L10)."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session, select

from models.actors import inspectorate
from models.england import ENGLAND
from models.ids import once_key
from models.lifecycle import RequestState
from models.tables import Agency, Request, RuleWaiver
from models.themes import theme
from models.timetable import check_working_day, deadline
from models.words import long, moment, plain
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.moves import move_request
from tasks.ledger.outbox import send_soon
from tasks.ledger.rows import ReturnRefusedError, locked
from tasks.people.notices import write_notice
from tasks.returns.closing import close_if_complete
from tasks.returns.offers import extension_refusal, steps_of


class RequestReason(StrEnum):
    """Why a request is waived or extended; a listed reason, because free text could name a child (L5)."""

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


def waive(request_id: str, reason: RequestReason, *, by: str) -> str:
    """Go on without a return, and close the returns if it was the last one owed; return the inspection.

    Raises:
        UnknownRequestError: no such request.
        ReturnRefusedError: the return is in, or is being checked.
    """
    with transaction() as session:
        inspection, request = locked(session, request_id)
        _check_open(request)
        facts = {"reason": reason.name.lower()}
        # A waiver also answers a rejected version: what was sent is left aside and nothing is chased any more.
        move_request(session, request, RequestState.WAIVED, actor=inspectorate(by), facts=facts)
        close_if_complete(session, inspection, actor=inspectorate(by))
    send_soon()
    return inspection.ref


def extend(request_id: str, until: date, reason: RequestReason, *, by: str) -> tuple[str, datetime]:
    """Give a request a later deadline, which says who gave it and why; return the inspection and the deadline.

    Raises:
        UnknownRequestError: no such request.
        NotAWorkingDayError: the new day is not a working day.
        ReturnRefusedError: the return is in, or the new day is not later than the old or too late for what needs it.
    """
    check_working_day(until)
    with transaction() as session:
        inspection, request = locked(session, request_id)
        _check_open(request)
        old, new = request.due_at, deadline(theme(inspection.theme_id), until)
        if new <= old or new <= inspection.now():
            raise ReturnRefusedError(
                f"{request.return_code} is due by {long(old.astimezone(ENGLAND))}. Give a later day that is in the "
                f"future."
            )
        if refusal := extension_refusal(until, request, inspection, steps_of(session, inspection.ref)):
            raise ReturnRefusedError(refusal)
        request.due_at = new
        session.add(request)
        facts = {"from": old.isoformat(), "to": new.isoformat(), "reason": reason.name.lower()}
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
