"""Which chosen children and which documents are under a person's restriction: what is tied to them is read by nobody.

Rows are found by number (`tasks.ledger.restricted`). What has no rows is tied to a child by its label alone: documents,
notes, forms, judgements, meetings, evaluations and lists. Whoever shows such a thing asks here first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from models.tables import DocumentVersion, PersonsPlace
from tasks.cohort.frozen import restricted_children
from tasks.cohort.versions import cohort_of, draws_of, newest_draw
from tasks.ledger.restricted import in_force
from tasks.sampling.draws import ever_chosen

RESTRICTED_CHILD = (
    "A person has restricted the use of what is recorded about this child. Nothing is recorded or shown here until 2 "
    "people lift the restriction. If a child may be in danger, report it on the page of the child."
)


@dataclass(frozen=True, slots=True)
class RestrictedCases:
    """The chosen children and documents of one inspection that restrictions in force cover.

    Attributes:
        draw: the number of the draw whose labels are in force.
        by_draw: labels of the children whose own record is restricted, by draw; a redraw gives labels anew.
        unsought: draws of whose returns some are still to be looked through: until then nothing of them is shown.
        documents: versions of documents that somebody found by hand for the person.
    """

    draw: int = 0
    by_draw: Mapping[int, frozenset[str]] = field(default_factory=dict)
    unsought: frozenset[int] = frozenset()
    documents: frozenset[str] = frozenset()

    def hides(self, label: str, draw: int | None = None) -> bool:
        """Return whether what is tied to a label is hidden.

        Args:
            label: of the child; what is tied to none is never hidden.
            draw: whose label it is; None for the draw in force, 0 where nobody said, so that any draw counts.
        """
        if not label:
            return False
        if draw == 0:
            return bool(self.unsought) or any(label in labels for labels in self.by_draw.values())
        number = self.draw if draw is None else draw
        return number in self.unsought or label in self.by_draw.get(number, frozenset())

    @property
    def labels(self) -> frozenset[str]:
        """Return the labels in force that are hidden, as far as they are known."""
        return self.by_draw.get(self.draw, frozenset())


NO_CASES = RestrictedCases()
"""No restriction covers a chosen child or a document."""


def restricted_cases(session: Session, ref: str) -> RestrictedCases:
    """Return the chosen children and the documents of an inspection that restrictions in force cover."""
    restrictions = in_force(session, ref)
    if not restrictions:
        return NO_CASES
    by_draw, unsought = {}, set()
    for drawn in draws_of(session, ref):
        children = restricted_children(session, cohort_of(session, drawn))
        if children is None:
            unsought.add(drawn.version)
        elif children:
            chosen = ever_chosen(session, drawn)
            by_draw[drawn.version] = frozenset(row.label for row in chosen if row.child in children)
    newest = newest_draw(session, ref)
    documents = documents_of(session, ref, [each.request_id for each in restrictions])
    return RestrictedCases(newest.version if newest else 0, by_draw, frozenset(unsought), documents)


def documents_of(session: Session, ref: str, requests: list[str]) -> frozenset[str]:
    """Return the versions of documents of an inspection that somebody found by hand for the persons of requests."""
    query = select(DocumentVersion.id).join(PersonsPlace, col(PersonsPlace.version) == DocumentVersion.id)
    query = query.where(DocumentVersion.inspection == ref, col(PersonsPlace.request_id).in_(requests))
    return frozenset(session.exec(query))
