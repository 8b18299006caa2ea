"""Rows that are no rows, as exports and people leave them: one error for each cause, at its line, and no row lost."""

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


@pytest.mark.parametrize(
    "kinds", [("varchar(20)", "int", "datetime"), ("String", "Int64", "Date"), ("nvarchar(max)", "bit")]
)
def test_the_types_of_the_columns_are_one_error(kinds: tuple[str, ...]) -> None:
    types = ",".join(f'"{kinds[n % len(kinds)]}"' for n in range(_WIDTH))
    outcome = _check(_HEAD, types, *_BODY)
    assert _errors(outcome) == [("FILE.no_row", 2)]


@pytest.mark.parametrize(
    "footer",
    [
        ("Report run by A Clerk on 01/11/2026 09:12",),
        ("Total", "276"),
        ("(12 rows affected)",),
        ("", "End of report"),
        ("Grand total", "12"),
        ("Page 1 of 1",),
    ],
)
@pytest.mark.parametrize("blank", [0, 1, 3])
def test_a_footer_or_total_is_one_error_at_its_line(footer: tuple[str, ...], blank: int) -> None:
    outcome = _check(_HEAD, *_BODY, *[""] * blank, _alone(*footer))
    assert _errors(outcome) == [("FILE.no_row", 2 + _ROWS + blank)]
    assert (outcome.rows, outcome.queries) == (_ROWS, 0)


def test_formulas_that_were_filled_down_are_one_error_for_the_block() -> None:
    down = _alone("", "", "", "", "E06000038")
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
