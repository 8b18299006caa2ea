"""What of an inspection is destroyed: as the ledger has it, and as the vault's tombstones say of an older ledger."""

from sqlmodel import Session, col, select

from models.retention import RecordClass
from models.states import DestructionState
from models.tables import Destruction
from tasks.retention import keys


def destroyed_classes(session: Session, ref: str) -> frozenset[RecordClass]:
    """Return the classes of an inspection that are destroyed, whichever of ledger and tombstones says so.

    A ledger that was restored from an older backup knows of no destruction; the tombstones lie outside it.
    """
    return _gone(session, ref, DestructionState.DONE)


def refusing_classes(session: Session, ref: str) -> frozenset[RecordClass]:
    """Return the classes that nobody may open any more: what is destroyed, and what two people have confirmed."""
    return _gone(session, ref, DestructionState.CONFIRMED, DestructionState.DONE)


def _gone(session: Session, ref: str, *states: DestructionState) -> frozenset[RecordClass]:
    query = select(Destruction.record_class).where(Destruction.inspection == ref, col(Destruction.state).in_(states))
    return frozenset(RecordClass(kind) for kind in session.exec(query)) | keys.destroyed(ref)
