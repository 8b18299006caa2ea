"""Writes the sender's sheets: every cell where it stood, as text or as a real date, and its marks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import xlsxwriter

from models.words import SEVERITIES
from validation.annotated.layout import LONGEST, CopySheet
from validation.annotated.looks import CopyFormats, print_wide
from validation.contract.outcome import CellFinding
from validation.files.marks import LINE, MARKS
from validation.files.readers.grid import letter

_AUTHOR = "The check of your return"
_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}( 00:00:00)?$"
_FIRST_YEAR = 1901  # the day numbers of 1900 are one too high before March
_NARROW, _WIDE = 9, 36
_LOOKED_AT = 200
_MARKS_WIDTH = 50
# In pixels and characters; a comment of an XLSX workbook holds 32,767 at most.
_NOTE_WIDTH, _NOTE_LINE, _NOTE_LETTERS, _NOTE_LONGEST = 400, 20, 50, 32_000

Marked = Mapping[int, tuple[CellFinding, ...]]


@dataclass(frozen=True)
class _Canvas:
    """One sheet being written: where its first column stands, and how its dates are known.

    Attributes:
        sheet: of the workbook.
        formats: of the workbook.
        planned: what is written.
        whole: whether all rows stand where they stood; otherwise those with marks, after the number of their row.
        left: the column of the grid's first cell.
        top: the row, from 0, of the grid's first record.
        dates: column -> what a real date looks like there; columns without one are absent.
    """

    sheet: Any
    formats: CopyFormats
    planned: CopySheet
    whole: bool
    left: int
    top: int
    dates: Mapping[int, re.Pattern[str]]


def write_sheet(book: xlsxwriter.Workbook, formats: CopyFormats, planned: CopySheet, whole: bool) -> None:
    """Write one sheet; where the copy is not whole, its rows with marks alone."""
    sheet, grid = book.add_worksheet(planned.name), planned.grid
    if not grid.visible:
        sheet.hide()
    top = int(grid.places[0]) - 1 if whole and grid.frame.height else 0
    canvas = _Canvas(sheet, formats, planned, whole, grid.offset if whole else 1, top, _dates(planned))
    _dress(canvas)
    if whole:
        _above(canvas)
        _merge(canvas)
        _records(canvas, enumerate(grid.frame.iter_rows()))
    else:
        kept = planned.shown
        _records(canvas, zip(kept, grid.frame[kept].iter_rows(), strict=True))


def _above(canvas: _Canvas) -> None:
    for y, row in enumerate(canvas.planned.grid.above):
        for x, cell in enumerate(row):
            canvas.sheet.write_string(y, x, cell[:LONGEST], canvas.formats.of())


def _merge(canvas: _Canvas) -> None:
    """Merge what its sender has merged, so that it is still found when the copy is sent; cells are written after."""
    for top, left, bottom, right in canvas.planned.merged:
        y, x = canvas.top + top, canvas.left + left
        canvas.sheet.merge_range(y, x, canvas.top + bottom, canvas.left + right, "", canvas.formats.of())


def _records(canvas: _Canvas, records: Iterable[tuple[int, Sequence[str | None]]]) -> None:
    marks, header = canvas.planned.by_record, canvas.planned.header
    for number, (record, row) in enumerate(records):
        y = canvas.top + (record if canvas.whole else number)
        marked, head = marks.get(record, {}), record == header
        # Made row by row, since the workbook numbers its formats in the order in which they are made (L4).
        plain = canvas.formats.of(head=head)
        for x, cell in enumerate(row):
            if x in marked or x in canvas.dates:
                _careful(canvas, (y, x), cell, marked.get(x, ()), head)
            elif cell is not None:
                canvas.sheet.write_string(y, canvas.left + x, cell, plain)
        if not canvas.whole:
            _line(canvas, y, record, head)
        if header is not None and marks and (marked or head):
            text = MARKS if head else _in_short(marked)
            canvas.sheet.write_string(y, canvas.left + len(row), text, canvas.formats.of(head=head))


def _careful(
    canvas: _Canvas, at: tuple[int, int], cell: str | None, findings: tuple[CellFinding, ...], head: bool
) -> None:
    y, x = at[0], canvas.left + at[1]
    severity = findings[0].severity if findings else None
    real = _moment(cell, canvas.dates[at[1]]) if cell and at[1] in canvas.dates else None
    if real:
        canvas.sheet.write_datetime(y, x, real, canvas.formats.of(severity, head, real=real))
    elif cell:
        canvas.sheet.write_string(y, x, cell[:LONGEST], canvas.formats.of(severity, head))
    elif severity:
        canvas.sheet.write_blank(y, x, None, canvas.formats.of(severity, head))
    if findings:
        _note(canvas, y, x, findings)


def _line(canvas: _Canvas, y: int, record: int, head: bool) -> None:
    if head:
        canvas.sheet.write_string(y, 0, LINE, canvas.formats.of(head=True))
    else:
        canvas.sheet.write_number(y, 0, int(canvas.planned.grid.lines[record]), canvas.formats.of())


def _note(canvas: _Canvas, y: int, x: int, findings: tuple[CellFinding, ...]) -> None:
    where = "" if canvas.whole or not findings[0].cell else f"{findings[0].cell} in your file.\n"
    columns = (f", {finding.column}" if finding.column else "" for finding in findings)
    sentences = (f"{SEVERITIES[f.severity]}{name}: {f.message}" for f, name in zip(findings, columns, strict=True))
    text = (where + "\n".join(sentences))[:_NOTE_LONGEST]
    lines = sum(len(line) // _NOTE_LETTERS + 1 for line in text.split("\n"))
    look = {"author": _AUTHOR, "width": _NOTE_WIDTH, "height": _NOTE_LINE * (lines + 1), "font_size": 11}
    canvas.sheet.write_comment(y, x, text, look)


def _in_short(marked: Marked) -> str:
    """Return a row's marks in words, such as `Error: sex, upn. Query: date_of_birth.`."""
    named: dict[str, list[str]] = {}
    for findings in marked.values():
        for finding in findings:
            named.setdefault(SEVERITIES[finding.severity], []).append(finding.column or finding.cell or "the row")
    labels = (label for label in SEVERITIES.values() if label in named)
    return " ".join(f"{label}: {', '.join(dict.fromkeys(named[label]))}." for label in labels)


def _dress(canvas: _Canvas) -> None:
    """Give columns their widths, and the headers a pane that stays and a filter."""
    planned, sheet, text = canvas.planned, canvas.sheet, canvas.formats.of()
    frame = planned.grid.frame
    # What is typed into a text cell stays as typed: no day turns into a month, no zero falls off.
    for x, width in enumerate(_widths(frame)):
        sheet.set_column(canvas.left + x, canvas.left + x, width, text)
    if not canvas.whole:
        sheet.set_column(0, 0, len(LINE) + 2, text)
    # Else every number that stays text bears a warning of the spreadsheet's own beside our marks.
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576", "two_digit_text_year": "A1:XFD1048576"})
    if planned.header is None or not planned.marks:
        print_wide(sheet)
        return
    last = canvas.left + frame.width
    sheet.set_column(last, last, _MARKS_WIDTH, text)
    y = canvas.top + planned.header
    bottom = canvas.top + (frame.height if canvas.whole else len(planned.shown)) - 1
    print_wide(sheet, y)
    sheet.freeze_panes(y + 1, 0)
    # A filter needs a row below its headers, even where there is none.
    sheet.autofilter(y, canvas.left if canvas.whole else 0, max(bottom, y + 1), last)


def _widths(frame: pl.DataFrame) -> list[int]:
    lengths = frame.head(_LOOKED_AT).select(pl.all().str.len_chars().max()).row(0) if frame.width else ()
    return [min(_WIDE, max(_NARROW, (n or 0) + 2)) for n in lengths]


def _dates(planned: CopySheet) -> dict[int, re.Pattern[str]]:
    """Return column -> how its real dates are read; none in a text file, where all is as it was typed."""
    frame = planned.grid.frame
    if not planned.grid.name or not frame.width:
        return {}
    forms = [_DAY if n in planned.days else _MOMENT for n in range(frame.width)]
    dated = frame.select(pl.col(str(n)).str.contains(f"{_MOMENT}|{form}").any() for n, form in enumerate(forms)).row(0)
    return {n: re.compile(f"{_MOMENT}|{form}") for n, form in enumerate(forms) if dated[n]}


def _moment(cell: str, form: re.Pattern[str]) -> datetime | None:
    try:
        moment = datetime.fromisoformat(cell) if form.search(cell) else None
    except ValueError:
        return None
    return moment if moment and moment.year >= _FIRST_YEAR else None


def address(sheet: CopySheet, record: int, column: int, whole: bool) -> str:
    """Return where a cell of a grid stands in the copy, such as `D17`."""
    grid = sheet.grid
    if whole:
        return f"{letter(grid.offset + column)}{int(grid.places[0]) + record}"
    return f"{letter(1 + column)}{sheet.shown.index(record) + 1}"
