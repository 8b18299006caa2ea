"""Whose records an inspector sees: what the theme gives their inspectorate, or less where the lead says so."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, select

from models.ids import agency_kind
from models.lifecycle import ENDED, at_stage
from models.refusals import Refusal
from models.states import WhyRestricted
from models.tables import Inspection, Narrowing, Organisation, Person
from models.themes import Theme
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of

NARROWED = "visibility.narrowed"
CHILD_READ = "child.read"
"""Somebody opened the page of a chosen child, which shows rows of several agencies."""

ROWS_OF = "rows_of"
"""The fact of such an entry that says, by reference, of which agencies rows were shown."""


class SightRefusedError(Refusal):
    """What an inspectorate sees cannot be changed so; the message says why."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of the team who opens what was collected.

    Attributes:
        by: how the audit names them.
        kinds: the kinds of agency whose records they see; None for all.
        opens: why they open rows whose use a person has restricted; None where they do not.
    """

    by: str
    kinds: frozenset[str] | None = None
    opens: WhyRestricted | None = None

    def sees(self, agency_id: str) -> bool:
        """Return whether this reader sees the records of an agency."""
        return self.kinds is None or agency_kind(agency_id) in self.kinds


def kinds_seen(theme_: Theme, inspectorate: str) -> frozenset[str] | None:
    """Return the kinds of agency whose records people of an inspectorate see; None where the theme narrows nothing."""
    kinds = theme_.sees.get(inspectorate)
    return None if kinds is None else frozenset(kinds)


def kinds_in(session: Session, ref: str, theme_: Theme, inspectorate: str) -> frozenset[str] | None:
    """Return the kinds of agency whose records an inspectorate sees in one inspection; None where nothing narrows it.

    Args:
        session: of the ledger.
        ref: the inspection.
        theme_: of the inspection; its lead inspector narrows what it lets be seen, and never widens it.
        inspectorate: by its name.
    """
    by_theme = kinds_seen(theme_, inspectorate)
    decided = session.get(Narrowing, (ref, inspectorate))
    if decided is None:
        return by_theme
    seen = frozenset(decided.kinds) if by_theme is None else by_theme & frozenset(decided.kinds)
    # Whoever sees every agency that takes part is narrowed by nothing.
    return None if seen >= set(theme_.in_scope) else seen


def reader_of(
    session: Session, ref: str, person: str, by: str, *, inspectorate: str = "", opens: WhyRestricted | None = None
) -> Reader:
    """Return how somebody of an inspection's team reads what was collected.

    Args:
        session: of the ledger.
        ref: the inspection.
        person: their reference.
        by: how the audit names them.
        inspectorate: as whose inspector the lead looks at a page; empty for the person's own.
        opens: why they open what a person has restricted.
    """
    body = inspectorate or _body_of(session, person)
    theme_ = theme_of(session.get_one(Inspection, ref))
    return Reader(by, kinds_in(session, ref, theme_, body) if body else None, opens)


def _body_of(session: Session, person: str) -> str:
    """Return the name of the organisation that a person is of; empty where they are of none."""
    entered = session.get(Person, person)
    body = session.get(Organisation, entered.organisation_id) if entered and entered.organisation_id else None
    return body.name if body else ""


def sight(session: Session, ref: str) -> dict[str, frozenset[str]]:
    """Return for each inspectorate of an inspection the kinds of agency whose records its people see."""
    theme_ = theme_of(session.get_one(Inspection, ref))
    everything = frozenset(theme_.in_scope)
    seen = {name: kinds_in(session, ref, theme_, name) for name in theme_.inspectorates}
    return {name: everything if kinds is None else kinds for name, kinds in seen.items()}


def decisions_on_sight(session: Session, ref: str) -> list[Narrowing]:
    """Return what the lead inspector decided, by inspectorate."""
    query = select(Narrowing).where(Narrowing.inspection == ref).order_by(Narrowing.inspectorate)
    return list(session.exec(query))


def narrow(session: Session, ref: str, inspectorate: str, kinds: Collection[str], *, by: str) -> None:
    """Decide whose records people of an inspectorate see from now on; the audit records it.

    Args:
        session: of the ledger.
        ref: the inspection.
        inspectorate: by its name.
        kinds: of agency; all that the theme lets the inspectorate see take an earlier decision back.
        by: how the audit names who decides.

    Raises:
        UnknownInspectionError: no such inspection.
        SightRefusedError: the inspection has ended, or the theme does not let the inspectorate see so.
    """
    inspection = inspection_of(session, ref, lock=True)
    theme_ = theme_of(inspection)
    if inspection.stage in ENDED:
        raise SightRefusedError(f"The inspection is {at_stage(inspection.stage)}, so nobody reads in it any more.")
    if inspectorate not in theme_.inspectorates:
        raise SightRefusedError("Choose an inspectorate that takes part in this inspection.")
    most = kinds_seen(theme_, inspectorate) or frozenset(theme_.in_scope)
    if not kinds or not set(kinds) <= most:
        raise SightRefusedError(f"Choose at least one kind of agency that people of {inspectorate} may see.")
    chosen = sorted(set(kinds))
    row = session.get(Narrowing, (ref, inspectorate))
    row = row or Narrowing(inspection=ref, inspectorate=inspectorate, decided_by=by, decided_at=inspection.now())
    row.kinds, row.decided_by, row.decided_at = chosen, by, inspection.now()
    session.add(row)
    audit.append(session, ref, actor=by, action=NARROWED, subject=ref, facts={"by": inspectorate, "sees": chosen})
