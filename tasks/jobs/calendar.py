"""Moves inspections on when their day comes: returns close, and fieldwork begins and ends by the stored timetable."""

from sqlmodel import select

from models.england import ENGLAND
from models.events import Event, Owed
from models.ids import LetterSubject, once_key
from models.lifecycle import SETTLED, Stage
from models.returns import EVALUATION
from models.states import LetterStatus
from models.tables import Request
from models.words import plural
from tasks.ground.database import transaction
from tasks.inspection.days import day_of
from tasks.inspection.releasing import look_again
from tasks.jobs.ask_again import ask_again_when_due
from tasks.ledger.moves import move_stage
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import owe
from tasks.people.notices import write_notice
from tasks.plans.following import follow
from tasks.plans.standing import OPEN_AT
from tasks.returns.closing import close_if_complete

_ACTOR = "system: sweep"


def move_on(ref: str) -> list[str]:
    """Do what the date alone decides for one inspection; return what was done, in words."""
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        today = inspection.now().astimezone(ENGLAND).date()
        if released := look_again(session, inspection):
            return [f"requests to {plural(len(released), 'agency', 'agencies')} are held no longer"]
        # What was asked for where it is held is waited for until its day, and nothing may come on that day.
        if inspection.stage == Stage.RETURNS_OPEN and close_if_complete(session, inspection, actor=_ACTOR):
            return ["returns closed"]
        if inspection.stage == Stage.EVALUATIONS_OPEN and today >= day_of(session, ref, "fieldwork_start"):
            query = select(Request).where(Request.inspection == ref, Request.return_code == EVALUATION)
            # Fieldwork begins on its day whatever is missing; the audit says what was.
            missing = [request.id for request in session.exec(query) if request.state not in SETTLED]
            move_stage(session, inspection, Stage.FIELDWORK, actor=_ACTOR, facts={"evaluations_missing": missing})
            tell(session, Event.FIELDWORK_STARTED, ref, ref)
            once = once_key(ref, "fieldwork")
            facts = {"missing": len(missing)}
            write_notice(session, "fieldwork", "inspector", once=once, inspection=ref, sign_in=True, facts=facts)
            return ["fieldwork started"]
        # Its last day is a day of fieldwork: the letter is owed from the next one.
        if inspection.stage == Stage.FIELDWORK and today > day_of(session, ref, "fieldwork_end"):
            move_stage(session, inspection, Stage.FINDINGS_DRAFTING, actor=_ACTOR)
            tell(session, Event.FIELDWORK_ENDED, ref, ref)
            owe(session, Owed.COMPILE_LETTER, str(LetterSubject(ref, LetterStatus.DRAFT, 1)), ref)
            return ["fieldwork ended"]
        if inspection.stage not in OPEN_AT:
            return []
    return [*follow(ref), *ask_again_when_due(ref)]
