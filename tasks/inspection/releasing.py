"""Asks agencies once nothing is missing for it: at the announcement, and when something was entered about them."""

from sqlmodel import Session, select

from models.tables import Agency, Inspection, Organisation
from models.themes import Theme
from tasks.basis.holding import held_agencies, hold_or_release, wake_held
from tasks.inspection.document_items import open_documents
from tasks.inspection.taking_part import tell_others
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of


def may_ask(session: Session, inspection: Inspection, agency: Agency, theme_: Theme) -> bool:
    """Return whether an agency may be asked now; where it may, its documents are asked for, and else it is held.

    Args:
        session: the transaction in which the agency would be asked.
        inspection: with its stored timetable, its row locked.
        agency: that takes part.
        theme_: of the inspection.
    """
    if hold_or_release(session, inspection, agency, theme_).lacks:
        return False
    open_documents(session, inspection, agency, theme_)
    return True


def look_again(session: Session, inspection: Inspection) -> list[str]:
    """Release the agencies of an inspection that lack nothing any more; return their ids.

    Args:
        session: a transaction.
        inspection: whose row is locked.
    """
    query = select(Agency).where(Agency.inspection == inspection.ref, Agency.lacks != "").order_by(Agency.id)
    theme_ = theme_of(inspection)
    released = [agency for agency in session.exec(query).all() if may_ask(session, inspection, agency, theme_)]
    tell_others(session, released, theme_)
    wake_held(session, released)
    return [agency.id for agency in released]


def look_again_at(session: Session, organisation: Organisation) -> list[str]:
    """Do the same for one organisation in every live inspection that it takes part in, when something was entered."""
    released = []
    for ref in sorted({inspection.ref for inspection, _ in held_agencies(session, organisation.id)}):
        released += look_again(session, inspection_of(session, ref, lock=True))
    return released
