"""The attack finds exactly what trying every table finds."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.disclosure.attack import hidden_in, limits_of, ranges
from tasks.disclosure.tables import UNBOUNDED, Published, Relation
from tests.examples import examples
from tests.tasks.disclosure.grids import grid

_MOST = 9


def tried(published: Published) -> dict[str, tuple[int, int]]:
    """Return the range of each hidden cell of a 2 by 2 grid by trying all tables of counts up to `_MOST`."""
    inner = [f"c1:r{i}&c{j}" for i in range(2) for j in range(2)]
    seen: dict[str, list[int]] = {cell: [] for cell in hidden_in([published])}
    for counts in product(range(_MOST + 1), repeat=4):
        rows = [counts[:2], counts[2:]]
        table = {cell.id: cell.count for cell in grid(rows).cells}
        fits = all(low <= table[cell] <= high for cell in published.shown for low, high in [published.limits(cell)])
        if fits and [table[cell] for cell in inner] == list(counts):
            for cell, values in seen.items():
                values.append(table[cell])
    return {cell: (min(values), max(values)) for cell, values in seen.items()}


@pytest.mark.further
@examples(60)
@given(
    rows=st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=2, max_size=2),
    away=st.sets(st.integers(0, 7)),
    within=st.sampled_from([0, 4]),
)
def test_the_range_of_a_hidden_count_is_what_trying_every_table_gives(
    rows: list[list[int]], away: set[int], within: int
) -> None:
    table = grid(rows)
    # The whole is shown, so that no count is beyond those tried.
    cells = [cell for number, cell in enumerate(table.cells) if number in away]
    shown = {cell.id: (None if cell in cells else cell.count) for cell in table.cells}
    published = Published("grid", shown, 0, table.relations)
    if within:
        shown |= {cell.id: 5 * (cell.count // 5) for cell in table.cells if cell not in cells and cell.id != "c1:all"}
        published = Published("grid", shown, within, table.relations)
        whole = next(cell.count for cell in table.cells if cell.id == "c1:all")
        exact = Published("whole", {"c1:all": whole})
        both = ranges([published, exact])
        if whole <= _MOST:
            narrowed = {c: r for c, r in tried_with(published, whole).items() if c in both}
            assert {cell: both[cell] for cell in narrowed} == narrowed
        return
    if next(cell.count for cell in table.cells if cell.id == "c1:all") <= _MOST:
        assert ranges([published]) == tried(published)


def tried_with(published: Published, whole: int) -> dict[str, tuple[int, int]]:
    """Return the ranges by trying every table whose whole is known."""
    seen: dict[str, list[int]] = {cell: [] for cell in hidden_in([published])}
    for counts in product(range(whole + 1), repeat=4):
        if sum(counts) == whole:
            table = {cell.id: cell.count for cell in grid([counts[:2], counts[2:]]).cells}
            if all(low <= table[cell] <= high for cell in published.shown for low, high in [published.limits(cell)]):
                for cell, values in seen.items():
                    values.append(table[cell])
    return {cell: (min(values), max(values)) for cell, values in seen.items()}


def test_two_publications_together_say_more_than_each() -> None:
    parts = Relation("whole", ("a", "b"))
    first = Published("first", {"a": None, "b": None, "whole": 9}, relations=(parts,))
    second = Published("second", {"b": 7})
    assert ranges([first])["a"] == (0, 9)
    assert ranges([first, second])["a"] == (2, 2)
    assert limits_of([first, second]) == {"a": (0, UNBOUNDED), "b": (7, 7), "whole": (9, 9)}


def test_whole_numbers_narrow_what_fractions_do_not() -> None:
    # Two counts that are equal and add up to 9 would be 4.5 each: with one more child they are at least 4.
    relations = (Relation("nine", ("a", "b", "spare")), Relation("b", ("a", "none")))
    published = Published("odd", {"nine": 9, "none": 0, "spare": None, "a": None, "b": None}, relations=relations)
    assert ranges([published])["a"] == (0, 4)
    assert ranges([published])["spare"] == (1, 9)
