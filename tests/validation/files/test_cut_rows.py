"""A row that breaks off is told once, at the first cell that it lacks, and not again for each of its blank cells."""

from io import BytesIO

import pytest
import xlsxwriter

from tests.validation.rows import CONTEXT, csv_of
from validation.contract.outcome import Options, Outcome
from validation.engine.checking import check_file
from validation.files.readers.grid import letter
from validation.returns import CONTRACTS

_POL = CONTRACTS["POL-1"]
_ROWS = 12
_HEAD, *_BODY = csv_of(_POL.main, [{"child_seq": str(n)} for n in range(1, _ROWS + 1)]).splitlines()
_WIDTH = len(_POL.main.names)
# All that every row needs of the police stands in the first columns but for the last of these.
_CUT_AT = 10


def _check(data: bytes) -> Outcome:
    return check_file(data, _POL, CONTEXT, Options(everything=True))


def _cut(line: str, cells: int = _CUT_AT) -> str:
    return ",".join(line.split(",")[:cells])


def _errors(outcome: Outcome) -> list[tuple[str, str | None]]:
    return [(f.rule, f.cell) for f in outcome.findings if f.severity == "error"]


@pytest.mark.parametrize("number", [0, 5, _ROWS - 1])
def test_a_line_that_was_cut_off_is_one_error(number: int) -> None:
    lines = [_HEAD, *_BODY]
    lines[number + 1] = _cut(lines[number + 1])
    outcome = _check("\n".join(lines).encode())
    assert _errors(outcome) == [("FILE.cut_row", f"{letter(_CUT_AT)}{number + 2}")]
    assert outcome.rows == _ROWS


def test_a_row_of_a_workbook_that_breaks_off_is_one_error_too() -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet(_POL.main.name)
        for number, line in enumerate([_HEAD, *_BODY]):
            cells = line.split(",")
            sheet.write_row(number, 0, [cell or None for cell in (cells[:_CUT_AT] if number == 5 else cells)])
    assert _errors(_check(out.getvalue())) == [("FILE.cut_row", f"{letter(_CUT_AT)}6")]


def test_what_else_is_wrong_in_such_a_row_is_told_still() -> None:
    lines = [_HEAD, *_BODY]
    cells = lines[3].split(",")[:_CUT_AT]
    cells[_POL.main.names.index("child_seq")] = "second"
    lines[3] = ",".join(cells)
    assert {rule for rule, _ in _errors(_check("\n".join(lines).encode()))} == {"FILE.cut_row", "POL-1.child_seq.type"}


def test_columns_that_many_rows_leave_blank_are_told_by_column() -> None:
    lines = [_HEAD, *(_cut(line) if n % 2 else line for n, line in enumerate(_BODY))]
    rules = {rule for rule, _ in _errors(_check("\n".join(lines).encode()))}
    assert "FILE.cut_row" not in rules
    assert any(rule.endswith(".required") for rule in rules)


def test_blank_cells_at_the_end_that_no_row_needs_are_nothing() -> None:
    last = max(_POL.main.names.index(c.name) for c in _POL.main.columns if c.required == "yes")
    lines = [_HEAD, *_BODY]
    lines[4] = _cut(lines[4], last + 1)
    assert last + 1 < _WIDTH
    assert "FILE.cut_row" not in {rule for rule, _ in _errors(_check("\n".join(lines).encode()))}
