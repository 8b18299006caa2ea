"""Anchors a chain at a stage that its inspection has reached, and once a day whichever has moved on."""

from models.ids import VersionSubject
from models.tables import Inspection
from models.words import count
from tasks.ground.database import transaction
from tasks.ledger.anchors import anchor, keep_commitment, newest_anchor, unanchored
from tasks.ledger.work import Claim, finish
from tasks.people.witnessing import ask_to_witness


def anchor_name(claimed: Claim) -> str:
    """Return what people call the work: the area, and how far its record has come."""
    with transaction() as session:
        area = session.get_one(Inspection, claimed.inspection).area_name
    return f"{area} - record, entry {VersionSubject.parse(claimed.subject).number}"


def anchor_owed(claimed: Claim) -> str:
    """Anchor the chain of an inspection as far as it has come, unless a later entry is anchored; safe to repeat."""
    owed = VersionSubject.parse(claimed.subject)
    keep_commitment(owed.ref)
    with transaction() as session:
        newest = newest_anchor(session, owed.ref)
    if newest is None or newest.number < owed.number:
        newest = anchor(owed.ref) or newest
    with transaction() as session:
        finish(session, claimed)
        if newest:
            ask_to_witness(session, owed.ref, newest.number)
    return f"entry {newest.number}, digest {newest.hash[:12]}" if newest else "nothing to anchor"


def chains_due() -> list[str]:
    """Return the chains that have moved on and have no anchor of the last day."""
    with transaction() as session:
        return unanchored(session)


def anchor_due(ref: str) -> str:
    """Anchor a chain that is due, and return in words how far it has come; safe to repeat."""
    made = anchor(ref)
    return f"{count(made.number, 'entry', 'entries')}, digest {made.hash[:12]}" if made else "anchored already"
