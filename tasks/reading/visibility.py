"""Whose records an inspector sees: the theme says so for each inspectorate, and by default it is everybody's."""

from dataclasses import dataclass

from sqlmodel import Session

from models.ids import agency_kind
from models.tables import Inspection, Organisation, Person
from models.themes import Theme, theme


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of the team who opens what was collected.

    Attributes:
        by: how the audit names them.
        kinds: the kinds of agency whose records they see; None for all.
    """

    by: str
    kinds: frozenset[str] | None = None

    def sees(self, agency_id: str) -> bool:
        """Return whether this reader sees the records of an agency."""
        return self.kinds is None or agency_kind(agency_id) in self.kinds


def kinds_seen(theme_: Theme, inspectorate: str) -> frozenset[str] | None:
    """Return the kinds of agency whose records people of an inspectorate see; None where the theme narrows nothing."""
    kinds = theme_.sees.get(inspectorate)
    return None if kinds is None else frozenset(kinds)


def reader_of(session: Session, ref: str, person: str, by: str) -> Reader:
    """Return how somebody of an inspection's team reads what was collected.

    Args:
        session: of the ledger.
        ref: the inspection.
        person: their reference.
        by: how the audit names them.
    """
    entered = session.get(Person, person)
    body = session.get(Organisation, entered.organisation_id) if entered and entered.organisation_id else None
    theme_ = theme(session.get_one(Inspection, ref).theme_id)
    return Reader(by, kinds_seen(theme_, body.name) if body else None)
