"""What the cells of a row of an ODS workbook hold, and what they show instead."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from html import unescape
from itertools import islice

from validation.files.readers.grid import Mark, is_error
from validation.files.readers.styles import percent
from validation.files.readers.worksheet import MAX_COLUMNS, MOST_MARKS, SheetScan

FILLED = "office:value-type="
LOST = "lost"
"""The kind, in a copy of ours, of a cell that says it holds a number or a day and holds none."""

# A row with none of these holds what its cells show.
MARKED = (
    r"""value-type="(?:error|lost)"|table:formula=|string-value=""|-spanned=|"time"|"percentage"|>TRUE<|>FALSE<"""
    r"""|>#[^<]{1,24}[!?]<|>#[Nn]/|>##|>#(?i:error|deleted|busy|getting_data|div/0|ref|value|name|num|null|spill|calc)"""
    r"""|>Err ?:|>Loading|date-value="[^"]{1,40}:[0-9]{2}[.,][0-9]"""
    r"""|value-type="float"[^<>]*>\s*<text:p>0[0-9 ]"""
)
REPEATED = re.compile(r'number-columns-repeated="(\d{1,10})"')
_CELL = re.compile(r"<table:(covered-)?table-cell(?=[\s/>])([^>]*)>")
_SPANNED = re.compile(r'number-(rows|columns)-spanned="(\d{1,7})"')
_TYPE = re.compile(r'office:value-type="(\w+)"')
_VALUE = re.compile(r'office:(?:date-)?value="([^"]{1,60})"')
_DURATION = re.compile(r'office:time-value="PT(\d{1,9})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S"')
_ASIDE = re.compile(r"<office:annotation[ >].*?</office:annotation>", re.DOTALL)
_PARAGRAPH = re.compile(r"<text:p(?:\s[^>]*)?>(.*?)</text:p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_FRACTION = re.compile(r'date-value="[^"]{1,40}:\d\d[.,]\d')
_PADDED = re.compile(r"^0[0-9 ]*[0-9]$")


@dataclass(frozen=True, slots=True)
class OpenCell:
    """A cell of a row, or several that are the same.

    Attributes:
        column: the first of them, from 0.
        count: how many.
        tag: its attributes.
        inside: what it holds.
    """

    column: int
    count: int
    tag: str
    inside: str

    @property
    def filled(self) -> bool:
        """Return whether it holds something."""
        return FILLED in self.tag


def cells_of(inside: str) -> Iterator[OpenCell]:
    """Yield the cells of a row."""
    column = 0
    tags = list(_CELL.finditer(inside))
    for tag, after in zip(tags, [*(t.start() for t in tags[1:]), len(inside)], strict=True):
        count = count_of(REPEATED, tag[2])
        yield OpenCell(column, count, tag[2], "" if tag[2].endswith("/") else inside[tag.end() : after])
        column += count


def count_of(pattern: re.Pattern[str], tag: str) -> int:
    """Return how often a tag says, by a pattern, that it stands; once where it says nothing."""
    many = pattern.search(tag)
    return int(many[1]) if many else 1


def look(scan: SheetScan, cells: Iterable[OpenCell], record: int, rows: int) -> None:
    """Note the cells of a row that hold an error, stand for several, or show something else than they hold.

    Args:
        scan: of the sheet.
        cells: of the row.
        record: its number, from 0.
        rows: how many rows are the same.
    """
    for cell in cells:
        mark = _mark(cell, record)
        if mark:
            # Beyond that many the list itself would be what fills the memory.
            scan.marks.update(islice(_each(mark, cell, rows), max(MOST_MARKS - len(scan.marks), 0)))
        is_wrong = mark is not None and mark.kind in ("error", "lost_value")
        if cell.filled and 'office:value-type="time"' in cell.tag:
            # The parser hands on no duration.
            scan.blanks += cell.count * rows
        if not cell.filled or (not is_wrong and (shown := _shown(cell)) is None):
            continue
        text = None if is_wrong else shown
        for column in range(cell.column, cell.column + min(cell.count, MAX_COLUMNS)):
            scan.shown.update({(record + n, column): text for n in range(rows)})


def _mark(cell: OpenCell, record: int) -> Mark | None:
    if 'value-type="error"' in cell.tag or _shows_error(cell):
        return Mark("error", record, cell.column)
    if f'value-type="{LOST}"' in cell.tag:
        return Mark("lost_value", record, cell.column)
    if "table:formula=" in cell.tag and not _has_result(cell):
        return Mark("uncalculated", record, cell.column)
    spans = {kind: int(count) - 1 for kind, count in _SPANNED.findall(cell.tag)}
    if any(count > 0 for count in spans.values()):
        return Mark("merged", record, cell.column, record + spans.get("rows", 0), cell.column + spans.get("columns", 0))
    return None


def _each(mark: Mark, cell: OpenCell, rows: int) -> Iterator[Mark]:
    """Yield the mark at each of the cells that are written down as one; merged cells are one mark."""
    if mark.kind == "merged":
        yield mark
        return
    for column in range(cell.column, cell.column + min(cell.count, MAX_COLUMNS)):
        yield from (replace(mark, record=mark.record + n, column=column) for n in range(rows))


def _has_result(cell: OpenCell) -> bool:
    """Return whether the result of a formula is in the file; of an empty text that is a value or a paragraph.

    LibreOffice writes such a result without its kind.
    """
    kind = _TYPE.search(cell.tag)
    return bool(kind and kind[1] != "string") or "string-value=" in cell.tag or "<text:p" in cell.inside


def _shows_error(cell: OpenCell) -> bool:
    """Return whether a cell shows an error and holds something else, such as a number, as older programs save it."""
    kind = _TYPE.search(cell.tag)
    is_else = kind and (kind[1] != "string" or "string-value=" in cell.tag)
    return bool(is_else and is_error(_text(cell)))


def _shown(cell: OpenCell) -> str | None:
    """Return what a cell shows; None where that is what it holds."""
    kind, value = _TYPE.search(cell.tag), _VALUE.search(cell.tag)
    name = kind[1] if kind else ""
    if name == "string":
        # The parser takes the value though it is empty.
        return _text(cell) or None if 'string-value=""' in cell.tag else None
    if name == "time":
        return _text(cell) or _clock(cell.tag)
    if name == "percentage" and value:
        return _percentage(value[1])
    if name == "date" and value and _FRACTION.search(cell.tag):
        return _to_the_second(value[1])
    text = _text(cell).replace(" ", "") if name == "float" else ""
    if text in ("TRUE", "FALSE"):
        # LibreOffice keeps a yes or no of another program as 1 or 0.
        return text
    return text if value and _PADDED.match(text) and _is_same(text, value[1]) else None


def _text(cell: OpenCell) -> str:
    inside = _ASIDE.sub("", cell.inside) if "<office:annotation" in cell.inside else cell.inside
    return unescape("\n".join(_TAG.sub("", p) for p in _PARAGRAPH.findall(inside))).strip()


def _clock(tag: str) -> str:
    time = _DURATION.search(tag)
    return f"{int(time[1]):02}:{int(time[2]):02}:{int(time[3]):02}" if time else ""


def _percentage(value: str) -> str | None:
    try:
        share = Decimal(value)
    except InvalidOperation:
        return None
    return percent(share) if share.is_finite() else None


def _to_the_second(value: str) -> str | None:
    """Return a time to the second: a computed one lies a hair beside it."""
    try:
        moment = datetime.fromisoformat(value.replace(",", ".").removesuffix("Z")[:26])
    except ValueError:
        return None
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0, tzinfo=None).isoformat()


def _is_same(text: str, value: str) -> bool:
    try:
        return Decimal(text) == Decimal(value)
    except InvalidOperation:
        return False
