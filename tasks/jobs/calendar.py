"""Moves inspections on when their day comes: fieldwork begins and ends by the stored timetable."""

from sqlmodel import Session, select

from models.england import ENGLAND
from models.events import Event, Owed
from models.ids import LetterSubject, once_key
from models.lifecycle import SETTLED, Stage
from models.returns import EVALUATION
from models.states import LetterStatus
from models.tables import Inspection, Request
from tasks.ground.database import transaction
from tasks.inspection.days import day_of
from tasks.ledger.moves import move_stage
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import owe
from tasks.people.notices import write_notice

_ACTOR = "system: sweep"


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
            owe(session, Owed.COMPILE_LETTER, str(LetterSubject(ref, LetterStatus.DRAFT, 1)), ref)
            return ["fieldwork ended"]
    return []


def _start_fieldwork(session: Session, inspection: Inspection) -> list[str]:
    query = select(Request).where(Request.inspection == inspection.ref, Request.return_code == EVALUATION)
    missing = [one.id for one in session.exec(query) if one.state not in SETTLED]
    move_stage(session, inspection, Stage.FIELDWORK, actor=_ACTOR, facts={"evaluations_missing": missing})
    tell(session, Event.FIELDWORK_STARTED, inspection.ref, inspection.ref)
    write_notice(
        session,
        "fieldwork",
        "inspector",
        once=once_key(inspection.ref, "fieldwork"),
        inspection=inspection.ref,
        sign_in=True,
    )
    return ["fieldwork started"]
