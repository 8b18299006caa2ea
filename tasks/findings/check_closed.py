"""Says whether the check of facts is closed while its stage still stands."""

from sqlmodel import Session

from models.events import Owed
from models.ids import LetterSubject
from models.states import LetterStatus
from tasks.ledger.work import is_underway


def is_check_closed(session: Session, ref: str) -> bool:
    """Return whether the check of facts is closed though the stage, which moves with the next letter, stands there."""
    return is_underway(session, Owed.COMPILE_LETTER, str(LetterSubject(ref, LetterStatus.PRE_PUBLICATION, 1)))
