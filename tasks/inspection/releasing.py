"""Looks again at agencies whose requests are held: they go out once nothing is missing."""

from sqlmodel import Session, select

from models.tables import Agency, Inspection, Organisation
from tasks.basis.holding import held_agencies, hold_or_release, wake_held
from tasks.inspection.taking_part import tell_others
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of


def look_again(session: Session, inspection: Inspection) -> list[str]:
    """Release the agencies of an inspection that lack nothing any more; return their ids.

    Args:
        session: a transaction.
        inspection: whose row is locked.
    """
    query = select(Agency).where(Agency.inspection == inspection.ref, Agency.lacks != "").order_by(Agency.id)
    theme_ = theme_of(inspection)
    released = [
        agency for agency in session.exec(query).all() if not hold_or_release(session, inspection, agency, theme_).lacks
    ]
    tell_others(session, released, theme_)
    wake_held(session, released)
    return [agency.id for agency in released]


def look_again_at(session: Session, organisation: Organisation) -> list[str]:
    """Do the same for one organisation in every live inspection that it takes part in, when something was entered."""
    released = []
    for ref in sorted({inspection.ref for inspection, _ in held_agencies(session, organisation.id)}):
        released += look_again(session, inspection_of(session, ref, lock=True))
    return released
