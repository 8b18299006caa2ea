"""A report lists each cell, but once what was filled down or written so in a whole column; its counts stay exact."""

import pytest

from tests.validation.rows import CONTEXT, csv_of
from validation.contract.outcome import Options, Outcome
from validation.engine.checking import check_file
from validation.returns import CONTRACTS

_LA = CONTRACTS["LA-DA"]
_ROWS, _MANY = 12, 25


def _check(column: str, cells: dict[int, str], options: Options | None = None, rows: int = _ROWS) -> Outcome:
    """Check a return of which some rows, counted from 1, hold something else in a column."""
    table: list[dict[str, str | None]] = [
        {"la_child_id": f"CH{n}", "nhs_number": None, "upn": None} | ({column: cells[n]} if n in cells else {})
        for n in range(1, rows + 1)
    ]
    return check_file(csv_of(_LA.main, table).encode(), _LA, CONTEXT, options)


def _listed(outcome: Outcome, rule: str) -> list[tuple[int | None, str]]:
    return [(f.row, f.message.partition(". ")[0]) for f in outcome.findings if f.rule == rule]


@pytest.mark.parametrize(
    ("column", "cell", "rule", "letter"),
    [
        ("sex", "Q", "LA-DA.sex.code", "G"),
        ("date_of_birth", "14/03/20", "LA-DA.date_of_birth.type", "E"),
        ("nhs_number", "9434765919", "LA-DA.nhs_number.unique", "B"),
        ("allocated_team", "#REF!", "FILE.error_value", "T"),
    ],
)
def test_what_was_filled_down_three_cells_is_listed_once_and_counted_in_full(
    column: str, cell: str, rule: str, letter: str
) -> None:
    outcome = _check(column, dict.fromkeys((4, 5, 6), cell))
    assert _listed(outcome, rule) == [(5, f"This is so in the 3 cells {letter}5 to {letter}7")]
    assert outcome.by_rule[rule] == 3
    every = _check(column, dict.fromkeys((4, 5, 6), cell), Options(everything=True))
    assert [row for row, _ in _listed(every, rule)] == [5, 6, 7]


@pytest.mark.parametrize("cells", [{4: "Q", 5: "Q"}, {4: "Q", 5: "R", 6: "S"}, {4: "Q", 6: "Q", 8: "Q"}])
def test_cells_that_were_not_filled_down_are_listed_each(cells: dict[int, str]) -> None:
    assert [row for row, _ in _listed(_check("sex", cells), "LA-DA.sex.code")] == [n + 1 for n in cells]


def test_a_column_of_which_every_cell_is_wrong_is_listed_once() -> None:
    cells = {n: f"{n:02}/03/20" for n in range(1, _MANY + 1)}
    assert _listed(_check("date_of_birth", cells, rows=_MANY), "LA-DA.date_of_birth.type") == [
        (2, f"This is so in {_MANY} cells of the column, from here down")
    ]


def test_rows_that_lack_a_value_are_listed_each() -> None:
    outcome = _check("sex", dict.fromkeys((4, 5, 6), ""))
    assert [row for row, _ in _listed(outcome, "LA-DA.sex.required")] == [5, 6, 7]
