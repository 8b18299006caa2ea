"""Closes, cancels, defers and reopens an inspection, as a person decides."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from models.actors import inspectorate
from models.england import ENGLAND
from models.ids import once_key
from models.lifecycle import ENDED, SETTLED, IllegalMoveError, RequestState, Stage, at_stage
from models.refusals import Refusal
from models.states import DocumentState
from models.tables import ActionPlan, Agency, Complaint, DocumentItem, Inspection, Request, TimetableStep
from models.timetable import add_working_days, deadline, working_days_between
from models.words import plural
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.moves import move_request, move_stage
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.people.notices import write_notice


class Ending(StrEnum):
    """How an inspection can end or pause."""

    CLOSE = "close"
    CANCEL = "cancel"
    DEFER = "defer"
    REOPEN = "reopen"


class EndReason(StrEnum):
    """Why an inspection ends or pauses; a reason from the list, because free words could name a child."""

    STATEMENT_READ = "The written statement was read"
    NO_STATEMENT = "No written statement is needed"
    AREA_ASKED = "The area asked for it and the inspectorates agreed"
    EMERGENCY = "An emergency in the area"
    MADE_IN_ERROR = "The announcement was made in error"
    READY_AGAIN = "The reason for the pause is over"


_STAGE_FOR = {Ending.CLOSE: Stage.CLOSED, Ending.CANCEL: Stage.CANCELLED, Ending.DEFER: Stage.DEFERRED}
_NOTICE_FOR = {
    Ending.CLOSE: "closed",
    Ending.CANCEL: "cancelled",
    Ending.DEFER: "deferred",
    Ending.REOPEN: "reopened",
}


class StandingError(Refusal):
    """The change cannot be made; the sentence says why."""


def end(ref: str, ending: Ending, reason: EndReason, *, by: str) -> Stage:
    """Close, cancel, defer or reopen an inspection, tell everybody who takes part, and return its stage.

    What an end closes, every door asks for itself (`tasks.people.access`): links, sessions and tokens of a closed or
    cancelled inspection let nobody in from the moment of this change. A pause ends at the stage at which it began, and
    each date that was still to come moves by as many working days as it lasted.

    Raises:
        UnknownInspectionError: no such inspection.
        IllegalMoveError: the lifecycle has no such transition now.
        StandingError: it is to be closed, and its plan is still followed or a complaint stands in the way.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if ending is Ending.CLOSE:
            _check_complaints(session, inspection)
            _check_plan(session, ref)
        facts: dict[str, Any] = {"reason": reason.name.lower()}
        stage = _STAGE_FOR.get(ending) or inspection.paused_from or Stage.RETURNS_OPEN
        if ending is Ending.DEFER:
            paused = {"paused_from": inspection.stage, "paused_on": inspection.today()}
        elif ending is Ending.REOPEN and inspection.stage != Stage.DEFERRED:
            raise IllegalMoveError(f"The inspection {ref} is {at_stage(inspection.stage)} and is not paused.")
        else:
            paused = {"paused_from": None, "paused_on": None}
            facts |= _moved_on(session, inspection) if ending is Ending.REOPEN else {}
        if stage in ENDED:
            # By its own clock, which is not that of the entry: periods of retention count from this day.
            facts["day"] = inspection.today().isoformat()
        move_stage(session, inspection, stage, actor=inspectorate(by), facts=facts)
        for name, value in paused.items():
            setattr(inspection, name, value)
        if ending is Ending.CANCEL:
            _withdraw(session, ref, reason, by=by)
        _tell(session, inspection, ending, facts.get("working_days", 0))
        return stage


def _check_complaints(session: Session, inspection: Inspection) -> None:
    """Refuse to close what a complaint keeps open.

    Raises:
        StandingError: a complaint waits for its decision, or the inspection is incomplete.
    """
    waiting = select(Complaint.id).where(Complaint.inspection == inspection.ref, col(Complaint.outcome).is_(None))
    if session.exec(waiting).first() is not None:
        raise StandingError("A complaint about this inspection waits for a decision. Decide it on the portal first.")
    if inspection.incomplete_at is not None:
        raise StandingError(
            "This inspection is incomplete: additional evidence is gathered. Replace its letter, then close it."
        )


def _check_plan(session: Session, ref: str) -> None:
    """Refuse to close an inspection whose plan is still followed: nobody could come in to say how far it is (L12).

    Raises:
        StandingError: a plan was sent and is not closed.
    """
    plan = session.get(ActionPlan, ref)
    if plan is not None and plan.version and plan.closed_at is None:
        raise StandingError(
            "The plan that answers the letter is still followed. The lead inspector closes it on its page, then the "
            "inspection can be closed."
        )


def _withdraw(session: Session, ref: str, reason: EndReason, *, by: str) -> None:
    """Withdraw every request and document that is still open: nobody owes anything once it is cancelled."""
    still_open = select(Request).where(Request.inspection == ref, col(Request.state).not_in(SETTLED))
    for request in session.exec(still_open.order_by(Request.id).with_for_update()).all():
        facts = {"reason": reason.name.lower()}
        move_request(session, request, RequestState.WITHDRAWN, actor=inspectorate(by), facts=facts)
    owed = select(DocumentItem).where(DocumentItem.inspection == ref, DocumentItem.state == DocumentState.ASKED)
    items = session.exec(owed.with_for_update()).all()
    for item in items:
        item.state = DocumentState.WITHDRAWN
        session.add(item)
    if items:
        number: dict[str, Any] = {"reason": reason.name.lower(), "items": len(items)}
        audit.append(session, ref, actor=inspectorate(by), action="documents.withdrawn", subject=ref, facts=number)


def later(day: date, paused_on: date, working_days: int) -> date:
    """Return where a date stands after a pause: what was past when it began stays, what was to come moves."""
    return add_working_days(day, working_days) if day >= paused_on and working_days > 0 else day


def _moved_on(session: Session, inspection: Inspection) -> dict[str, Any]:
    """Move the dates that were to come when a pause began, and return by how many working days."""
    if inspection.paused_on is None:
        return {}
    paused_on, lasted = inspection.paused_on, working_days_between(inspection.paused_on, inspection.today())
    for step in session.exec(select(TimetableStep).where(TimetableStep.inspection == inspection.ref)).all():
        moved = later(step.day, paused_on, lasted)
        if moved != step.day:
            step.day_before, step.day = step.day, moved
            step.working_day += lasted
            step.explain += f" Moved by {plural(lasted, 'working day')} because the inspection was paused."
            session.add(step)
    owed = select(Request).where(Request.inspection == inspection.ref, col(Request.state).not_in(SETTLED))
    for request in session.exec(owed).all():
        day = request.due_at.astimezone(ENGLAND).date()
        moved = later(day, paused_on, lasted)
        if moved != day:
            request.due_at = deadline(theme_of(inspection), moved)
            session.add(request)
    items = select(DocumentItem).where(DocumentItem.inspection == inspection.ref)
    waits = col(DocumentItem.state).in_((DocumentState.ASKED, DocumentState.OFFERED))
    for item in session.exec(items.where(waits)).all():
        day = item.due_at.astimezone(ENGLAND).date()
        item.due_at = deadline(theme_of(inspection), later(day, paused_on, lasted))
        session.add(item)
    return {"paused_on": paused_on.isoformat(), "working_days": lasted}


def _tell(session: Session, inspection: Inspection, ending: Ending, working_days: int) -> None:
    """Tell every agency, the team, the quality assurer, the programme managers and oversight."""
    kind, ref = _NOTICE_FOR[ending], inspection.ref
    # A pause may come again, and each one is told.
    once = once_key(ref, kind, inspection.today().isoformat())
    facts = {"working_days": working_days}
    way_in = ending in (Ending.DEFER, Ending.REOPEN)
    for agency in session.exec(select(Agency).where(Agency.inspection == ref).order_by(Agency.id)).all():
        own = once_key(agency.id, kind, inspection.today().isoformat())
        write_notice(session, kind, agency, once=own, sign_in=way_in, way_in=way_in, facts=facts)
    for role in ("inspector", "assurer", "manager", "oversight"):
        write_notice(session, kind, role, once=once_key(once, role), inspection=ref, way_in=way_in, facts=facts)
