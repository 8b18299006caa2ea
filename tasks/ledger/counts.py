"""Counts of what happened, by name and label, kept in the ledger's database so that no restart forgets them."""

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from models.tables import Tally
from tasks.ground.database import transaction

LEASE_LOST = "lease_lost"
RETRIED = "work_retried"
DEAD = "work_dead"
SWEEP = "sweep_found"


def count(session: Session, name: str, label: str, by: int = 1) -> None:
    """Add to a count, in the transaction of what is counted."""
    if by:
        # Added by the database, so that two at once are both counted.
        row = insert(Tally).values(name=name, label=label, number=by)
        more = {"number": Tally.number + row.excluded.number}
        session.execute(row.on_conflict_do_update(index_elements=["name", "label"], set_=more))


def counted(name: str, label: str, by: int = 1) -> None:
    """Add to a count in a transaction of its own."""
    with transaction() as session:
        count(session, name, label, by)


def tallies(session: Session, name: str) -> dict[str, int]:
    """Return label -> number of one count."""
    return {row.label: row.number for row in session.exec(select(Tally).where(Tally.name == name))}
