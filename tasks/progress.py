"""Moves inspections on when their day comes: fieldwork begins and ends by the stored timetable."""

from datetime import date

from sqlmodel import Session, select

from models.events import Event, Owed
from models.lifecycle import ENDED, SETTLED, RequestState, Stage
from models.tables import Inspection, Request, TimetableStep
from tasks.announce import ENGLAND
from tasks.database import transaction
from tasks.ledger import inspection_of, move_stage, owe, tell
from tasks.notices import write_notice
from tasks.returns import EVALUATION

_ACTOR = "system: sweep"


def day_of(session: Session, ref: str, step: str) -> date:
    """Return the stored date of a step."""
    return session.get_one(TimetableStep, (ref, step)).day


def live_inspections() -> list[str]:
    """Return the references of all inspections that have not ended, sorted."""
    with transaction() as session:
        query = select(Inspection.ref).where(Inspection.stage.not_in(list(ENDED)))  # type: ignore[attr-defined]
        return sorted(session.exec(query))


def move_on(ref: str) -> list[str]:
    """Do what the date alone decides for one inspection; return what was done, in words."""
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        today = inspection.now().astimezone(ENGLAND).date()
        if inspection.stage == Stage.EVALUATIONS_OPEN and today >= day_of(session, ref, "fieldwork_start"):
            return _start_fieldwork(session, inspection)
        if inspection.stage == Stage.FIELDWORK and today > day_of(session, ref, "fieldwork_end"):
            move_stage(session, inspection, Stage.FINDINGS_DRAFTING, actor=_ACTOR)
            tell(session, Event.FIELDWORK_ENDED, ref, ref)
            owe(session, Owed.COMPILE_LETTER, f"{ref}/draft/1", ref)
            return ["fieldwork ended"]
    return []


def _start_fieldwork(session: Session, inspection: Inspection) -> list[str]:
    query = select(Request).where(Request.inspection == inspection.ref, Request.return_code == EVALUATION)
    missing = [one.id for one in session.exec(query) if RequestState(one.state) not in SETTLED]
    move_stage(session, inspection, Stage.FIELDWORK, actor=_ACTOR, facts={"evaluations_missing": missing})
    tell(session, Event.FIELDWORK_STARTED, inspection.ref, inspection.ref)
    write_notice(
        session,
        "fieldwork",
        "inspector",
        once=f"{inspection.ref}/fieldwork",
        inspection=inspection.ref,
        sign_in=True,
    )
    return ["fieldwork started"]
