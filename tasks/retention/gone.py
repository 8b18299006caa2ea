"""What of an inspection is destroyed: as the ledger has it, and as the vault's tombstones say of an older ledger."""

from sqlmodel import Session, select

from models.retention import RecordClass
from models.states import DestructionState
from models.tables import Destruction
from tasks.retention import keys


def destroyed_classes(session: Session, ref: str) -> frozenset[RecordClass]:
    """Return the classes of an inspection that are destroyed, whichever of ledger and tombstones says so.

    A ledger that was restored from an older backup knows of no destruction; the tombstones lie outside it.
    """
    query = select(Destruction.record_class).where(
        Destruction.inspection == ref, Destruction.state == DestructionState.DONE
    )
    return frozenset(RecordClass(kind) for kind in session.exec(query)) | keys.destroyed(ref)


def refusing_classes(session: Session, ref: str) -> frozenset[RecordClass]:
    """Return the classes that nobody may open any more: what is destroyed, and what two people have confirmed."""
    query = select(Destruction.record_class).where(
        Destruction.inspection == ref, Destruction.state == DestructionState.CONFIRMED
    )
    return frozenset(RecordClass(kind) for kind in session.exec(query)) | destroyed_classes(session, ref)
