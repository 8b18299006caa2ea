"""Reads XLSX, XLS and ODS workbooks into grids, after the guards have passed them."""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import IO
from xml.parsers import expat

import fastexcel
import polars as pl

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.careful import copied
from validation.files.readers.characters import may_be_odd, odd_cells
from validation.files.readers.content import (
    content_entry,
    is_at_home,
    pieces_anew,
    usual_pieces,
    written_anew,
)
from validation.files.readers.distinct import Distinct
from validation.files.readers.grid import Account, Grid, Read, errors_in, in_order, trimmed
from validation.files.readers.guards import check_content, check_package, no_workbook, opened
from validation.files.readers.markup import is_wide
from validation.files.readers.opendocument import NotUsualError, scanned_tables
from validation.files.readers.package import (
    SheetPart,
    Workbook,
    count_of_strings,
    entries_of,
    rebuilt,
    workbook_of,
)
from validation.files.readers.styles import Formats
from validation.files.readers.worksheet import SheetScan, scanned

_NEVER_CALCULATED = (
    "The workbook was written by a program that left its formulas to be calculated. If cells read as 0 or blank here, "
    "open it in your spreadsheet program, save it and send that."
)
_OLD = (
    "The file is an old .xls workbook. In it a formula with an error, such as #REF!, is read as a blank cell. Save it "
    "as .xlsx where you can."
)
_FRACTION = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}$"
# What the archive's own reader raises where a byte is wrong, and what the XML's does.
_BROKEN = (
    *(zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError),
    *(zlib.error, lzma.LZMAError, struct.error, expat.error),
)
_DECLARED = 200  # bytes within which the declaration of a part ends
_BY_NUMBER = (b"_x00", b"&#")
_BEGINS_ERROR = re.compile(rb"(?i)>[^<a-z0-9]{0,20}(?:#|err ?:|loading)")
_FAULTY = (fastexcel.FastExcelError, pl.exceptions.PolarsError, ValueError)

Sheet = tuple[str, pl.DataFrame, bool]
"""Name of a sheet, its cells as the parser hands them on, and whether it is shown."""

Parsed = tuple[list[Sheet], dict[str, SheetScan]]
"""Sheets, and what was seen of each of them besides, by its name."""


class _NotParsedError(Exception):
    """The parser gave up; it says nothing of why, since its text may quote cells (L5)."""


def read_workbook(data: bytes) -> Read:
    """Read every sheet of an XLSX or ODS workbook.

    Raises:
        UnreadableError: the package is not a workbook, is damaged, was refused by a guard, or holds cells that the
            parser does not hand on.
    """
    with opened(data) as package:
        try:
            check_package(package)
            entries = entries_of(package)
            check_content(entries)
            book = workbook_of(package)
            if book:
                return _xlsx(data, package, book)
            if "content.xml" in entries:
                return _ods(data, package)
        except _BROKEN:
            raise UnreadableError(refusals.DAMAGED) from None
    raise no_workbook(entries)


def read_old_workbook(data: bytes) -> Read:
    """Read every sheet of an XLS workbook, whose rows and columns are few enough by its format.

    Raises:
        UnreadableError: it is damaged or protected.
    """
    try:
        sheets = _sheets(data)
    except _NotParsedError:
        raise UnreadableError(refusals.DAMAGED) from None
    return _read(sheets, {}, (_OLD,))


def _xlsx(data: bytes, package: zipfile.ZipFile, book: Workbook) -> Read:
    names = {sheet.name for sheet in book.sheets}
    if len(names) < len(book.sheets) or not names:
        # Sheets are told apart by their names, which no spreadsheet program gives twice.
        raise UnreadableError(refusals.DAMAGED)
    formats = Formats(package.read(book.styles) if book.styles else None)
    parsed = _fast(data, package, book, formats) if book.usual else None
    sheets, scans = parsed or _careful(package, book, formats)
    notes = (_NEVER_CALCULATED,) if book.recalculates and any(s.formulas for s in scans.values()) else ()
    if not _may_be_marked(package, book):
        scans = {name: scan if scan.own_texts else replace(scan, plain=True) for name, scan in scans.items()}
    return _read(sheets, scans, notes)


def _may_be_marked(package: zipfile.ZipFile, book: Workbook) -> bool:
    """Return whether the shared texts may hold an error as text, or a character that nobody meant.

    Nearly all texts of a workbook stand there, each once, so that a look at them is a look at all cells.
    """
    texts = package.read(book.strings) if book.strings else b""
    # The declaration holds question marks. In XML every `&` is written out, and some programs write signs by numbers.
    plain = texts[texts.find(b"?>", 0, _DECLARED) + 1 :].replace(b"&amp;", b"&")
    return (
        is_wide(texts)
        or any(sign in texts for sign in _BY_NUMBER)
        or bool(_BEGINS_ERROR.search(plain))
        or may_be_odd(plain)
    )


def _fast(data: bytes, package: zipfile.ZipFile, book: Workbook, formats: Formats) -> Parsed | None:
    """Return what the parser reads of the workbook as it came; None where that is not all that its sheets hold."""
    scans = {s.name: scanned(package, s.entry, formats) for s in book.sheets if s.rows and s.entry}
    if any(scan.doubtful for scan in scans.values()):
        return None
    try:
        sheets = _sheets(data)
    except _NotParsedError:
        return None
    return (sheets, scans) if all(_is_whole(sheet, scans.get(sheet[0])) for sheet in sheets) else None


def _careful(package: zipfile.ZipFile, book: Workbook, formats: Formats) -> Parsed:
    """Return what the parser reads of a copy that is made cell by cell."""
    strings = count_of_strings(package, book)
    scans: dict[str, SheetScan] = {}

    def copy(sheet: SheetPart, out: IO[bytes]) -> None:
        if sheet.entry is None:
            raise UnreadableError(refusals.DAMAGED)
        scans[sheet.name] = copied(package, sheet.entry, strings, formats, out)

    try:
        sheets = _sheets(rebuilt(package, book, copy))
    except _NotParsedError:
        raise UnreadableError(refusals.NOT_FOLLOWED) from None
    _check_rows(sheets, scans)
    return sheets, scans


def _ods(data: bytes, package: zipfile.ZipFile) -> Read:
    entry = content_entry(package)
    parsed = _fast_ods(data, package, entry) if is_at_home(package) else None
    return _read(*(parsed or _careful_ods(package, entry)))


def _fast_ods(data: bytes, package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Parsed | None:
    """Return what the parser reads of the workbook as it came; None where that is not all that its sheets hold."""
    try:
        scans = scanned_tables(usual_pieces(package, entry))
        sheets = _sheets(data)
    except (NotUsualError, _NotParsedError):
        return None
    return (sheets, scans) if all(_is_whole(sheet, scans.get(sheet[0])) for sheet in sheets) else None


def _careful_ods(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Parsed:
    """Return what the parser reads of a copy that is made element by element."""
    data = written_anew(package, entry)
    with opened(data) as copy:
        scans = scanned_tables(pieces_anew(copy, "content.xml"), anew=True)
    try:
        sheets = _sheets(data)
    except _NotParsedError:
        raise UnreadableError(refusals.NOT_FOLLOWED) from None
    _check_rows(sheets, scans)
    return sheets, scans


def _is_whole(sheet: Sheet, scan: SheetScan | None) -> bool:
    """Return whether the parser handed on as many cells as the sheet holds."""
    if scan is None or scan.cells is None:
        return True
    _, frame, _ = sheet
    handed = sum(frame.height - column.null_count() for column in frame)
    return handed == scan.cells - scan.blanks


def _check_rows(sheets: Iterable[Sheet], scans: Mapping[str, SheetScan]) -> None:
    """Refuse a workbook of whose rows with content some were not handed on (L14)."""
    for number, (name, frame, _) in enumerate(sheets, 1):
        filled = pl.any_horizontal(pl.all().is_not_null())
        read = set(frame.select(filled).to_series().arg_true()) if frame.width else set()
        lost = scans[name].records - read if name in scans else set()
        if lost:
            raise UnreadableError(refusals.ROWS_LOST, row=min(lost) + 1, sheet=f"sheet {number}")


def _sheets(data: bytes) -> list[Sheet]:
    try:
        book = fastexcel.read_excel(data)
        return [_sheet(book, name) for name in book.sheet_names]
    except _FAULTY as error:
        if "password" in str(error).lower():
            raise UnreadableError(refusals.PROTECTED) from None
    except BaseException as error:
        # A parser that gives up in the middle of nonsense raises outside the usual family of exceptions.
        if type(error).__name__ != "PanicException":
            raise
    # Raised out here, where the error of the parser, which may quote cells, is no longer attached to it (L5).
    raise _NotParsedError


def _sheet(book: fastexcel.ExcelReader, name: str) -> Sheet:
    # skip_rows=0 keeps the blank rows above the table, so that the n-th record is the n-th row of the sheet.
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    return name, sheet.to_polars(), sheet.visible == "visible"


def _read(sheets: list[Sheet], scans: Mapping[str, SheetScan], notes: tuple[str, ...] = ()) -> Read:
    """Return the grids of sheets; the list is emptied on the way, since a large file has no room for two of it."""
    grids = []
    while sheets:
        name, frame, visible = sheets.pop(0)
        scan = scans.get(name, SheetScan())
        columns = _as_shown(frame, scan).get_columns()
        del frame
        grids.append(_grid(name, *trimmed(columns), scan, visible=visible))
    return Read(tuple(grids), notes)


def _grid(name: str, frame: pl.DataFrame, distinct: Distinct, scan: SheetScan, *, visible: bool) -> Grid:
    places = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True).alias("line")
    # Where nobody listed the rows, as many cells were handed on as the sheet holds, and so all rows of it.
    lines = max(scan.records) + 1 if scan.records else frame.height
    errors, odd = ((), ()) if scan.plain else (errors_in(frame, distinct), odd_cells(frame, distinct, scan.first))
    marks = in_order(sorted(scan.marks), (replace(m, column=m.column + scan.first) for m in errors), odd)
    return Grid(
        name,
        frame,
        places,
        places,
        scan.first,
        visible=visible,
        marks=marks,
        account=Account(lines, frame.height, hidden=tuple(n + 1 for n in sorted(scan.hidden_rows))),
        hidden_columns=tuple(sorted(scan.hidden_columns)),
        distinct=distinct,
    )


def _as_shown(frame: pl.DataFrame, scan: SheetScan) -> pl.DataFrame:
    """Return cells with what their sender sees, where the parser hands on something else."""
    by_column: dict[int, dict[int, str | None]] = {}
    for (record, column), text in scan.shown.items():
        if 0 <= column - scan.first < frame.width and record < frame.height:
            by_column.setdefault(column - scan.first, {})[record] = text
    columns = frame.get_columns()
    for number, texts in by_column.items():
        changed = pl.DataFrame(
            {"at": list(texts), "text": list(texts.values())}, schema={"at": pl.UInt32, "text": pl.String}
        )
        columns[number] = columns[number].scatter(changed["at"], changed["text"])
    return _to_the_second(pl.DataFrame(columns))


def _to_the_second(frame: pl.DataFrame) -> pl.DataFrame:
    """Return times without the hair's breadth by which a computed one lies beside the second that it shows."""
    likely = frame.select(pl.all().str.contains(_FRACTION).any()) if frame.height else frame
    names = [column.name for column in likely if column.item()] if frame.height else []
    moments = (pl.col(name).str.to_datetime("%Y-%m-%d %H:%M:%S%.3f", strict=False, time_unit="ms") for name in names)
    seconds = (moment.dt.round("1s").dt.strftime("%Y-%m-%d %H:%M:%S") for moment in moments)
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(_FRACTION)).then(second).otherwise(pl.col(name)).alias(name)
        for name, second in zip(names, seconds, strict=True)
    )
