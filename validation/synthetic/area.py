"""Who is known to whom in a synthetic area, and the truth that builds up as its agencies type their rows."""

from collections import defaultdict

from validation.synthetic.noise import Cells
from validation.synthetic.people import Child
from validation.synthetic.rows import Clerk

FIRST_LINE = 2
_COUNCIL = 0.92
_POLICE = 0.45
_HEALTH = 0.8


class Area:
    """The children of an area and which of them each agency knows.

    Attributes:
        cohort: each child known to the council with its row of LA-DA, once that is typed.
        offenders: household -> the row of PRO-1 of the person linked to it, once that is typed.
        chosen: references of the children whom the agencies evaluate, once those are typed.
    """

    def __init__(self, clerk: Clerk, children: list[Child]) -> None:
        self.clerk = clerk
        self.children = children
        self.truth: list[tuple[str, int, int]] = []
        self.cohort: list[tuple[Child, Cells]] = []
        self.offenders: dict[int, Cells] = {}
        self.chosen: list[str] = []
        rng = clerk.rng
        self.council = [c for c in children if rng.random() < _COUNCIL]
        known = {c.number for c in self.council}
        self.police = [c for c in children if rng.random() < _POLICE or c.number not in known]
        self.health = [c for c in children if rng.random() < _HEALTH]

    def typed(self, code: str, rows: list[Cells], row: Cells, child: Child) -> None:
        """Add a row and remember whom it is about."""
        rows.append(row)
        self.truth.append((code, len(rows) + FIRST_LINE - 1, child.number))


def households(children: list[Child]) -> dict[int, list[Child]]:
    """Return the children by household."""
    found: dict[int, list[Child]] = defaultdict(list)
    for child in children:
        found[child.household].append(child)
    return found
