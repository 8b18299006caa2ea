"""The cheapest choice is found: no cheaper choice of cells keeps every range."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tasks.disclosure.attack import ranges
from tasks.disclosure.protecting import protect
from tasks.disclosure.tables import VALUES, Method, Publication, Published
from tasks.disclosure.withholding import ProtectedCount, Question, to_withhold
from tests.examples import examples
from tests.tasks.disclosure.grids import grid


@examples(60)
@given(st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=2, max_size=2))
def test_no_fewer_cells_would_do(rows: list[list[int]]) -> None:
    table = grid(rows)
    shown = protect(Publication("grid", Method.WITHHOLD, (table,))).shown
    away = [name for name, number in shown.items() if number is None]
    small = {cell.id for cell in table.cells if cell.small}
    others = [cell.id for cell in table.cells if cell.id not in small and cell.count]
    # By numbers of cells alone: weights make totals dearer than groups.
    cost = sum(cell.weight for cell in table.cells if cell.id in away and cell.id not in small)
    weights = {cell.id: cell.weight for cell in table.cells}
    for count in range(len(others) + 1):
        for chosen in combinations(others, count):
            if sum(weights[cell] for cell in chosen) >= cost:
                continue
            hidden = small.union(chosen)
            numbers = {cell.id: None if cell.id in hidden else cell.count for cell in table.cells}
            attacked = ranges([Published("grid", numbers, relations=table.relations, least=1)])
            assert any(most - least + 1 < VALUES for least, most in attacked.values())


def test_nothing_is_withheld_where_nothing_is_to_be_kept() -> None:
    assert to_withhold(Question({"a": (7, 7)}, {"a": (0, 99)}, (), {"a": 1}, ())) == frozenset()


def test_a_range_that_nothing_can_widen_asks_for_nothing() -> None:
    narrow = Question(
        {"a": (1, 2), "b": (7, 7)}, {"a": (1, 2), "b": (0, 99)}, (), {"b": 1}, (ProtectedCount({"a": 1}),)
    )
    assert to_withhold(narrow) == frozenset()
