"""A separator that is not read is named at its line, and so is one that changes below the headers."""

import pytest

from tests.validation.rows import CONTEXT, csv_of
from validation.contract.outcome import Outcome
from validation.engine.checking import check_file
from validation.returns import CONTRACTS

_LA = CONTRACTS["LA-DA"]
_ROWS = 6
_APART: list[dict[str, str | None]] = [{"la_child_id": f"CH{n}", "nhs_number": None, "upn": None} for n in range(_ROWS)]
_CELLS = [line.split(",") for line in csv_of(_LA.main, _APART).splitlines()]


def _check(lines: list[str]) -> Outcome:
    return check_file("\n".join([*lines, ""]).encode(), _LA, CONTEXT)


def _refusal(lines: list[str]) -> tuple[int | None, str]:
    outcome = _check(lines)
    assert outcome.verdict == "unreadable", outcome.findings
    (finding,) = outcome.findings
    return finding.row, finding.message


@pytest.mark.parametrize(
    ("separator", "words"),
    [
        *((sign, f"the sign {sign}") for sign in "^~:!\u00a6\u00a7#@$"),
        *((signs, f"the signs {signs}") for signs in ("~|~", "^|^", "::", "<>", ":|")),
        ("    ", "spaces"),
        *((chr(code), f"(code {code:X})") for code in (0x1C, 0x1E, 0x1F)),
    ],
)
@pytest.mark.parametrize("above", [[], ["Children known to the council"]])
def test_a_separator_that_is_not_read_is_named_at_the_line_of_the_headers(
    separator: str, words: str, above: list[str]
) -> None:
    lines = [*above, *(separator.join(cell or "-" for cell in line) for line in _CELLS)]
    if separator < " " and above:
        lines = lines[1:]
    row, message = _refusal(lines)
    assert row == 1 + len(above) * (separator >= " ")
    assert words in message


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", ", ", "||", " ; "])
def test_separators_that_are_read_are_no_cause_for_words(separator: str) -> None:
    assert _check([separator.join(line) for line in _CELLS]).rows == _ROWS


@pytest.mark.parametrize("of_headers", [",", ";", "\t", "|"])
@pytest.mark.parametrize("of_rows", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line", [2, 4, 7])
def test_rows_with_another_separator_than_the_headers_are_one_error_at_the_first(
    of_headers: str, of_rows: str, line: int
) -> None:
    lines = [(of_rows if n >= line else of_headers).join(cells) for n, cells in enumerate(_CELLS, 1)]
    if of_rows == of_headers:
        assert _check(lines).rows == _ROWS
        return
    row, message = _refusal(lines)
    assert row == line
    assert "so no row was read" in message


@pytest.mark.parametrize("line", [2, 5])
def test_a_line_in_quotation_marks_as_a_whole_is_one_error(line: int) -> None:
    lines = [",".join(cells) for cells in _CELLS]
    lines[line - 1 :] = [f'"{text}"' for text in lines[line - 1 :]]
    assert _refusal(lines)[0] == line


def test_a_cell_with_other_separators_is_text() -> None:
    lines = [",".join(cells) for cells in _CELLS]
    lines[3] = lines[3].replace("CH2,", "CH2;a;b|c,")
    outcome = _check(lines)
    assert (outcome.verdict, outcome.rows) == ("rejected", _ROWS)
    assert [f.row for f in outcome.findings if f.rule == "ID.la_child_id.format"] == [4]
