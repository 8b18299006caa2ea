"""Destroys one file as it came, once a copy without what was not asked for stands for it; leaves its certificate."""

from models.ids import VersionSubject
from models.tables import Inspection, ReducedFile
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import Claim, finish, put_off
from tasks.retention.sent_files import LOOKED_AT_AGAIN, carry_out_file, why_kept


def file_name(claimed: Claim) -> str:
    """Return what people call the destruction of a file: its area, and the beginning of the file's digest."""
    with transaction() as session:
        area = session.get_one(Inspection, claimed.inspection).area_name
        row = session.get(ReducedFile, VersionSubject.parse(claimed.subject).ref)
        return f"{area} - file {row.sha256[:12]}" if row else f"{area} - a file"


def destroy_file(claimed: Claim) -> str:
    """Do whatever is left of the destruction of a file; safe to repeat, for each step is recorded by itself.

    What is held, or still owed a check, stays whole and is looked at again an hour later.

    Raises:
        CopyMissingError: the copy is damaged or gone; the file stays.
        LeaseLostError: another worker has taken over.
    """
    identity = VersionSubject.parse(claimed.subject).ref
    with transaction() as session:
        inspection_of(session, claimed.inspection, lock=True)
        row = session.get(ReducedFile, identity)
        if row is not None and (why := why_kept(session, row)):
            put_off(session, claimed, utc_now() + LOOKED_AT_AGAIN)
            return f"kept: {why}"
    outcome = carry_out_file(identity)
    with transaction() as session:
        finish(session, claimed)
    return outcome
