"""Chases what is owed: reminders before the deadline, overdue notices after it, and an escalation to the manager."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from models.lifecycle import ENDED, RequestState, Stage
from models.tables import Agency, Inspection, Request
from models.timetable import working_days_between
from tasks.announce import ENGLAND
from tasks.database import transaction
from tasks.ledger import inspection_of, move_request
from tasks.notices import write_notice

_ACTOR = "system: chase-returns"
_WAITING = frozenset({RequestState.ISSUED, RequestState.ACKNOWLEDGED, RequestState.OVERDUE, RequestState.REJECTED})
_REMIND_DAYS = 1
_ESCALATE_DAYS = 1


@dataclass(frozen=True, slots=True)
class Chased:
    """What one round of chasing did for one request."""

    inspection: str
    agency: str
    return_code: str
    step: str


def step_for(state: RequestState, now: datetime, due: datetime, promised_until: datetime | None) -> str | None:
    """Return the rung of the ladder that a request has reached, or None.

    `reminder` on the last working day before the deadline, `overdue` after it, `still_overdue` a working day later;
    a promised date holds back the last rung until it has passed too.
    """
    if state not in _WAITING:
        return None
    if now <= due:
        days = working_days_between(now.date(), due.date())
        return "reminder" if days <= _REMIND_DAYS and state != RequestState.REJECTED else None
    if promised_until and now <= promised_until:
        return "overdue"
    # A promise for a day before the deadline takes nothing away from it.
    late = working_days_between(max(due, promised_until or due).date(), now.date())
    return "still_overdue" if late >= _ESCALATE_DAYS else "overdue"


def chase(ref: str | None = None) -> list[Chased]:
    """Send each agency that still owes a return the notice that is due now, each once, and mark what is overdue."""
    with transaction() as session:
        query = select(Inspection.ref).where(Inspection.stage.not_in(list(ENDED)))  # type: ignore[attr-defined]
        refs = [ref] if ref else sorted(session.exec(query))
    done: list[Chased] = []
    for one in refs:
        with transaction() as session:
            done += _chase_one(session, inspection_of(session, one, lock=True))
    return done


def _chase_one(session: Session, inspection: Inspection) -> list[Chased]:
    if inspection.stage not in {Stage.RETURNS_OPEN, Stage.EVALUATIONS_OPEN}:
        return []
    done = []
    for request in session.exec(select(Request).where(Request.inspection == inspection.ref).order_by(Request.id)):
        chased = _chase_request(session, inspection, request)
        if chased:
            done.append(chased)
    return done


def _chase_request(session: Session, inspection: Inspection, request: Request) -> Chased | None:
    state = RequestState(request.state)
    promised = None
    if request.late_until:
        promised = request.due_at.astimezone(ENGLAND).replace(
            year=request.late_until.year, month=request.late_until.month, day=request.late_until.day
        )
    step = step_for(state, inspection.now().astimezone(ENGLAND), request.due_at.astimezone(ENGLAND), promised)
    if step is None:
        return None
    agency = session.get_one(Agency, request.agency_id)
    due = request.due_at.astimezone(ENGLAND)
    facts = {"return": request.return_code, "agency": agency.name, "due": f"{due:%H:%M on} {due.day} {due:%B %Y}"}
    if step != "reminder" and state in {RequestState.ISSUED, RequestState.ACKNOWLEDGED}:
        move_request(session, request, RequestState.OVERDUE, actor=_ACTOR, facts={"due": facts["due"]})
    written = write_notice(session, step, agency, once=f"{request.id}/{step}", sign_in=True, facts=facts)
    if step == "still_overdue":
        write_notice(
            session, "escalated", "manager", once=f"{request.id}/escalated", inspection=inspection.ref, facts=facts
        )
    return Chased(inspection.ref, agency.name, request.return_code, step) if written else None
