"""What the parser does not tell of an ODS workbook: where its tables begin, and what their cells hold or show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from html import unescape

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.grid import Mark, is_error, letter
from validation.files.readers.styles import percent
from validation.files.readers.worksheet import MAX_CELLS, MAX_COLUMNS, MOST_MARKS, SheetScan

_TABLE = re.compile(r'<table:table\s[^>]{0,2000}?table:name="([^"]{0,1000})"[^>]{0,2000}>')
# A row, and what hides a group of them; `table-row-group` and `table-header-rows` are no rows.
_ROW = re.compile(r"<(/)?table:table-row(-group)?(?=[\s/>])([^>]*)>")
_COLUMN = re.compile(r"<(/)?table:table-column(-group)?(?=[\s/>])([^>]*)>")
_CELL = re.compile(r"<table:(covered-)?table-cell(?=[\s/>])([^>]*)>")
_REPEATED = re.compile(r'number-columns-repeated="(\d{1,10})"')
_REPEATED_ROWS = re.compile(r'number-rows-repeated="(\d{1,10})"')
_FAR_REPEATED = re.compile(r'number-columns-repeated="\d{3,}"')
_SPANNED = re.compile(r'number-(rows|columns)-spanned="(\d{1,7})"')
_TYPE = re.compile(r'office:value-type="(\w+)"')
_VALUE = re.compile(r'office:(?:date-)?value="([^"]{1,60})"')
_DURATION = re.compile(r'office:time-value="PT(\d{1,9})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S"')
_ASIDE = re.compile(r"<office:annotation[ >].*?</office:annotation>", re.DOTALL)
_PARAGRAPH = re.compile(r"<text:p(?:\s[^>]*)?>(.*?)</text:p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_FRACTION = re.compile(r'date-value="[^"]{1,40}:\d\d[.,]\d')
_LEADING_ZERO = re.compile(r'office:value-type="float"[^<>]*>\s*<text:p>0[0-9 ]')
_PADDED = re.compile(r"^0[0-9 ]*[0-9]$")
# A row with none of these holds what its cells show.
_MARKED = (
    'value-type="error"',
    "table:formula=",
    "-spanned=",
    '"time"',
    '"percentage"',
    ">#",
    ">Err:",
    ">TRUE<",
    ">FALSE<",
)
_SHUT = ('visibility="collapse"', 'visibility="filter"')
_MOST_ROWS = 1_048_576
_FILLED = "office:value-type="


@dataclass(frozen=True)
class _Cell:
    column: int
    count: int
    tag: str
    inside: str

    @property
    def filled(self) -> bool:
        return _FILLED in self.tag


def scanned_tables(content: str) -> dict[str, SheetScan]:
    """Return sheet name -> what a look at the sheet found.

    Args:
        content: the workbook's content, with its customary prefixes and every attribute in double quotation marks.

    Raises:
        UnreadableError: a sheet has content far outside any return.
    """
    scans = {}
    for table in _TABLE.finditer(content):
        start, end = table.end(), content.find("</table:table>", table.end())
        scans[unescape(table[1])] = _scanned(content[start : end if end >= 0 else len(content)])
    return scans


def filled_records(content: str, name: str) -> set[int]:
    """Return the records, from 0, of a sheet that hold something."""
    table = next(t for t in _TABLE.finditer(content) if unescape(t[1]) == name)
    end = content.find("</table:table>", table.end())
    records: set[int] = set()
    at = 0
    for row in _rows(content[table.end() : end if end >= 0 else len(content)]):
        if _FILLED in row.inside:
            records.update(range(at, at + row.count))
        at += row.count
    return records


@dataclass(frozen=True)
class _Row:
    count: int
    hidden: bool
    inside: str


class _Groups:
    """The groups of rows or columns around a place: what is in one that is shut is hidden, in whatever other it is."""

    def __init__(self) -> None:
        self._depth = self._shut = 0

    def follow(self, tag: re.Match[str]) -> None:
        """Enter or leave a group."""
        if tag[1]:
            self._depth -= 1
            self._shut = self._shut if self._depth >= self._shut else 0
            return
        self._depth += 1
        if not self._shut and 'table:display="false"' in tag[3]:
            self._shut = self._depth

    def hide(self, tag: str) -> bool:
        """Return whether a row or column is hidden, by a group or of itself."""
        return bool(self._shut) or any(mark in tag for mark in _SHUT)


def _rows(table: str) -> Iterator[_Row]:
    """Yield the rows of a table, those in groups and among the headers too."""
    groups = _Groups()
    start = count = 0
    hidden = False
    for tag in _ROW.finditer(table):
        if start:
            yield _Row(count, hidden, table[start : tag.start()])
            start = 0
        if tag[2]:
            groups.follow(tag)
        elif not tag[1]:
            start, count, hidden = tag.end(), _count(_REPEATED_ROWS, tag[3]), groups.hide(tag[3])
    if start:
        yield _Row(count, hidden, table[start:])


def _count(pattern: re.Pattern[str], tag: str) -> int:
    many = pattern.search(tag)
    return int(many[1]) if many else 1


def _scanned(table: str) -> SheetScan:
    markers = [m for m in _MARKED if m in table] + ["<text:p>0"] * bool(_LEADING_ZERO.search(table))
    fractions = bool(_FRACTION.search(table))
    scan = SheetScan(cells=0, hidden_columns=_hidden_columns(table))
    least: int | None = None
    record = widest = total = 0
    for row in _rows(table):
        filled = row.inside.count(_FILLED)
        if filled:
            if least != 0:
                leading = _leading(row.inside)
                least = leading if least is None else min(least, leading)
            if row.count > 1 or len(row.inside) > MAX_COLUMNS * 20 or _FAR_REPEATED.search(row.inside):
                widest = max(widest, _check_columns(row, record))
            cells = filled + _repeats(row.inside) if "columns-repeated=" in row.inside else filled
            total += cells * row.count
            _check_rows(record, row.count, widest, total)
            if row.hidden:
                scan.hidden_rows.update(range(record, record + row.count))
        if (fractions and _FRACTION.search(row.inside)) or any(m in row.inside for m in markers):
            _look(scan, row, record)
        record += row.count
    scan.first, scan.cells = least or 0, total
    return scan


def _cells(inside: str) -> Iterator[_Cell]:
    column = 0
    tags = list(_CELL.finditer(inside))
    for tag, after in zip(tags, [*(t.start() for t in tags[1:]), len(inside)], strict=True):
        count = _count(_REPEATED, tag[2])
        yield _Cell(column, count, tag[2], "" if tag[2].endswith("/") else inside[tag.end() : after])
        column += count


def _repeats(inside: str) -> int:
    """Return how many cells of a row are not written down, since they repeat the one before."""
    return sum(c.count - 1 for c in _cells(inside) if c.filled)


def _leading(inside: str) -> int:
    """Return how many blank cells a row that holds something begins with."""
    return next((c.column for c in _cells(inside) if c.filled), 0)


def _check_columns(row: _Row, record: int) -> int:
    """Refuse content far right, and return the last column, counted from 0, that holds something."""
    last = 0
    for cell in _cells(row.inside):
        if cell.filled:
            last = cell.column + cell.count - 1
            if last >= MAX_COLUMNS:
                where = f"{letter(max(cell.column, MAX_COLUMNS))}{record + 1}"
                raise UnreadableError(refusals.FAR_OUTSIDE, cell=where)
    return last


def _check_rows(record: int, count: int, widest: int, cells: int) -> None:
    """Refuse rows with content that would unpack to far more than is written down."""
    last = record + count
    if (count == 1 and last > _MOST_ROWS) or cells > MAX_CELLS or (widest + 1) * last > MAX_CELLS:
        raise UnreadableError(refusals.FAR_OUTSIDE, cell=f"A{last}")


def _hidden_columns(table: str) -> set[int]:
    hidden: set[int] = set()
    groups, column = _Groups(), 0
    for tag in _COLUMN.finditer(table):
        if tag[2]:
            groups.follow(tag)
        elif not tag[1]:
            count = _count(_REPEATED, tag[3])
            if groups.hide(tag[3]):
                hidden.update(range(column, min(column + count, MAX_COLUMNS)))
            column += count
    return hidden


def _look(scan: SheetScan, row: _Row, record: int) -> None:
    """Note the cells of a row that hold an error, stand for several, or show something else than they hold."""
    for cell in _cells(row.inside):
        mark = _mark(cell, record)
        # Beyond that many the list itself would be what fills the memory.
        if mark and len(scan.marks) < MOST_MARKS:
            scan.marks.add(mark)
        is_wrong = mark is not None and mark.kind == "error"
        if cell.filled and 'office:value-type="time"' in cell.tag:
            # The parser hands on no duration.
            scan.blanks += cell.count * row.count
        if not cell.filled or (not is_wrong and (shown := _shown(cell)) is None):
            continue
        text = None if is_wrong else shown
        for column in range(cell.column, cell.column + min(cell.count, MAX_COLUMNS)):
            scan.shown.update({(record + n, column): text for n in range(row.count)})


def _mark(cell: _Cell, record: int) -> Mark | None:
    if 'value-type="error"' in cell.tag or _shows_error(cell):
        return Mark("error", record, cell.column)
    if "table:formula=" in cell.tag and "value-type=" not in cell.tag:
        return Mark("uncalculated", record, cell.column)
    spans = {kind: int(count) - 1 for kind, count in _SPANNED.findall(cell.tag)}
    if any(count > 0 for count in spans.values()):
        return Mark("merged", record, cell.column, record + spans.get("rows", 0), cell.column + spans.get("columns", 0))
    return None


def _shows_error(cell: _Cell) -> bool:
    """Return whether a cell that holds a number shows an error, as older programs save it."""
    kind = _TYPE.search(cell.tag)
    return bool(kind and kind[1] != "string" and is_error(_text(cell)))


def _shown(cell: _Cell) -> str | None:
    """Return what a cell shows; None where that is what it holds."""
    kind, value = _TYPE.search(cell.tag), _VALUE.search(cell.tag)
    name = kind[1] if kind else ""
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


def _text(cell: _Cell) -> str:
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
