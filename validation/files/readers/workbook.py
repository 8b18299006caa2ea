"""Reads XLSX, XLS and ODS workbooks into grids, after the guards have passed them."""

import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from xml.parsers import expat

import fastexcel
import polars as pl

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.grid import Grid, Read, errors_in, trimmed
from validation.files.readers.guards import check_package, opened
from validation.files.readers.markup import parse
from validation.files.readers.opendocument import check_open_document, scanned_tables
from validation.files.readers.worksheet import SheetScan, scanned

_MAX_PART = 2**20
_MAIN = "xl/workbook.xml"
_NEVER_CALCULATED = (
    "The workbook was written by a program that left its formulas to be calculated. If cells read as 0 or blank here, "
    "open it in your spreadsheet program, save it and send that."
)
_OLD = (
    "The file is an old .xls workbook. In it a formula with an error, such as #REF!, is read as a blank cell. Save it "
    "as .xlsx where you can."
)
_BROKEN = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, zlib.error, expat.error)
_FAULTY = (fastexcel.FastExcelError, pl.exceptions.PolarsError, ValueError)


def read_workbook(data: bytes) -> Read:
    """Read every sheet of an XLSX or ODS workbook.

    Raises:
        UnreadableError: the package is not a workbook, is damaged, or was refused by a guard.
    """
    with opened(data) as package:
        try:
            check_package(package)
            scans, notes = _scans(package)
        except _BROKEN:
            raise UnreadableError(refusals.DAMAGED) from None
    return Read(_parse(data, scans), notes)


def read_old_workbook(data: bytes) -> Read:
    """Read every sheet of an XLS workbook, whose rows and columns are few enough by its format.

    Raises:
        UnreadableError: it is damaged or protected.
    """
    return Read(_parse(data, {}), (_OLD,))


def _scans(package: zipfile.ZipFile) -> tuple[dict[str, SheetScan], tuple[str, ...]]:
    """Return sheet name -> what a look at the sheet found, and what the sender should know of the workbook."""
    names = set(package.namelist())
    if _MAIN in names:
        parts = _parts(package)
        scans = {
            # Also parts that no sheet names: the guards must have seen whatever the parser may open.
            part: scanned(package, part)
            for part in sorted({*parts.values()} | _sheet_parts(names))
            if part in names
        }
        notes = (_NEVER_CALCULATED,) if _recalculates(package) and any(s.formulas for s in scans.values()) else ()
        return {name: scans[part] for name, part in parts.items() if part in scans}, notes
    if "xl/workbook.bin" in names:
        raise UnreadableError(refusals.BINARY)
    if "content.xml" in names:
        check_open_document(package, names)
        return scanned_tables(package), ()
    raise UnreadableError(refusals.NO_WORKBOOK)


def _sheet_parts(names: set[str]) -> set[str]:
    return {n for n in names if n.lower().startswith("xl/worksheets/") and n.lower().endswith(".xml")}


def _parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Return sheet name -> part of the package, as the parser will look for it."""
    relations = _elements(package, "xl/_rels/workbook.xml.rels", "Relationship")
    targets = {a.get("Id", ""): a.get("Target", "") for a in relations}
    parts = {}
    for sheet in _elements(package, _MAIN, "sheet"):
        target = targets.get(sheet.get("id", ""), "")
        path = target.removeprefix("/") if target.startswith("/") else posixpath.join("xl", target)
        parts[sheet.get("name", "")] = path if path in package.namelist() else posixpath.normpath(path)
    return parts


def _recalculates(package: zipfile.ZipFile) -> bool:
    return any(a.get("fullCalcOnLoad") in ("1", "true") for a in _elements(package, _MAIN, "calcPr"))


def _elements(package: zipfile.ZipFile, part: str, name: str) -> list[dict[str, str]]:
    """Return the attributes of every element of a name in a small part, both without their prefixes."""
    if part not in package.namelist():
        return []
    elements: list[dict[str, str]] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if _bare(tag) == name:
            elements.append({_bare(key): text for key, text in attributes.items()})

    with package.open(part) as stream:
        # A longer part is cut here, which the XML parser then refuses as damaged.
        parse(stream.read(_MAX_PART), start)
    return elements


def _bare(name: str) -> str:
    return name.rpartition(":")[2]


def _parse(data: bytes, scans: Mapping[str, SheetScan]) -> tuple[Grid, ...]:
    try:
        book = fastexcel.read_excel(data)
        return tuple(_grid(book, name, scans.get(name, SheetScan())) for name in book.sheet_names)
    except _FAULTY as error:
        # `from None`: the text of a parser may quote cells (L5).
        raise UnreadableError(refusals.PROTECTED if "password" in str(error).lower() else refusals.DAMAGED) from None
    except BaseException as error:
        # A parser that gives up in the middle of nonsense raises outside the usual family of exceptions.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableError(refusals.DAMAGED) from None


def _grid(book: fastexcel.ExcelReader, name: str, scan: SheetScan) -> Grid:
    # skip_rows=0 keeps the blank rows above the table, so that the n-th record is the n-th row of the sheet.
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    frame = trimmed(sheet.to_polars().get_columns())
    lines = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True).alias("line")
    marks = (*sorted(scan.marks), *(replace(m, column=m.column + scan.first) for m in errors_in(frame)))
    return Grid(name, frame, lines, lines, scan.first, visible=sheet.visible == "visible", marks=marks)
