"""An Annex A workbook as a council sends it: titles over the headers, empty rows and columns, dates of two kinds."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

import polars as pl
import xlsxwriter

from models.themes import theme
from validation.returns import CONTRACTS
from validation.synthetic import Synthetic, synthesise
from validation.telling.pages import Page, write_pages

LISTS = tuple(f"LA-{number}" for number in range(1, 9))
HEADER = 6  # the row of the headers
FIRST = 8  # the row of the first child; one empty row stands between
LEFT = 2  # empty columns before the table
_EVERY = 5  # after so many rows one stays empty

_OTHERS: Mapping[str, tuple[str, ...]] = {
    "List 9": ("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)", "LA in Touch"),
    "List 10": ("Child Unique ID", "Family identifier", "Gender", "Ethnicity", "Date of Placement Order"),
    "List 11": ("Individual adopter identifier", "Family identifier", "Gender", "Ethnicity", "Date Stage 1 started"),
}
Sheets = dict[str, list[list[object]]]


def council() -> Synthetic:
    """Return made-up lists of a council, none of them empty."""
    return synthesise(theme("domestic-abuse-2024"), "E06000038", 300, 5, returns=LISTS)


def line(record: int) -> int:
    """Return the row of the sheet at which the n-th child of a list, counted from 0, stands."""
    return FIRST + record + record // _EVERY


def sheets_of(made: Synthetic) -> Sheets:
    """Return the sheets `List 1` to `List 11`, cell by cell; every other date is text, the others are real dates."""
    sheets: Sheets = {"Contents": [["Annex A"], ["Child level data"], [None, "List 1", "Contacts"]]}
    for code in LISTS:
        frame = made.returns[code][code]
        dated = [column.type == "date" for column in CONTRACTS[code].main.columns]
        sheets[code.replace("LA-", "List ")] = _around(CONTRACTS[code].title, frame.columns, _rows(frame, dated))
    for name, headers in _OTHERS.items():
        sheets[name] = _around(f"Annex A {name}", headers, [["x" for _ in headers]])
    return sheets


def _rows(frame: pl.DataFrame, dated: Sequence[bool]) -> list[list[object]]:
    rows: list[list[object]] = []
    for number, row in enumerate(frame.iter_rows()):
        rows.append([_day(c) if number % 2 and is_date else c for c, is_date in zip(row, dated, strict=True)])
    return rows


def _day(cell: str | None) -> object:
    return datetime.strptime(cell, "%d/%m/%Y").date() if cell else None


def _around(title: str, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> list[list[object]]:
    """Return a table with a title, an empty row, empty columns and gaps, as people lay it out."""
    margin: list[object] = [None] * LEFT
    sheet: list[list[object]] = [[title], ["Local authority:", "Reading"], [], ["Period: the last six months"], []]
    sheet += [[*margin, *(f" {header} " for header in headers), None], []]
    for number, row in enumerate(rows):
        sheet += [[*margin, *row, None], *([[]] if number % _EVERY == _EVERY - 1 else [])]
    return [*sheet, [], [None] * 40]


def xlsx(sheets: Sheets) -> bytes:
    """Return the sheets as XLSX, each title merged over its table."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_urls": False}) as book:
        as_date = book.add_format({"num_format": "dd/mm/yyyy"})
        grey = book.add_format({"bg_color": "#EEEEEE"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.set_column(0, 60, 14)
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    _write(sheet.write, y, x, cell, as_date)
            sheet.merge_range(0, 0, 0, 5, rows[0][0], grey)
            sheet.write_blank(len(rows) + 50, 45, None, grey)
    return out.getvalue()


def _write(write: Callable[..., int], y: int, x: int, cell: object, as_date: object) -> None:
    if isinstance(cell, date):
        write(y, x, cell, as_date)
    elif cell is not None:
        write(y, x, cell)


def ods(sheets: Sheets) -> bytes:
    """Return the sheets as ODS, the form of the inspectorate's own template."""
    return write_pages([Page(name, rows) for name, rows in sheets.items()], "ods")


WRITERS = {"xlsx": xlsx, "ods": ods}
