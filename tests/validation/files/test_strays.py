"""Rows that are no rows, as exports and people leave them: one error for each cause, at its line, and no row lost."""

from collections.abc import Callable

import pytest

from tests.validation.rows import CONTEXT, csv_of
from validation.contract.outcome import Options, Outcome
from validation.engine.checking import check_file
from validation.returns import CONTRACTS

_POL = CONTRACTS["POL-1"]
_WIDTH = len(_POL.main.names)
_ROWS = 12
_GOOD = csv_of(_POL.main, [{"child_seq": str(n)} for n in range(1, _ROWS + 1)]).splitlines()
_HEAD, _BODY = _GOOD[0], _GOOD[1:]


def _check(*lines: str) -> Outcome:
    return check_file("\n".join(lines).encode() + b"\n", _POL, CONTEXT, Options(everything=True))


def _errors(outcome: Outcome) -> list[tuple[str, int | None]]:
    return [(f.rule, f.row) for f in outcome.findings if f.severity == "error"]


def _alone(*cells: str) -> str:
    return ",".join([*cells, *[""] * (_WIDTH - len(cells))])


@pytest.mark.parametrize(
    "line",
    [
        _HEAD,
        f"\ufeff{_HEAD}",
        _HEAD.upper(),
        _HEAD.replace("_", " "),
        ",".join(f'"{name}"' for name in _HEAD.split(",")),
    ],
)
def test_headers_that_stand_there_again_are_one_error(line: str) -> None:
    outcome = _check(_HEAD, *_BODY[:5], line, *_BODY[5:])
    assert _errors(outcome) == [("FILE.second_header", 7)]
    assert outcome.rows == _ROWS


@pytest.mark.parametrize("sign", ["-", "=", "_", "*"])
def test_a_ruled_line_under_the_headers_is_one_error(sign: str) -> None:
    ruled = ",".join(sign * len(name) for name in _HEAD.split(","))
    outcome = _check(_HEAD, ruled, *_BODY)
    assert _errors(outcome) == [("FILE.no_row", 2)]
    assert outcome.rows == _ROWS


_DATED = tuple("date" in name for name in _HEAD.split(","))


@pytest.mark.parametrize(
    "cells",
    [
        [("varchar(20)", "int", "datetime")[n % 3] for n in range(_WIDTH)],
        [("String", "Int64", "Date")[n % 3] for n in range(_WIDTH)],
        [("nvarchar(max)", "bit")[n % 2] for n in range(_WIDTH)],
        ["dd/mm/yyyy" if dated else "text" for dated in _DATED],
        ["DD-MON-YYYY" if dated else "A20" for dated in _DATED],
        [str(n) for n in range(1, _WIDTH + 1)],
        [f"({n})" for n in range(1, _WIDTH + 1)],
        [chr(ord("A") + n % 26) for n in range(_WIDTH)],
        ["Mandatory" if n < 9 else "Optional" for n in range(_WIDTH)],
        ["M" if n % 2 else "O" for n in range(_WIDTH)],
        [f"See note {n} of the guidance" for n in range(_WIDTH)],
        [f"e.g. {cell}" for cell in _BODY[0].split(",")],
    ],
)
def test_a_row_under_the_headers_that_says_what_columns_hold_is_one_error(cells: list[str]) -> None:
    under = ",".join(cells)
    assert _errors(_check(_HEAD, under, *_BODY)) == [("FILE.no_row", 2)]
    twice = _check(_HEAD, under, under, *_BODY)
    assert (_errors(twice), twice.rows) == ([("FILE.no_row", 2), ("FILE.no_row", 3)], _ROWS)


def test_a_first_row_with_a_few_wrong_cells_is_a_row_and_so_is_a_file_of_wrong_rows() -> None:
    spoiled = _BODY[0].replace("/2025", "/25")
    assert "FILE.no_row" not in _check(_HEAD, spoiled, *_BODY[1:]).by_rule
    numbers = ",".join(str(n) for n in range(1, _WIDTH + 1))
    assert "FILE.no_row" not in _check(_HEAD, *[numbers] * 6).by_rule


def _reordered(lines: list[str], order: list[int]) -> list[str]:
    return [",".join(line.split(",")[n] for n in order) for line in lines]


_SWAPPED = [1, 0, *range(2, _WIDTH)]


@pytest.mark.parametrize(
    "order", [_SWAPPED, list(reversed(range(_WIDTH))), [*range(5), *range(6, _WIDTH), 5], list(range(1, _WIDTH))]
)
@pytest.mark.parametrize("spelled", [str, str.upper, lambda text: text.replace("_", " ")])
def test_a_file_that_was_joined_on_with_other_columns_ends_the_rows_and_is_one_error(
    order: list[int], spelled: Callable[[str], str]
) -> None:
    (head, *rows) = _reordered([spelled(_HEAD), *_BODY[5:]], order)
    outcome = _check(_HEAD, *_BODY[:5], head, *rows)
    assert _errors(outcome) == [("FILE.second_header", 7)]
    assert "in row 1" in outcome.findings[0].message
    assert (outcome.rows, outcome.reckoned[0].left_out) == (5, _ROWS - 4)
    assert outcome.verdict == "rejected"


def test_what_stands_below_other_headers_is_not_looked_at() -> None:
    below = _reordered([_HEAD, "#REF!" + _BODY[6][_BODY[6].index(",") :], _BODY[7] + ",surplus"], _SWAPPED)
    assert _errors(_check(_HEAD, *_BODY[:5], *below)) == [("FILE.second_header", 7)]


def test_the_headers_of_another_return_right_below_the_rows_are_a_second_table() -> None:
    other = CONTRACTS["LA-DA"].main
    head, row = csv_of(other, [{}]).splitlines()
    outcome = _check(_HEAD, *_BODY, head, row)
    assert _errors(outcome) == [("FILE.second_table", 2 + _ROWS)]
    assert outcome.rows == _ROWS


@pytest.mark.parametrize(
    "footer",
    [
        ("Report run by A Clerk on 01/11/2026 09:12",),
        ("Total", "276"),
        ("(12 rows affected)",),
        ("", "End of report"),
        ("Grand total", "12"),
        ("Page 1 of 1",),
        ("", "", "Count", "12", "", "", "3"),
    ],
)
@pytest.mark.parametrize("blank", [0, 1, 3])
def test_a_footer_or_total_is_one_error_at_its_line(footer: tuple[str, ...], blank: int) -> None:
    outcome = _check(_HEAD, *_BODY, *[""] * blank, _alone(*footer))
    assert _errors(outcome) == [("FILE.no_row", 2 + _ROWS + blank)]
    assert (outcome.rows, outcome.queries) == (_ROWS, 0)


@pytest.mark.parametrize("cells", [("", "", "", "", "E06000038"), ("", "1", "00/01/1900", "", "", "0")])
def test_formulas_that_were_filled_down_are_one_error_for_the_block(cells: tuple[str, ...]) -> None:
    down = _alone(*cells)
    outcome = _check(_HEAD, *_BODY, *[down] * 30)
    assert _errors(outcome) == [("FILE.no_row", 2 + _ROWS)]
    assert f"Rows {2 + _ROWS} to {31 + _ROWS}" in outcome.findings[0].message
    assert outcome.rows == _ROWS


def test_a_list_of_which_every_row_is_all_but_blank_is_not_left_out() -> None:
    outcome = _check(_HEAD, *[_alone(f"432500{n}") for n in range(5)])
    assert outcome.rows == 5
    assert "FILE.no_row" not in outcome.by_rule


def test_l14_lines_left_out_are_counted() -> None:
    outcome = _check(_HEAD, *_BODY, "", _alone("Total", "12"))
    (reckoned,) = outcome.reckoned
    assert (reckoned.lines, reckoned.rows, reckoned.blank, reckoned.left_out) == (_ROWS + 3, _ROWS, 1, 1)
