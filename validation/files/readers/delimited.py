"""Reads delimited text into a grid; encoding, delimiter and header line are found by what they must yield."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import polars as pl

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.grid import Grid, heading

_DELIMITERS = ",;\t|"
# Enough for the first records of any return; trying four delimiters on the whole of a large file would take seconds.
_HEAD = 2**18
_PART = 2**22
_HEADER_WITHIN = 20
# Tab, line ends, form feed and the end-of-file mark of DOS are harmless; NUL is looked at apart.
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 0x1A, 0})
_MAX_COLUMNS = 1_000
_NULS = (
    "The file held empty characters (NUL), which were ignored. They often come from a system export: check names that "
    "look short."
)


@dataclass(frozen=True)
class _Header:
    delimiter: str
    line: int  # physical line, from 0
    record: int  # record, from 0


@dataclass(frozen=True)
class Delimited:
    """Delimited text taken apart: its columns, not yet trimmed, a grid that wants them, and what was assumed."""

    columns: list[pl.Series]
    grid: Grid
    notes: tuple[str, ...] = ()


def read_delimited(data: bytes, names: frozenset[str]) -> Delimited:
    """Read delimited text.

    Args:
        data: the file.
        names: headers looked for, in the form of `heading`; they decide the delimiter and the header line.

    Returns:
        The columns, beginning at the header line; they are trimmed when the text itself is no longer in memory.

    Raises:
        UnreadableError: not text, or a quotation mark is never closed.
    """
    data, notes = _decoded(data)
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    if not data.strip():
        raise UnreadableError(refusals.NO_TEXT)
    head = data[:_HEAD].decode(errors="ignore")
    header = _find_header(head, names)
    above = tuple(tuple(cells) for _, cells in islice(_records(head, header.delimiter), header.record))
    body = _from_line(data, header.line)
    read = _fast(body, header) or _slow(body.decode(), header)
    return replace(read, grid=replace(read.grid, above=above), notes=notes)


def _decoded(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return the file in UTF-8: by byte-order mark, then strict UTF-8, then UTF-16 by its NULs, then an older code."""
    wide = _by_mark(data) or _wide(data)
    notes: tuple[str, ...] = ()
    if wide:
        data, notes = _strictly(data, wide), (f"The file was read as {wide[:6].upper()}.",)
    # Only now: in UTF-16 every other byte of plain English is a NUL.
    if _has_control(data):
        raise UnreadableError(refusals.CONTROL_CODES)
    if b"\0" in data:
        data, notes = data.replace(b"\0", b""), (*notes, _NULS)
    if _is_utf8(data):
        return data.removeprefix(b"\xef\xbb\xbf"), notes
    # Programs of the old Mac end lines with a carriage return alone.
    encoding, name = ("mac_roman", "Mac Roman") if b"\n" not in data and b"\r" in data else ("cp1252", "Windows-1252")
    note = f"The file was read as {name}, an older form of text. Check that accents in names look right."
    return _strictly(data, encoding), (*notes, note)


def _by_mark(data: bytes) -> str | None:
    marks = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32"}
    marks |= {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    return next((encoding for mark, encoding in marks.items() if data.startswith(mark)), None)


def _has_control(data: bytes) -> bool:
    return any(len(part.translate(None, _CONTROL)) != len(part) for part in _parts(data))


def _is_utf8(data: bytes) -> bool:
    """Return whether the file is UTF-8, a part at a time: the text as a whole would take up to four times its size."""
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for part in _parts(data):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _parts(data: bytes) -> Iterator[bytes]:
    return (data[at : at + _PART] for at in range(0, len(data), _PART))


def _strictly(data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode()
    except UnicodeError:
        raise UnreadableError(refusals.CHARACTERS) from None


def _wide(data: bytes) -> str | None:
    """Return the UTF-16 that the pattern of NULs in the first part shows, or None."""
    head = data[:2048]
    pairs = len(head) // 2
    # Not all of them: letters outside Latin, as in a name, have a second byte.
    if pairs and head[1::2].count(0) > pairs * 0.7 and not head[::2].count(0):
        return "utf-16-le"
    if pairs and head[::2].count(0) > pairs * 0.7 and not head[1::2].count(0):
        return "utf-16-be"
    return None


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line (from 0) at which each record starts, and its cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 0
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num
    except csv.Error:
        raise UnreadableError(refusals.OPEN_QUOTE) from None


def _find_header(head: str, names: frozenset[str]) -> _Header:
    best, header = 0, _Header(",", 0, 0)
    for delimiter in _DELIMITERS:
        try:
            for record, (line, cells) in zip(range(_HEADER_WITHIN), _records(head, delimiter), strict=False):
                score = len({heading(c) for c in cells} & names)
                if score > best:
                    best, header = score, _Header(delimiter, line, record)
        except UnreadableError:
            continue
    return header


def _from_line(data: bytes, line: int) -> bytes:
    at = 0
    for _ in range(line):
        at = data.index(b"\n", at) + 1
    return data[at:]


def _fast(body: bytes, header: _Header) -> Delimited | None:
    """Read with polars; None where a record spans lines or is longer than the first, which needs the careful reader."""
    try:
        frame = pl.read_csv(body, has_header=False, separator=header.delimiter, infer_schema=False)
    except pl.exceptions.PolarsError:
        return None
    # A line break inside a cell makes fewer records than lines, and lines could no longer be counted off.
    if frame.height != body.count(b"\n") + (not body.endswith(b"\n")) or frame.width > _MAX_COLUMNS:
        return None
    # The careful reader refuses a longer cell, so this one must not let it pass: both judge a file alike.
    if max(frame.select(pl.all().str.len_bytes().max().fill_null(0)).row(0), default=0) > csv.field_size_limit():
        return None
    lines = pl.int_range(header.line + 1, header.line + 1 + frame.height, dtype=pl.Int64, eager=True).alias("line")
    places = lines + (header.record - header.line)
    return Delimited(frame.get_columns(), Grid("", pl.DataFrame(), lines, places))


def _slow(body: str, header: _Header) -> Delimited:
    lines: list[int] = []
    records: list[list[str]] = []
    overlong: list[int] = []
    width = 0
    for line, cells in _records(body, header.delimiter):
        width = width or min(len(cells), _MAX_COLUMNS)
        if any(c.strip() for c in cells[width:]):
            overlong.append(line + header.line + 1)
        lines.append(line + header.line + 1)
        records.append(cells[:width] + [""] * (width - len(cells)))
    columns = [pl.Series([r[n] for r in records], dtype=pl.String) for n in range(width)]
    places = pl.Series(range(header.record + 1, header.record + 1 + len(lines)), dtype=pl.Int64)
    grid = Grid("", pl.DataFrame(), pl.Series(lines, dtype=pl.Int64), places, overlong=tuple(overlong))
    return Delimited(columns, grid)
