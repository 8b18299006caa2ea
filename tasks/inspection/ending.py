"""What a person changes about an inspection itself: its end, its recipients' addresses, a rehearsal's clock."""

from enum import StrEnum

from models.actors import inspectorate
from models.lifecycle import Stage
from models.refusals import Refusal
from tasks.ground.database import transaction
from tasks.ledger.moves import move_stage
from tasks.ledger.rows import inspection_of


class Ending(StrEnum):
    """How an inspection can end or pause."""

    CLOSE = "close"
    CANCEL = "cancel"
    DEFER = "defer"
    REOPEN = "reopen"


class EndReason(StrEnum):
    """Why; a listed reason, because free text could name a child."""

    STATEMENT_READ = "The written statement was read"
    NO_STATEMENT = "No written statement is needed"
    AREA_ASKED = "The area asked for it and the inspectorates agreed"
    EMERGENCY = "An emergency in the area"
    MADE_IN_ERROR = "The announcement was made in error"
    READY_AGAIN = "The reason for the pause is over"


_STAGE_FOR = {
    Ending.CLOSE: Stage.CLOSED,
    Ending.CANCEL: Stage.CANCELLED,
    Ending.DEFER: Stage.DEFERRED,
    Ending.REOPEN: Stage.RETURNS_OPEN,
}


class StandingError(Refusal):
    """The change cannot be made; the message says why."""


def end(ref: str, ending: Ending, reason: EndReason, *, by: str) -> Stage:
    """Close, cancel, defer or reopen an inspection, and return its stage.

    Raises:
        UnknownInspectionError: no such inspection.
        IllegalMoveError: the lifecycle has no such transition now.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        facts = {"reason": reason.name.lower()}
        move_stage(session, inspection, _STAGE_FOR[ending], actor=inspectorate(by), facts=facts)
        return _STAGE_FOR[ending]
