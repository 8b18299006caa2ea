"""What leaves gives nobody away, whatever left before; what is shown is true, or within 5 of the truth."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.disclosure.attack import ranges
from tasks.disclosure.protecting import DisclosureRefusedError, protect
from tasks.disclosure.tables import VALUES, Cell, Method, Publication, Published, Relation, Table, parts_table
from tests.examples import examples
from tests.tasks.disclosure.grids import SMALL, grid

_METHODS = st.sampled_from(list(Method))


def published_as(method: Method, *tables: Table) -> Publication:
    return Publication("figures", method, tables)


@pytest.mark.further
@examples(300)
@given(rows=SMALL, method=_METHODS)
def test_every_hidden_count_keeps_4_values_and_the_truth_is_one(rows: list[list[int]], method: Method) -> None:
    publication = published_as(method, grid(rows))
    protected = protect(publication)
    attacked = ranges([protected.published])
    assert attacked == protected.ranges
    for cell, (least, most) in attacked.items():
        assert most - least + 1 >= VALUES
        assert least <= publication.cells[cell].count <= most


@examples(200)
@given(rows=SMALL, method=_METHODS)
def test_what_is_shown_is_true_or_within_5_and_never_from_1_to_4(rows: list[list[int]], method: Method) -> None:
    publication = published_as(method, grid(rows))
    for name, number in protect(publication).shown.items():
        count = publication.cells[name].count
        if number is not None and method == Method.WITHHOLD:
            assert number == count
            assert not 0 < number < 5
        if number is not None and method == Method.ROUND:
            assert number % 5 == 0
            assert abs(number - count) < 5


@examples(60)
@given(rows=SMALL, method=_METHODS, seed=st.integers(0, 9))
def test_l4_tables_in_any_order_leave_the_same_way(rows: list[list[int]], method: Method, seed: int) -> None:
    table, other = grid(rows), random.Random(seed)  # noqa: S311 - an order, no secret
    cells, relations = list(table.cells), list(table.relations)
    other.shuffle(cells)
    other.shuffle(relations)
    mixed = [replace(r, parts=tuple(other.sample(r.parts, len(r.parts)))) for r in relations]
    shuffled = Table(table.name, tuple(cells), tuple(mixed))
    first, second = (protect(published_as(method, each)) for each in (table, shuffled))
    assert first.published.as_json() == second.published.as_json()
    assert first.ranges == second.ranges


@examples(60)
@given(rows=SMALL, more=SMALL, first=_METHODS, second=_METHODS)
def test_everything_that_left_is_attacked_together(
    rows: list[list[int]], more: list[list[int]], first: Method, second: Method
) -> None:
    # Another table of the same children: its whole is the same, its groups are others.
    table = grid(rows)
    whole = next(cell for cell in table.cells if cell.id == "c1:all")
    parts = [Cell(f"c1:x{n}", min(count, whole.count)) for n, count in enumerate(more[0])]
    before = protect(published_as(first, table)).published
    others = parts_table("others", whole, parts)
    now = protect(published_as(second, others), [before])
    zeros = second == Method.WITHHOLD
    hidden = {cell.id: 0 if zeros and not cell.count else None for cell in others.cells if cell.offered}
    rests = tuple(cell.id for cell in others.cells if not cell.offered)
    nothing = Published("others", hidden, relations=others.relations, guarded=rests, least=int(zeros))
    alone = ranges([before, nothing])
    for cell, (least, most) in now.ranges.items():
        assert most - least + 1 >= min(VALUES, alone[cell][1] - alone[cell][0] + 1)


def test_a_zero_with_a_known_total_does_not_give_the_rest_away() -> None:
    shown = protect(published_as(Method.WITHHOLD, grid([[3, 0], [40, 50]]))).shown
    # 3 and 0 with their total of 3 would be known: the line's total goes, and what would give it back; the 0 stays.
    assert shown["c1:r0"] is None
    assert shown["c1:r0&c0"] is None
    assert shown["c1:r0&c1"] == 0


@examples(60)
@given(rows=SMALL)
def test_every_zero_is_shown_where_numbers_are_withheld(rows: list[list[int]]) -> None:
    publication = published_as(Method.WITHHOLD, grid(rows))
    shown = protect(publication).shown
    assert all(shown[name] == 0 for name, cell in publication.cells.items() if cell.count == 0)


def test_the_fewest_cells_go() -> None:
    shown = protect(published_as(Method.WITHHOLD, grid([[3, 20, 30], [25, 22, 35], [40, 45, 50]]))).shown
    away = {name for name, number in shown.items() if number is None}
    assert away == {"c1:r0&c0", "c1:r0&c1", "c1:r1&c0", "c1:r1&c1"}


def test_large_counts_are_all_shown() -> None:
    protected = protect(published_as(Method.WITHHOLD, grid([[10, 20], [30, 40]])))
    assert None not in protected.shown.values()
    assert protected.narrowest is None


def test_the_rest_of_a_whole_is_a_count_as_well() -> None:
    whole = Cell("all", 43, weight=10)
    shown = protect(published_as(Method.WITHHOLD, parts_table("agencies", whole, [Cell("police", 40)]))).shown
    assert shown == {"all": 43, "police": None}


def test_a_rounded_count_of_an_earlier_page_withholds_what_it_would_narrow() -> None:
    earlier = Published("page", {"a": 5}, within=4)
    relation = (Relation("whole", ("a", "b")),)
    table = Table("two", (Cell("a", 2), Cell("b", 7), Cell("whole", 9)), relation)
    protected = protect(published_as(Method.WITHHOLD, table), [earlier])
    least, most = protected.ranges["a"]
    assert most - least + 1 >= VALUES


def test_a_newer_version_of_a_count_is_not_shown_where_the_difference_is_a_child() -> None:
    before = protect(published_as(Method.WITHHOLD, grid([[10, 20, 22], [30, 40, 44], [50, 60, 66]]))).published
    newer = replace(
        published_as(Method.WITHHOLD, grid([[11, 20, 22], [30, 40, 44], [50, 60, 66]], "c2:")),
        follows=(("c2:r0&c0", "c1:r0&c0"), ("c2:r2&c2", "c1:r2&c2")),
    )
    shown = protect(newer, [before]).shown
    assert shown["c2:r0&c0"] is None
    assert shown["c2:r2&c2"] == 66


def test_what_earlier_figures_gave_away_is_narrowed_no_further_and_holds_nothing_up() -> None:
    relation = (Relation("c1:r0", ("c1:r0&c0", "c1:r0&c1")),)
    leak = Published("old letter", {"c1:r0": 9, "c1:r0&c1": 6, "c1:r0&c0": None}, relations=relation)
    protected = protect(published_as(Method.WITHHOLD, grid([[3, 6], [40, 50]])), [leak])
    assert protected.ranges["c1:r0&c0"] == (3, 3)
    assert all(most > least + 2 for cell, (least, most) in protected.ranges.items() if cell != "c1:r0&c0")


def test_figures_that_contradict_what_left_before_are_refused_with_a_sentence() -> None:
    wrong = Published("page", {"c1:r0": 400})
    with pytest.raises(DisclosureRefusedError, match="contradict what was published before"):
        protect(published_as(Method.WITHHOLD, grid([[3, 6], [40, 50]])), [wrong])


def test_two_tables_may_not_disagree_about_a_count() -> None:
    publication = published_as(Method.WITHHOLD, Table("a", (Cell("x", 6),)), Table("b", (Cell("x", 7),)))
    with pytest.raises(ValueError, match="disagree"):
        protect(publication)
