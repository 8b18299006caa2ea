"""Counts rounded to multiples of 5 so that rounded parts add up to their rounded whole: controlled rounding."""

from collections.abc import Mapping, Sequence

from tasks.disclosure.solver import Choice, least_cost
from tasks.disclosure.tables import BASE, Cell, Relation

WITHIN = BASE - 1
"""A count may go to either of the multiples around it, so that a rounded number is at most so far from the truth."""
_APART = 1_000
"""What it costs where a whole and its parts cannot agree: more than any rounding."""


def rounded(
    cells: Mapping[str, Cell], relations: Sequence[Relation], fixed: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Return each offered count as one of the multiples of 5 around it, wholes and parts agreeing wherever they can.

    Args:
        cells: by id.
        relations: between them.
        fixed: cell -> how it was rounded before, which stays: two roundings of one count would narrow it.
    """
    offered = {name: cell for name, cell in cells.items() if cell.offered}
    floors = {name: cell.count // BASE for name, cell in offered.items()}
    free = {name for name, cell in offered.items() if cell.count % BASE}
    for name, number in (fixed or {}).items():
        # A count that has changed since is another count, and free again.
        if name in free and abs(number - offered[name].count) <= WITHIN:
            floors[name] = number // BASE
            free.discard(name)
    # To go up costs what is added; to stay costs what is taken away.
    costs = {name: BASE - 2 * (offered[name].count % BASE) for name in sorted(free)}
    choices = [_choice(relation, floors, free) for relation in relations if relation.whole in offered]
    up = least_cost(costs, choices, apart=_APART)
    return {name: BASE * (floors[name] + (name in up)) for name in offered}


def _choice(relation: Relation, floors: Mapping[str, int], free: set[str]) -> Choice:
    parts = [part for part in relation.parts if part in floors]
    signs = {relation.whole: 1.0, **dict.fromkeys(parts, -1.0)}
    fixed = floors[relation.whole] - sum(floors[part] for part in parts)
    # With a part that nobody shows, the others are only not more than the whole.
    complete = relation.complete and len(parts) == len(relation.parts)
    return Choice({name: sign for name, sign in signs.items() if name in free}, -fixed, complete)
