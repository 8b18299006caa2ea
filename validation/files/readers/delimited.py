"""Reads delimited text into a grid; delimiter and header line are those that yield headers, and no line is lost."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

import polars as pl

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.characters import bare
from validation.files.readers.grid import Account, Grid, heading
from validation.files.readers.quoting import TextRecord, fault_in, other_lines, records, swallowed
from validation.files.readers.separators import SEPARATORS, check_same, check_separator, check_wrapped
from validation.files.readers.text import DecodedText

# Enough for the first records of any return; trying four delimiters on the whole of a large file would take seconds.
_HEAD = 2**18
_HEADER_WITHIN = 20
# One header alone may stand in any text.
_LEAST = 2
_MAX_COLUMNS = 1_000
_SHORT_ONE_IN = 10
_OTHER_LINES = 200  # of a text that is no return, enough to say what it is


@dataclass(frozen=True)
class _Header:
    delimiter: str
    line: int  # physical line, from 0
    record: int  # record, from 0
    score: int  # how many of the headers that are looked for it holds
    width: int = 1  # how many cells it has


@dataclass(frozen=True)
class Delimited:
    """Delimited text taken apart: its columns, not yet trimmed, and a grid that wants them."""

    columns: list[pl.Series]
    grid: Grid


def read_delimited(text: DecodedText, names: frozenset[str]) -> Delimited:
    """Read delimited text.

    Args:
        text: the text of the file.
        names: headers looked for, in the form of `heading`; they decide the delimiter and the header line.

    Returns:
        The columns, beginning at the header line; they are trimmed when the text itself is no longer in memory. Of a
        text without a header line, which is no return, the first lines alone.

    Raises:
        UnreadableError: a quotation mark is not closed or encloses rows, a cell is far too long, cells are kept apart
            by another separator, or a line is missing from what was read.
    """
    head = text.data[:_HEAD].decode(errors="ignore").replace("\r\n", "\n")
    header = max((_header(head, mark, names) for mark in SEPARATORS), key=lambda h: h.score)
    line = max((_header_line(head, mark, names) for mark in SEPARATORS), key=lambda h: h.score)
    if line.score > header.score and line.score >= _LEAST:
        # A header line that is no record of its own stands in the cell of a quotation mark above or on it.
        raise _enclosing(text.data.decode().replace("\r\n", "\n"), line)
    if header.score < _LEAST:
        check_separator(head, names)
        return _other(head, names)
    above = tuple(tuple(bare(c) for c in r.cells) for r in islice(records(head, header.delimiter), header.record))
    body = _from_line(text.data, header.line)
    read = _fast(body, header, text.lines - header.line) or _slow(body.decode().replace("\r\n", "\n"), header)
    check_wrapped(read.columns, header.line + 1, header.delimiter)
    check_same(read.columns, read.grid.lines, header.delimiter)
    account = read.grid.account or Account(0, 0)
    account = Account(text.lines, header.record + account.records, header.line - header.record + account.breaks)
    if account.missing:
        at = account.records + account.breaks + 1
        raise UnreadableError(refusals.LINES_MISSING, row=at, line=at)
    return replace(read, grid=replace(read.grid, above=above, account=account))


def _header(head: str, delimiter: str, names: frozenset[str]) -> _Header:
    """Return the record among the first that holds most headers."""
    best = _Header(delimiter, 0, 0, 0)
    try:
        for number, record in zip(range(_HEADER_WITHIN), records(head, delimiter), strict=False):
            score = len({heading(c) for c in record.cells} & names)
            if score > best.score:
                best = _Header(delimiter, record.line, number, score, len(record.cells))
    except UnreadableError:
        # The head may end amid a cell; and what is wrong is said once the delimiter is sure.
        return best
    return best


def _header_line(head: str, delimiter: str, names: frozenset[str]) -> _Header:
    """Return the line among the first that holds most headers, whatever quotation marks make of it."""
    lines = head.split("\n", _HEADER_WITHIN)[:_HEADER_WITHIN]
    scores = [len({heading(c) for c in line.split(delimiter)} & names) for line in lines]
    best = max(range(len(lines)), key=scores.__getitem__)
    return _Header(delimiter, best, best, scores[best])


def _enclosing(body: str, header: _Header) -> UnreadableError:
    """Return what is wrong with the quotation mark by which a header line is no record of its own."""
    at = 0
    try:
        for record in records(body, header.delimiter):
            at = record.line
            if record.line + record.height > header.line:
                break
    except UnreadableError as error:
        return error
    return UnreadableError(refusals.ENCLOSES_ROWS, row=at + 1, line=at + 1)


def _other(head: str, names: frozenset[str]) -> Delimited:
    """Return the first lines of a text that has no header line; by its first column it may still lie on its side."""
    lines = head.split("\n", _OTHER_LINES)[:_OTHER_LINES]
    scores = {mark: len({heading(line.split(mark)[0]) for line in lines} & names) for mark in SEPARATORS}
    delimiter = max(SEPARATORS, key=scores.__getitem__)
    cells = list(_loosely(lines, delimiter))
    width = max((len(row) for row in cells), default=0)
    columns = [pl.Series([row[n] if n < len(row) else "" for row in cells], dtype=pl.String) for n in range(width)]
    places = pl.Series(range(1, 1 + len(cells)), dtype=pl.Int64)
    return Delimited(columns, Grid("", pl.DataFrame(), places, places))


def _loosely(lines: list[str], delimiter: str) -> Iterator[list[str]]:
    for number, line in enumerate(lines):
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            raise fault_in("\n".join(lines), number, delimiter) from None
        yield cells[:_MAX_COLUMNS]


def _from_line(data: bytes, line: int) -> bytes:
    at = 0
    for _ in range(line):
        at = data.index(b"\n", at) + 1
    return data[at:]


def _fast(body: bytes, header: _Header, lines_left: int) -> Delimited | None:
    """Read with polars; None where a record spans lines or is longer than the first, which needs the careful reader."""
    others = other_lines(body, header.delimiter, header.width)
    if others is None:
        return None
    try:
        frame = pl.read_csv(body, has_header=False, separator=header.delimiter, infer_schema=False)
    except pl.exceptions.PolarsError:
        return None
    # A line break inside a cell makes fewer records than lines, and lines could no longer be counted off.
    if frame.height != lines_left or frame.width > _MAX_COLUMNS:
        return None
    # The careful reader refuses a longer cell, so this one must not let it pass: both judge a file alike.
    if max(frame.select(pl.all().str.len_bytes().max().fill_null(0)).row(0), default=0) > csv.field_size_limit():
        return None
    if any([cell or "" for cell in frame.row(at)] != cells for at, cells in others.items()):
        return None
    lines = pl.int_range(header.line + 1, header.line + 1 + frame.height, dtype=pl.Int64, eager=True).alias("line")
    places = lines + (header.record - header.line)
    return Delimited(frame.get_columns(), Grid("", pl.DataFrame(), lines, places, account=_whole(frame.height)))


def _whole(records_read: int, breaks: int = 0) -> Account:
    return Account(records_read + breaks, records_read, breaks)


def _slow(body: str, header: _Header) -> Delimited:
    kept = _Kept(header)
    for record in records(body, header.delimiter):
        kept.add(record)
    kept.refuse_numbers()
    columns = [pl.Series(column, dtype=pl.String) for column in zip(*kept.rows, strict=True)]
    lines = pl.Series(kept.lines, dtype=pl.Int64)
    places = pl.Series(range(header.record + 1, header.record + 1 + len(kept.rows)), dtype=pl.Int64)
    # Where rows lack cells in any case, as some systems leave out blank ones at the end, that says nothing.
    joined = tuple(kept.joined) if kept.short * _SHORT_ONE_IN <= len(kept.rows) else ()
    # A separator at the end of each row is a habit of its program; at the end of a few it may stand for one too many.
    wider = tuple(kept.wider) if len(kept.wider) * 2 <= len(kept.rows) else ()
    account, overlong = _whole(len(kept.rows), kept.breaks), tuple(kept.overlong)
    grid = Grid("", pl.DataFrame(), lines, places, overlong=overlong, wider=wider, joined=joined, account=account)
    return Delimited(columns, grid)


@dataclass
class _Kept:
    """The records that the careful reader has read, each as wide as the first, and what is to be said of them."""

    header: _Header
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    overlong: list[int] = field(default_factory=list)
    wider: list[int] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    short: int = 0
    breaks: int = 0
    width: int = 0
    numbered: bool = True

    def add(self, record: TextRecord) -> None:
        """Add a record.

        Raises:
            UnreadableError: a cell of it holds rows of the table.
        """
        cells, line = record.cells, record.line + self.header.line + 1
        if not self.rows:
            self.width = min(len(cells), _MAX_COLUMNS)
        elif any(cells):
            self._note_number(cells)
        if record.height > 1:
            self.breaks += record.height - 1
            self._refuse_rows_in_cells(record)
        if len(cells) > self.width:
            surplus = self.overlong if any(c.strip() for c in cells[self.width :]) else self.wider
            surplus.append(line)
            cells = cells[: self.width]
        elif len(cells) < self.width:
            self._note_lack(cells, line)
            cells = cells + [""] * (self.width - len(cells))
        self.lines.append(line)
        self.rows.append(cells)

    def refuse_numbers(self) -> None:
        """Let rows pass that are not all numbered by a program which gives that column no header.

        Raises:
            UnreadableError: they are, so that each value stands one header too far.
        """
        if not (self.numbered and self.overlong and len(self.numbers) > 1):
            return
        first = self.numbers[0]
        if first in (0, 1) and self.numbers == list(range(first, first + len(self.numbers))):
            line = self.header.line + 2
            raise UnreadableError(refusals.NUMBERED_ROWS, row=line, line=line)

    def _note_number(self, cells: list[str]) -> None:
        number = cells[0].strip() if len(cells) == self.width + 1 else ""
        self.numbered = self.numbered and number.isdecimal()
        if self.numbered:
            self.numbers.append(int(number))

    def _refuse_rows_in_cells(self, record: TextRecord) -> None:
        head = self.rows[0] if self.rows else record.cells
        usual = max(n for n, cell in enumerate(head) if cell.strip())
        # Of the headers themselves those alone count that are known: a mark among them may have drawn in more.
        at = swallowed(record, self.header.delimiter, usual if self.rows else min(usual, self.header.score - 1))
        if at is not None:
            line = self.header.line + at + 1
            raise UnreadableError(refusals.ENCLOSES_ROWS, row=line, line=line)

    def _note_lack(self, cells: list[str], line: int) -> None:
        """Note a row of too few cells; two stray marks join cells to one, which then holds the delimiters it lacks."""
        if not any(cells):
            return
        if sum(cell.count(self.header.delimiter) for cell in cells) >= self.width - len(cells):
            self.joined.append(line)
        else:
            self.short += 1
