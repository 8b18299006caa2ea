"""What the parser does not tell of an ODS workbook: whether it is one, and where its tables begin."""

import re
import zipfile
from collections.abc import Iterator
from html import unescape

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.grid import Mark
from validation.files.readers.markup import parse
from validation.files.readers.worksheet import MAX_CELLS, MAX_COLUMNS, SheetScan

_TABLE = re.compile(r'<table:table\s[^>]{0,1000}?table:name="([^"]{0,1000})"[^>]{0,1000}>')
_ROW = "<table:table-row"
_CELL = re.compile(r"<table:(?:covered-)?table-cell\b([^>]{0,4000})>")
_EVENT = re.compile(r"<table:(table-row|table-cell|covered-table-cell)\b([^>]{0,4000})>")
_REPEATED = re.compile(r'number-columns-repeated="(\d{1,10})"')
_REPEATED_ROWS = re.compile(r'number-rows-repeated="(\d{1,10})"')
_WIDE = re.compile(r'number-columns-repeated="(\d{3,})"([^>]{0,4000})>\s{0,99}(</table:table-row>)?')
_SPANNED = re.compile(r'number-(rows|columns)-spanned="(\d{1,7})"')
_MARKED = ('value-type="error"', "table:formula=", "-spanned=")
_ROWS_LOOKED_AT = 1_000
_BLANKED = bytes(32 if code < 32 and code not in (9, 10, 13) else code for code in range(256))
_MOST_ROWS = 1_048_576
_MOST_MARKS = 100_000


def check_open_document(package: zipfile.ZipFile, names: set[str]) -> None:
    """Refuse a package that is protected, or is another kind of document.

    Raises:
        UnreadableError: either of these.
    """
    if "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise UnreadableError(refusals.PROTECTED)
    kind = package.read("mimetype") if "mimetype" in names else b""
    if b"spreadsheet" not in kind:
        raise UnreadableError(refusals.DOCUMENT)


def scanned_tables(package: zipfile.ZipFile) -> dict[str, SheetScan]:
    """Return sheet name -> what a look at the sheet found; its first column is judged by the first thousand rows.

    Raises:
        UnreadableError: a sheet has cells far outside any return.
        ExpatError: the content is not whole.
    """
    data = package.read("content.xml")
    # On a tag that is never closed the workbook's parser would not come to an end; this one does, and says so. Codes
    # that no text has, which some exports leave in a cell, are let pass.
    parse(data.translate(_BLANKED))
    content = data.decode("utf-8", errors="replace")
    del data
    scans = {}
    for table in _TABLE.finditer(content):
        start, end = table.end(), content.find("</table:table>", table.end())
        end = len(content) if end < 0 else end
        _check_extent(content, start, end)
        marks = _marks(content, start, end) if any(content.find(m, start, end) >= 0 for m in _MARKED) else set()
        scans[unescape(table[1])] = SheetScan(_first_column(content, start, end), marks=marks)
    return scans


def _rows(content: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where each row begins and ends."""
    at = content.find(_ROW, start, end)
    while at >= 0:
        after = content.find(_ROW, at + 1, end)
        yield at, after if after >= 0 else end
        at = after


def _check_extent(content: str, start: int, end: int) -> None:
    """Refuse what unpacks to far more cells than are written down: values repeated over rows or columns.

    Blank cells and rows are repeated up to the edges of any sheet and do no harm where nothing stands behind them.
    """
    for wide in _WIDE.finditer(content, start, end):
        tag = content[content.rfind("<", start, wide.start()) : wide.end(2)]
        if int(wide[1]) >= MAX_COLUMNS and ("value-type=" in tag or not (wide[3] and wide[2].endswith("/"))):
            raise UnreadableError(refusals.FAR_OUTSIDE)
    if content.find("number-rows-repeated=", start, end) < 0:
        return
    cells = height = 0
    for first, last in _rows(content, start, end):
        tag = content[first : content.find(">", first, last)]
        count = int(repeated[1]) if (repeated := _REPEATED_ROWS.search(tag)) else 1
        height += count
        if count > 1 and content.find("value-type=", first, last) >= 0:
            cells += count * content.count("table-cell", first, last)
        elif count == 1 and height > _MOST_ROWS:
            raise UnreadableError(refusals.FAR_OUTSIDE)
        if cells > MAX_CELLS:
            raise UnreadableError(refusals.FAR_OUTSIDE)


def _marks(content: str, start: int, end: int) -> set[Mark]:
    marks: set[Mark] = set()
    record, column, rows = 0, 0, 0
    for event in _EVENT.finditer(content, start, end):
        tag = event[2]
        if event[1] == "table-row":
            record, column = record + rows, 0
            rows = int(many[1]) if (many := _REPEATED_ROWS.search(tag)) else 1
            continue
        mark = _mark(tag, record, column)
        # Beyond that many the list itself would be what fills the memory.
        if mark and len(marks) < _MOST_MARKS:
            marks.add(mark)
        column += int(many[1]) if (many := _REPEATED.search(tag)) else 1
    return marks


def _mark(tag: str, record: int, column: int) -> Mark | None:
    if 'value-type="error"' in tag:
        return Mark("error", record, column)
    if "table:formula=" in tag and "value-type=" not in tag:
        return Mark("uncalculated", record, column)
    spans = {kind: int(count) - 1 for kind, count in _SPANNED.findall(tag)}
    if any(count > 0 for count in spans.values()):
        return Mark("merged", record, column, record + spans.get("rows", 0), column + spans.get("columns", 0))
    return None


def _first_column(content: str, start: int, end: int) -> int:
    least: int | None = None
    for _, (first, last) in zip(range(_ROWS_LOOKED_AT), _rows(content, start, end), strict=False):
        leading = _leading(content, first, last)
        if leading is not None and (least is None or leading < least):
            least = leading
        if least == 0:
            break
    return least or 0


def _leading(content: str, start: int, end: int) -> int | None:
    """Return how many blank cells a row begins with; None for a blank row."""
    blank = 0
    for cell in _CELL.finditer(content, start, end):
        if "value-type=" in cell[1]:
            return blank
        repeated = _REPEATED.search(cell[1])
        blank += int(repeated[1]) if repeated else 1
    return None
