"""Rounded parts add up to their rounded whole, and what was rounded before is rounded so again."""

from hypothesis import given

from tasks.disclosure.protecting import protect
from tasks.disclosure.rounding import WITHIN, rounded
from tasks.disclosure.tables import BASE, Cell, Method, Publication, Relation
from tests.examples import examples
from tests.tasks.disclosure.grids import SMALL, grid


@examples(200)
@given(rows=SMALL)
def test_rounded_parts_of_a_grid_add_up(rows: list[list[int]]) -> None:
    table = grid(rows)
    numbers = rounded({cell.id: cell for cell in table.cells}, table.relations)
    for relation in table.relations:
        assert numbers[relation.whole] == sum(numbers[part] for part in relation.parts)
    assert all(number % BASE == 0 for number in numbers.values())
    assert all(abs(numbers[cell.id] - cell.count) <= WITHIN for cell in table.cells)
    assert all(numbers[cell.id] == cell.count for cell in table.cells if cell.count % BASE == 0)


def test_a_part_is_rounded_to_no_more_than_its_whole() -> None:
    cells = {"part": Cell("part", 3), "whole": Cell("whole", 6)}
    numbers = rounded(cells, (Relation("whole", ("part",), complete=False),))
    assert numbers["part"] <= numbers["whole"]


def test_the_nearest_multiple_is_taken_where_nothing_stands_against_it() -> None:
    cells = {str(count): Cell(str(count), count) for count in range(11)}
    assert rounded(cells, ()) == {
        "0": 0,
        "1": 0,
        "2": 0,
        "3": 5,
        "4": 5,
        "5": 5,
        "6": 5,
        "7": 5,
        "8": 10,
        "9": 10,
        "10": 10,
    }


def test_a_count_is_rounded_as_it_was_before() -> None:
    table = grid([[12, 13], [30, 41]])
    first = protect(Publication("first", Method.ROUND, (table,)))
    alone = Publication("second", Method.ROUND, (table.__class__("alone", (Cell("c1:r0&c1", 13),)),))
    assert protect(alone, [first.published]).shown["c1:r0&c1"] == first.shown["c1:r0&c1"]
