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
_PADDED = re.compile(r"^0[0-9 ]*[0-9]$")
# A row with none of these holds what its cells show.
MARKED = (
    r"""value-type="error"|table:formula=|-spanned=|"time"|"percentage"|>#[^<]{1,24}[!?]<|>#[Nn]/|>##|>#(?i:error|deleted)"""
    r"""|>#(?i:busy|getting_data)|>Err:|>TRUE<|>FALSE<|date-value="[^"]{1,40}:[0-9]{2}[.,][0-9]"""
    r"""|value-type="float"[^<>]*>\s*<text:p>0[0-9 ]"""
)
_ODD = re.compile(r'date-value="[^"]{1,40}:[0-9]{2}[.,][0-9]|value-type="float"[^<>]*>\s*<text:p>0[0-9 ]')
# Of the rows of a workbook with marked cells these are worth a look at each of their cells.
_SIGNS = ('value-type="error"', ":formula=", "-spanned=", '"time"', '"percentage"', ">#", ">Err:", ">TRUE<", ">FALSE<")
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


def scanned_tables(content: str, *, marked: bool = True) -> dict[str, SheetScan]:
    """Return sheet name -> what a look at the sheet found.

    Args:
        content: the workbook's content, with its customary prefixes and every attribute in double quotation marks.
        marked: whether any cell of it matches `MARKED`.

    Raises:
        UnreadableError: a sheet has content far outside any return.
    """
    return {name: _scanned(content, start, end, marked=marked) for name, start, end in _tables(content)}


def filled_records(content: str, name: str) -> set[int]:
    """Return the records, from 0, of a sheet that hold something."""
    start, end = next((start, end) for other, start, end in _tables(content) if other == name)
    records: set[int] = set()
    at = 0
    for row in _rows(content, start, end):
        if _FILLED in row.inside:
            records.update(range(at, at + row.count))
        at += row.count
    return records


def _tables(content: str) -> Iterator[tuple[str, int, int]]:
    """Yield name, start and end of each table; no piece is copied, for it may be most of what memory holds."""
    for table in _TABLE.finditer(content):
        end = content.find("</table:table>", table.end())
        yield unescape(table[1]), table.end(), end if end >= 0 else len(content)


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


def _rows(content: str, start: int, end: int) -> Iterator[_Row]:
    """Yield the rows of a table, those in groups and among the headers too."""
    groups = _Groups()
    first = count = 0
    hidden = False
    for tag in _ROW.finditer(content, start, end):
        if first:
            yield _Row(count, hidden, content[first : tag.start()])
            first = 0
        if tag[2]:
            groups.follow(tag)
        elif not tag[1]:
            first, count, hidden = tag.end(), _count(_REPEATED_ROWS, tag[3]), groups.hide(tag[3])
    if first:
        yield _Row(count, hidden, content[first:end])


def _count(pattern: re.Pattern[str], tag: str) -> int:
    many = pattern.search(tag)
    return int(many[1]) if many else 1


def _scanned(content: str, start: int, end: int, *, marked: bool) -> SheetScan:
    scan = SheetScan(cells=0, hidden_columns=_hidden_columns(content, start, end))
    odd = marked and bool(_ODD.search(content, start, end))
    least: int | None = None
    record = widest = total = 0
    for row in _rows(content, start, end):
        filled = row.inside.count(_FILLED)
        if filled:
            if least != 0:
                leading = _leading(row.inside)
                least = leading if least is None else min(least, leading)
            if row.count > 1 or _may_be_wide(row.inside):
                widest = max(widest, _check_columns(row, record))
            cells = filled + _repeats(row.inside) if "columns-repeated=" in row.inside else filled
            total += cells * row.count
            _check_rows(record, row.count, widest, total)
            if row.hidden:
                scan.hidden_rows.update(range(record, record + row.count))
        if marked and (any(sign in row.inside for sign in _SIGNS) or (odd and _ODD.search(row.inside))):
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


def _may_be_wide(inside: str) -> bool:
    """Return whether a row may have more cells than a return has columns, written down or repeated."""
    many = len(inside) > MAX_COLUMNS * len("<table:table-cell/>") and inside.count("table-cell") > MAX_COLUMNS
    return many or ("columns-repeated=" in inside and bool(_FAR_REPEATED.search(inside)))


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


def _hidden_columns(content: str, start: int, end: int) -> set[int]:
    hidden: set[int] = set()
    groups, column = _Groups(), 0
    # Columns are defined before the first row.
    first = _ROW.search(content, start, end)
    for tag in _COLUMN.finditer(content, start, first.start() if first else end):
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
