"""The cheapest cells to withhold so that no hidden count is narrowed: secondary suppression, proven cut by cut.

A choice of cells is made that meets every condition known so far, and attacked. Each count that the attack narrows
gives a condition by the duals of its two linear programs (Fischetti and Salazar, 2000), until the attack finds nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor

from tasks.disclosure.attack import range_of, system_of
from tasks.disclosure.solver import Choice, Extreme, Form, System, cheapest
from tasks.disclosure.tables import VALUES, Range, Relation

_NEAR = 1e-6
_ROUNDS = 40
"""After so many choices the cheapest is no longer looked for: what was chosen stays, and more is added to it."""


@dataclass(frozen=True, slots=True)
class ProtectedCount:
    """A count, or a difference of two, that must keep its values.

    Attributes:
        form: what it adds up.
        only_if: the candidate that must be withheld for this to matter; empty where it always does.
    """

    form: Form
    only_if: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What may be withheld, and what must not be narrowed.

    Attributes:
        shown: cell -> its limits where every candidate is shown; the order of its cells is that of all results.
        withheld: cell -> its limits where it is withheld.
        relations: between the cells.
        weights: candidate -> what it costs to withhold it.
        targets: what must keep its values.
    """

    shown: Mapping[str, Range]
    withheld: Mapping[str, Range]
    relations: Sequence[Relation]
    weights: Mapping[str, int]
    targets: Sequence[ProtectedCount]


@dataclass(slots=True)
class _Search:
    question: Question
    covers: list[Choice] = field(default_factory=list)
    needs: dict[int, int] = field(default_factory=dict)

    def need(self, number: int) -> int:
        """Return how wide the range of a target must be: `VALUES` values, or what it has where nothing is shown."""
        if number not in self.needs:
            system = system_of(self.question.withheld, self.question.relations)
            least, most = range_of(system, self.question.targets[number].form)
            self.needs[number] = min(VALUES - 1, most - least)
        return self.needs[number]


def to_withhold(question: Question) -> frozenset[str]:
    """Return the candidates to withhold: the cheapest choice by which every target keeps its values."""
    search, chosen = _Search(question), frozenset[str]()
    system = system_of(question.shown, question.relations)
    # After the rounds each turn withholds at least one more, so that it ends: at worst with everything withheld.
    for turn in range(_ROUNDS + len(question.weights) + 1):
        system.limit(_limits(question, chosen))
        narrowed = list(_narrowed(search, system, chosen))
        if not narrowed:
            return chosen
        search.covers += narrowed
        chosen = cheapest(question.weights, search.covers) if turn < _ROUNDS else _added(question, chosen, narrowed)
    return frozenset(question.weights)


def _limits(question: Question, chosen: frozenset[str]) -> dict[str, Range]:
    return {cell: question.withheld[cell] if cell in chosen else limits for cell, limits in question.shown.items()}


def _added(question: Question, chosen: frozenset[str], covers: Sequence[Choice]) -> frozenset[str]:
    """Return a choice with the cheapest cells of each cover that it does not meet."""
    for cover in covers:
        more = sorted((question.weights[cell], cell) for cell, value in cover.numbers.items() if value > 0)
        for _, cell in more:
            if sum(value for name, value in cover.numbers.items() if name in chosen) >= cover.total - _NEAR:
                break
            chosen |= {cell}
    return chosen


class _Spread:
    """The least and greatest value that each cell had in any table that fits, so that most need no question."""

    def __init__(self, cells: Sequence[str]) -> None:
        self._place = {cell: place for place, cell in enumerate(cells)}
        self._tables: list[Sequence[float]] = []

    def add(self, extreme: Extreme) -> None:
        if extreme.whole:
            self._tables.append(extreme.counts)

    def width(self, form: Form) -> float:
        values = [sum(n * table[self._place[cell]] for cell, n in form.items()) for table in self._tables]
        return max(values) - min(values) if values else 0.0


def _narrowed(search: _Search, system: System, chosen: frozenset[str]) -> Iterator[Choice]:
    """Yield what a choice must meet, for each target that an attack on this one narrows."""
    spread = _Spread(system.cells)
    for number, target in enumerate(search.question.targets):
        # Most targets are seen to be wide enough by tables that other questions brought; only others are attacked.
        if (target.only_if and target.only_if not in chosen) or spread.width(target.form) >= VALUES - 1 - _NEAR:
            continue
        up, down = (system.greatest(form) for form in (target.form, _less(target.form)))
        spread.add(up)
        spread.add(down)
        if floor(up.value + _NEAR) - ceil(-down.value - _NEAR) < VALUES - 1:
            yield from _cover(search, number, chosen, (up, down))
        # At fractions the range looks wider than counts of children allow.
        elif not (up.whole and down.whole) and _width(system, target.form) < VALUES - 1:
            yield from _another(search, number, chosen, _width(system, target.form))


def _less(form: Form) -> Form:
    return {cell: -number for cell, number in form.items()}


def _width(system: System, form: Form) -> int:
    least, most = range_of(system, form)
    return most - least


def _cover(search: _Search, number: int, chosen: frozenset[str], extremes: Sequence[Extreme]) -> Iterator[Choice]:
    question, need = search.question, search.need(number)
    width = floor(extremes[0].value + _NEAR) - ceil(-extremes[1].value - _NEAR)
    if width >= need:
        return
    base, gains = 0.0, dict[str, float]()
    for extreme in extremes:
        for cell, reduced in extreme.reduced.items():
            shown, hidden = (_side(reduced, limits[cell]) for limits in (question.shown, question.withheld))
            base += shown
            if cell in question.weights and hidden > shown:
                gains[cell] = gains.get(cell, 0.0) + hidden - shown
    own = question.targets[number].only_if
    lack = need - base - (gains.pop(own, 0.0) if own else 0.0)
    numbers = {cell: 1.0 if gain >= lack - _NEAR else round(gain / lack, 9) for cell, gain in sorted(gains.items())}
    if lack <= _NEAR or not any(cell not in chosen for cell in numbers):
        # Whole numbers alone are narrowed, which no dual says.
        yield from _another(search, number, chosen, width)
        return
    yield Choice({**numbers, own: -1.0}, 0.0) if own else Choice(numbers, 1.0)


def _side(reduced: float, limits: Range) -> float:
    return reduced * limits[1] if reduced > 0 else reduced * limits[0]


def _another(search: _Search, number: int, chosen: frozenset[str], width: int) -> Iterator[Choice]:
    """Yield that something must be withheld on top of what is: withholding less never widens a range."""
    own = search.question.targets[number].only_if
    if width < search.need(number):
        # Weaker than a cut by duals, but never wrong.
        others = {cell: 1.0 for cell in search.question.weights if cell not in chosen}
        yield Choice({**others, own: -1.0}, 0.0) if own else Choice(others, 1.0)
