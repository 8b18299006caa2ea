"""Who is known to whom in a synthetic area, and the truth that builds up as its agencies type their rows."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from validation.synthetic.hard import harder
from validation.synthetic.noise import Cells
from validation.synthetic.people import Child
from validation.synthetic.rows import Clerk

FIRST_LINE = 2
_COUNCIL = 0.92
_POLICE = 0.45
_HEALTH = 0.8


@dataclass(frozen=True)
class Incident:
    """An incident at which a child was.

    Attributes:
        reference: of the police.
        reported: when it was reported.
        notified: the day on which the council was notified; None where it was not.
    """

    reference: str
    reported: datetime
    notified: date | None


class SyntheticArea:
    """The children of an area and which of them each agency knows.

    Attributes:
        cohort: each child known to the council with its row of LA-DA, once that is typed.
        offenders: household -> the row of PRO-1 of the person linked to it, once that is typed.
        incidents: number of a child -> its incidents in POL-1, the earliest first, once the first lists agree.
        police_contacts: number of a child -> the days on which the police told the council of it.
        hidden: the children who were hidden from the council on purpose.
        chosen: references of the children whom the agencies evaluate, once those are typed.
    """

    def __init__(self, clerk: Clerk, children: list[Child], hidden: int | None = None, *, hard: bool = False) -> None:
        self.clerk = clerk
        self.children = children
        self.truth: list[tuple[str, int, int]] = []
        self.cohort: list[tuple[Child, Cells]] = []
        self.offenders: dict[int, Cells] = {}
        self.incidents: dict[int, list[Incident]] = {}
        self.police_contacts: dict[int, tuple[date, ...]] = {}
        self.chosen: list[str] = []
        rng = clerk.rng
        self.council = [c for c in children if rng.random() < _COUNCIL]
        in_council = {c.number for c in self.council}
        # Whom the council does not know, somebody must, or no list would name the child.
        self.police = [c for c in children if rng.random() < _POLICE or c.number not in in_council]
        self.health = [c for c in children if rng.random() < _HEALTH]
        self.hidden: list[Child] = []
        self._hard = clerk.again("hard") if hard else None
        if hidden is not None:
            self._hide(hidden)

    def _hide(self, count: int) -> None:
        """Hide so many children from the council and nobody else; police, health or both know each of them."""
        # From chance of its own: hiding more children must not change anybody else's records.
        chosen = self.clerk.again("hidden").sample(self.children, count)
        numbers = {child.number for child in chosen}
        # By turns: 0 for the police alone, 1 for health alone, 2 for both.
        seen = {child.number: place % 3 for place, child in enumerate(chosen)}
        self.hidden = [c for c in self.children if c.number in numbers]
        self.council = [c for c in self.children if c.number not in numbers]
        self.police = _children_listed(self.children, self.police, {n for n, who in seen.items() if who != 1}, numbers)
        self.health = _children_listed(self.children, self.health, {n for n, who in seen.items() if who != 0}, numbers)

    def typed(self, code: str, rows: list[Cells], row: Cells, child: Child) -> None:
        """Add a row and remember whom it is about."""
        if self._hard is not None:
            row |= harder(row, child, self._hard)
        rows.append(row)
        self.truth.append((code, len(rows) + FIRST_LINE - 1, child.number))


def _children_listed(children: list[Child], before: list[Child], more: set[int], decided: set[int]) -> list[Child]:
    """Return who is known: those of `more`, and those known before of whom nothing was decided."""
    kept = {child.number for child in before} - decided | more
    return [child for child in children if child.number in kept]


def households(children: list[Child]) -> dict[int, list[Child]]:
    """Return the children by household."""
    by_household: dict[int, list[Child]] = defaultdict(list)
    for child in children:
        by_household[child.household].append(child)
    return by_household
