"""Two people decide on a destruction that is due; what they confirm is owed from then on."""

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.events import Event, Owed
from models.ids import VersionSubject
from models.refusals import Refusal
from models.retention import CLASS_LABELS, RecordClass
from models.states import DestructionState
from models.tables import Destruction, Inspection, Work
from models.tables.base import utc_now
from models.words import plural
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import owe
from tasks.retention.holding import held_by, standing_of


class DestructionError(Refusal):
    """A destruction cannot be decided; the sentence says why."""


class NoDestructionError(DestructionError):
    """No destruction has this id."""

    def __init__(self) -> None:
        super().__init__("There is no such destruction. Open the inspection's page Retention and choose one there.")


def destruction_of(session: Session, identity: str, ref: str = "") -> Destruction:
    """Return a destruction; of one inspection where that is named.

    Raises:
        NoDestructionError: there is none.
    """
    row = session.get(Destruction, identity)
    if row is None or (ref and row.inspection != ref):
        raise NoDestructionError
    return row


def confirm_destruction(identity: str, *, by: str, second: str) -> Destruction:
    """Record that two people confirmed a destruction; from the commit on nobody opens what it covers.

    Raises:
        NoDestructionError: there is none.
        DestructionError: it is confirmed already, or something holds it now.
    """
    with transaction() as session:
        row = destruction_of(session, identity)
        inspection = inspection_of(session, row.inspection, lock=True)
        # Read again: while this waited for the lock, two others may have confirmed it.
        session.refresh(row, with_for_update=True)
        if row.state != DestructionState.PROPOSED:
            raise DestructionError("This destruction is confirmed already.")
        # Asked again: weeks may lie between the proposal and this, and a hold between the two people.
        if holding := held_by(standing_of(session, inspection), RecordClass(row.record_class)):
            raise DestructionError(f"Nothing of this can be destroyed now. {holding[0].why}")
        row.state, row.asked_by, row.confirmed_by = DestructionState.CONFIRMED, by, second
        row.confirmed_at = utc_now()
        session.add(row)
        facts = {"class": RecordClass(row.record_class).value, "second": second}
        audit.append(session, row.inspection, actor=by, action="destruction.confirmed", subject=identity, facts=facts)
        owe_destruction(session, row)
        return row


def owe_destruction(session: Session, row: Destruction) -> None:
    """Owe what was confirmed: what was halted before is owed again, beside the work that was done."""
    query = select(func.count()).where(Work.kind == Owed.DESTROY, col(Work.subject).startswith(f"{row.id}/"))
    owe(session, Owed.DESTROY, str(VersionSubject(row.id, session.exec(query).one() + 1)), row.inspection)
    tell(session, Event.DESTRUCTION_CONFIRMED, row.inspection, row.id)


def asks_to_destroy(session: Session, identity: str) -> str:
    """Return what is asked for, without a full stop."""
    row = session.get(Destruction, identity)
    if row is None:
        return f"Destroy {identity}"
    area = session.get_one(Inspection, row.inspection).area_name
    what = CLASS_LABELS[RecordClass(row.record_class)]
    objects = plural(int(row.counts.get("objects", 0)), "object")
    return f"Destroy for good, of the inspection of {area}: {what[:1].lower()}{what[1:]}, {objects}"
