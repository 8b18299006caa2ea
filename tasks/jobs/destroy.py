"""Destroys one class of record that two people confirmed, and leaves its certificate."""

from models.ids import VersionSubject
from models.retention import CLASS_LABELS, RecordClass
from models.tables import Destruction, Inspection
from tasks.ground.database import transaction
from tasks.ledger.work import Claim, finish
from tasks.retention.erasing import carry_out


def destruction_name(claimed: Claim) -> str:
    """Return what people call a destruction: area and class of record."""
    with transaction() as session:
        row = session.get_one(Destruction, VersionSubject.parse(claimed.subject).ref)
        area = session.get_one(Inspection, row.inspection).area_name
        return f"{area} - {CLASS_LABELS[RecordClass(row.record_class)]}"


def destroy(claimed: Claim) -> str:
    """Do whatever is left of a destruction; safe to repeat, for each step is recorded by itself."""
    outcome = carry_out(VersionSubject.parse(claimed.subject).ref)
    with transaction() as session:
        finish(session, claimed)
    return outcome
