"""Reads the stored days of inspections, and which inspections are live."""

from datetime import date

from sqlmodel import Session, col, select

from models.lifecycle import ENDED
from models.tables import Inspection, TimetableStep
from tasks.ground.database import transaction


def day_of(session: Session, ref: str, step: str) -> date:
    """Return the stored date of a step."""
    return session.get_one(TimetableStep, (ref, step)).day


def live_inspections() -> list[str]:
    """Return the references of all inspections that have not ended, sorted."""
    with transaction() as session:
        query = select(Inspection.ref).where(col(Inspection.stage).not_in(ENDED))
        return sorted(session.exec(query))
