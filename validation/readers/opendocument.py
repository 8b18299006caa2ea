"""What the parser does not tell of an ODS workbook: whether it is one, and where its tables begin."""

import re
import zipfile
from html import unescape

from validation.faults import Unreadable
from validation.readers.guards import PROTECTED

_TABLE = re.compile(r'<table:table\s[^>]*?table:name="([^"]*)"[^>]*>')
_ROW = re.compile(r"<table:table-row\b[^>]*?(?:/>|>(.*?)</table:table-row>)", re.DOTALL)
_CELL = re.compile(r"<table:(?:covered-)?table-cell\b([^>]*)>")
_REPEATED = re.compile(r'number-columns-repeated="(\d+)"')
_ROWS_LOOKED_AT = 1_000


def check_open_document(package: zipfile.ZipFile, names: set[str]) -> None:
    """Refuse a package that is protected, or is another kind of document.

    Raises:
        Unreadable: either of these.
    """
    if "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Unreadable(PROTECTED)
    kind = package.read("mimetype") if "mimetype" in names else b""
    if b"spreadsheet" not in kind:
        raise Unreadable(
            "The file is a document, not a spreadsheet. Send the template filled in, as .xlsx, .ods or .csv."
        )


def first_columns(package: zipfile.ZipFile) -> dict[str, int]:
    """Return sheet name -> first column in use, counted from 0, judged by the first thousand rows."""
    content = package.read("content.xml").decode("utf-8", errors="replace")
    return {unescape(table[1]): _first_column(content, table.end()) for table in _TABLE.finditer(content)}


def _first_column(content: str, start: int) -> int:
    end = content.find("</table:table>", start)
    least: int | None = None
    for _, row in zip(range(_ROWS_LOOKED_AT), _ROW.finditer(content, start, end), strict=False):
        leading = _leading(row[1] or "")
        if leading is not None and (least is None or leading < least):
            least = leading
        if least == 0:
            break
    return least or 0


def _leading(row: str) -> int | None:
    """Return how many blank cells a row begins with; None for a blank row."""
    blank = 0
    for cell in _CELL.finditer(row):
        if "value-type=" in cell[1]:
            return blank
        repeated = _REPEATED.search(cell[1])
        blank += int(repeated[1]) if repeated else 1
    return None
