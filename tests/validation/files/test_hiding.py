"""Hidden rows and columns are read, and told with their numbers where they hold something."""

import io
from collections.abc import Sequence

import pytest
import xlsxwriter

from tests.validation.hand_made import ods, ods_row
from tests.validation.rows import CONTEXT, example_row
from validation.contract.outcome import CellFinding
from validation.engine.checking import check_file
from validation.returns import CONTRACTS

_LA = CONTRACTS["LA-DA"]
_NAMES = _LA.main.names


def _children(count: int) -> list[list[str | None]]:
    row = {**example_row(_LA.main), "nhs_number": None, "upn": None}
    return [list({**row, "la_child_id": f"CH{n}", "forename": f"N{n}"}.values()) for n in range(count)]


def _xlsx(rows: Sequence[int], columns: Sequence[int] = (), *, first: int = 0, options: object = None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("LA-DA")
        for y, row in enumerate([_NAMES, *_children(9)]):
            sheet.write_row(y, first, [c or "" for c in row])
        for row_number in rows:
            sheet.set_row(row_number - 1, None, None, options or {"hidden": True})
        for column in columns:
            sheet.set_column(column, column, None, None, {"hidden": True})
    return out.getvalue()


def _ods(rows: Sequence[str], columns: str = "") -> bytes:
    return ods(f'<table:table table:name="LA-DA">{columns}{"".join(rows)}</table:table>')


def _hidden(data: bytes) -> list[CellFinding]:
    outcome = check_file(data, _LA, CONTEXT)
    assert (outcome.verdict, outcome.rows) == ("accepted", 9)
    return [f for f in outcome.findings if f.rule.startswith("FILE.hidden")]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([4], "Row 4 is hidden"),
        ([4, 5, 6], "Rows 4 to 6 are hidden"),
        ([2, 4, 5, 6, 9], "Rows 2, 4 to 6 and 9 are hidden"),
        ([5, 30, 31], "Row 5 is hidden"),
    ],
)
def test_hidden_rows_are_read_and_told_in_words(rows: Sequence[int], words: str) -> None:
    (finding,) = _hidden(_xlsx(rows))
    assert (finding.severity, finding.row, finding.message.startswith(words)) == ("info", rows[0], True)
    assert "They" not in finding.message


def test_hidden_headers_are_told_apart_from_hidden_rows() -> None:
    headers, rows = _hidden(_xlsx([1, 4]))
    assert (headers.row, "headers, row 1, is hidden" in headers.message) == (1, True)
    assert rows.message.startswith("Row 4 is hidden")


def test_hidden_headers_of_an_open_document_are_told() -> None:
    rows = [ods_row(row) for row in [_NAMES, *_children(9)]]
    rows[0] = rows[0].replace("<table:table-row>", '<table:table-row table:visibility="filter">')
    (finding,) = _hidden(_ods(rows))
    assert (finding.row, "row 1" in finding.message) == (1, True)


def test_rows_of_a_closed_group_are_told() -> None:
    (finding,) = _hidden(_xlsx([3, 4], options={"level": 1, "hidden": True}))
    assert finding.message.startswith("Rows 3 to 4 are hidden")


def test_hidden_columns_are_told_by_their_letters_wherever_the_table_begins() -> None:
    (finding,) = _hidden(_xlsx([], [3, 4, 7, 40], first=1))
    assert (finding.cell, finding.message.startswith("Columns D to E and H are hidden")) == ("D1", True)


@pytest.mark.parametrize("rows", [[], [11, 12], [50]])
def test_hidden_rows_without_a_child_are_no_matter(rows: Sequence[int]) -> None:
    assert _hidden(_xlsx(rows)) == []


@pytest.mark.parametrize(
    "hidden",
    [
        lambda row: row.replace("<table:table-row>", '<table:table-row table:visibility="filter">'),
        lambda row: row.replace("<table:table-row>", '<table:table-row table:visibility="collapse">'),
        lambda row: f'<table:table-row-group table:display="false">{row}</table:table-row-group>',
        lambda row: (
            f'<table:table-row-group table:display="false"><table:table-row-group>{row}</table:table-row-group>'
            "</table:table-row-group>"
        ),
    ],
    ids=["filter", "by hand", "group", "group in a group"],
)
def test_hidden_rows_of_an_open_document_are_told(hidden: object) -> None:
    rows = [ods_row(row) for row in [_NAMES, *_children(9)]]
    rows[4] = hidden(rows[4])  # type: ignore[operator]
    (finding,) = _hidden(_ods(rows))
    assert (finding.row, finding.message.startswith("Row 5 is hidden")) == (5, True)


def test_open_groups_hide_nothing_and_hidden_columns_of_an_open_document_are_told() -> None:
    rows = [ods_row(row) for row in [_NAMES, *_children(9)]]
    rows[3] = f"<table:table-row-group>{rows[3]}</table:table-row-group>"
    columns = (
        '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
        '<table:table-column-group table:display="false"><table:table-column table:number-columns-repeated="2"/>'
        '</table:table-column-group><table:table-column table:number-columns-repeated="16379"/>'
    )
    (finding,) = _hidden(_ods(rows, columns))
    assert finding.message.startswith("Columns C to E are hidden")
