"""Which rows of returns are under a person's restriction (UK GDPR Article 18): they stay, and nobody reads them.

Whoever shows, lists or links rows asks here first. They open for a reason of Article 18(2) alone, which is recorded.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.refusals import Refusal
from models.states import WhyRestricted
from models.tables import PersonsRestriction
from tasks.ledger import audit

RESTRICTED = "Restricted"
"""What stands where a cell of a restricted row would stand."""

OPENED = "restricted.read"

WHY_RESTRICTED = {
    WhyRestricted.CLAIMS: "To establish, exercise or defend a legal claim",
    WhyRestricted.PROTECTION: "To protect another person, such as a child in danger",
    WhyRestricted.INTEREST: "For a reason of important public interest, which the lead inspector has agreed",
}
"""Why restricted rows may be opened all the same (Article 18(2)), as people read it."""


def why_restricted(text: str) -> WhyRestricted | None:
    """Return the reason that a form gives; None where it gives none of the list."""
    return WhyRestricted(text) if text in set(WhyRestricted) else None


class RestrictedError(Refusal):
    """What is asked for would show or hand out rows whose use a person has restricted."""


@dataclass(frozen=True, slots=True)
class CoveredRows:
    """The rows of one inspection that restrictions in force cover.

    Attributes:
        rows: version, sheet and row of each.
        own: those of them that are the person's own record as a child.
        sought: the versions in which the rows of all restrictions were looked for; None where none is in force.
    """

    rows: frozenset[tuple[str, str, int]] = frozenset()
    own: frozenset[tuple[str, str, int]] = frozenset()
    sought: frozenset[str] | None = None

    def is_closed(self, version: str) -> bool:
        """Return whether nothing of a version is shown, because nobody has looked for a person's rows in it yet."""
        return self.sought is not None and version not in self.sought

    def hides(self, version: str, sheet: str, row: int) -> bool:
        """Return whether a row is hidden."""
        return self.is_closed(version) or (version, sheet, row) in self.rows

    def hidden(self, version: str, sheet: str, rows: Iterable[int]) -> frozenset[int]:
        """Return those of some rows of a sheet that are hidden."""
        return frozenset(row for row in rows if self.hides(version, sheet, row))

    def hides_of(self, version: str) -> bool:
        """Return whether anything of a version is hidden."""
        return self.is_closed(version) or any(place[0] == version for place in self.rows)


NOT_COVERED = CoveredRows()
"""No restriction is in force."""


def in_force(session: Session, ref: str) -> list[PersonsRestriction]:
    """Return the restrictions of an inspection that are in force, by id."""
    query = select(PersonsRestriction).where(PersonsRestriction.inspection == ref)
    query = query.where(col(PersonsRestriction.lifted_at).is_(None))
    return list(session.exec(query.order_by(PersonsRestriction.id)))


def covered_rows(session: Session, ref: str) -> CoveredRows:
    """Return the rows of an inspection that restrictions in force cover."""
    restrictions = in_force(session, ref)
    if not restrictions:
        return NOT_COVERED
    rows = [place for each in restrictions for place in each.places]
    places = frozenset((version, sheet, int(row)) for version, sheet, row, _ in rows)
    own = frozenset((version, sheet, int(row)) for version, sheet, row, whose in rows if whose)
    return CoveredRows(places, own, frozenset.intersection(*(frozenset(each.sought) for each in restrictions)))


def record_opening_of(session: Session, ref: str, why: WhyRestricted, subject: str, *, by: str) -> None:
    """Record that somebody opened what has no rows, such as a document: one entry for each restriction in force.

    Args:
        session: the transaction in which it is read.
        ref: the inspection.
        why: the reason.
        subject: what, by reference.
        by: who, as the audit names them.
    """
    for restriction in in_force(session, ref):
        facts = {"reason": why.value, "rows": 0, "of": subject}
        audit.append(session, ref, actor=by, action=OPENED, subject=restriction.id, facts=facts)


def record_opening(
    session: Session, ref: str, places: Iterable[tuple[str, str, int]], why: WhyRestricted, subject: str, *, by: str
) -> None:
    """Record that somebody opened restricted rows: one entry for each restriction, with the reason.

    Args:
        session: the transaction in which they are read.
        ref: the inspection.
        places: version, sheet and row of what was opened.
        why: the reason.
        subject: on which page, by reference.
        by: who, as the audit names them.
    """
    opened = set(places)
    for restriction in in_force(session, ref):
        covered = {(version, sheet, int(row)) for version, sheet, row, _ in restriction.places}
        rows = sum(place in covered or place[0] not in restriction.sought for place in opened)
        if rows:
            facts = {"reason": why.value, "rows": rows, "of": subject}
            audit.append(session, ref, actor=by, action=OPENED, subject=restriction.id, facts=facts)
