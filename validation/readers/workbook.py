"""Reads XLSX and ODS workbooks into grids, after the guards have passed them."""

import re
import zipfile
from html import unescape

import fastexcel
import polars as pl

from validation.faults import Unreadable
from validation.readers.grid import Grid, trimmed
from validation.readers.guards import DAMAGED, check_package, first_column, opened
from validation.readers.opendocument import check_open_document, first_columns

_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*["']([^"']*)["']""")
_MAX_PART = 2**20


def read_workbook(data: bytes) -> tuple[Grid, ...]:
    """Read every sheet of a workbook.

    Raises:
        Unreadable: the package is not a workbook, is damaged, or was refused by a guard.
    """
    with opened(data) as package:
        try:
            check_package(package)
            offsets = _offsets(package)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, zipfile.zlib.error):  # type: ignore[attr-defined]
            raise Unreadable(DAMAGED) from None
    return _parse(data, offsets)


def _offsets(package: zipfile.ZipFile) -> dict[str, int]:
    names = set(package.namelist())
    if "xl/workbook.xml" in names:
        parts = _parts(package)
        firsts = {n: first_column(package, n) for n in names if n.startswith("xl/worksheets/") and n.endswith(".xml")}
        return {sheet: firsts[part] for sheet, part in parts.items() if part in firsts}
    if "content.xml" in names:
        check_open_document(package, names)
        return first_columns(package)
    raise Unreadable("The file is not a workbook or a CSV file. Send the template filled in, as .xlsx, .ods or .csv.")


def _parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Return sheet name -> part of the package."""
    relations = _text(package, "xl/_rels/workbook.xml.rels")
    targets = {a.get("Id", ""): a.get("Target", "") for a in map(_attributes, _RELATION.findall(relations))}
    found = {}
    for sheet in map(_attributes, _SHEET.findall(_text(package, "xl/workbook.xml"))):
        target = targets.get(sheet.get("r:id", ""), "").removeprefix("/xl/").removeprefix("xl/")
        found[unescape(sheet.get("name", ""))] = f"xl/{target}"
    return found


def _attributes(tag: str) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(tag))


def _text(package: zipfile.ZipFile, part: str) -> str:
    if part not in package.namelist():
        return ""
    with package.open(part) as stream:
        return stream.read(_MAX_PART).decode("utf-8", errors="replace")


def _parse(data: bytes, offsets: dict[str, int]) -> tuple[Grid, ...]:
    try:
        book = fastexcel.read_excel(data)
        return tuple(_grid(book, name, offsets.get(name, 0)) for name in book.sheet_names)
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, ValueError):
        raise Unreadable(DAMAGED) from None


def _grid(book: fastexcel.ExcelReader, name: str, offset: int) -> Grid:
    # skip_rows=0 keeps the blank rows above the table, so that the n-th record is the n-th row of the sheet.
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    frame = trimmed(sheet.to_polars().get_columns())
    lines = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True).alias("line")
    return Grid(name, frame, lines, lines, offset, visible=sheet.visible == "visible")
