"""Destroys what two people confirmed, a class of record or a file that was sent in error; leaves its certificate."""

from models.ids import VersionSubject
from models.retention import CLASS_LABELS, RecordClass
from models.tables import Destruction, Inspection, WrongFile
from tasks.ground.database import transaction
from tasks.ledger.work import Claim, finish
from tasks.retention.erasing import carry_out
from tasks.wrong_files import erasing


def destruction_name(claimed: Claim) -> str:
    """Return what people call a destruction: area, and class of record or file."""
    with transaction() as session:
        identity = VersionSubject.parse(claimed.subject).ref
        file = session.get(WrongFile, identity)
        if file is not None:
            return f"{session.get_one(Inspection, file.inspection).area_name} - {file.name}, sent in error"
        row = session.get_one(Destruction, identity)
        area = session.get_one(Inspection, row.inspection).area_name
        return f"{area} - {CLASS_LABELS[RecordClass(row.record_class)]}"


def destroy(claimed: Claim) -> str:
    """Do whatever is left of a destruction; safe to repeat, for each step is recorded by itself."""
    identity = VersionSubject.parse(claimed.subject).ref
    with transaction() as session:
        is_file = session.get(WrongFile, identity) is not None
    outcome = erasing.carry_out(identity) if is_file else carry_out(identity)
    with transaction() as session:
        finish(session, claimed)
    return outcome
