"""Takes delimited text apart by its quotation marks, strictly: a mark that does not close is told and never repaired.

A cell that begins with a quotation mark ends with one, and a mark inside it is written twice. A mark inside a cell that
begins with anything else is text, as in: Robert "Bob".
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from validation.contract.errors import UnreadableError
from validation.files import refusals

# A line of a cell with so large a part of a row's separators is a row, which a stray mark has swallowed. Rows may lack
# blank cells at their end; a text of so many commas on each line does not occur in tables of that many columns.
_SHARE = 0.8
_NARROW = 8
_PART = 2**24
# Of more lines the careful reader takes no longer.
_MOST_OTHERS = 10_000
# No delimiter and no text: codes that no text has were taken out before.
_NOTHING = "\x01"


@dataclass(frozen=True, slots=True)
class TextRecord:
    """A record: the line (from 0) on which it starts, how many lines it takes, and its cells."""

    line: int
    height: int
    cells: list[str]


def records(text: str, delimiter: str) -> Iterator[TextRecord]:
    """Yield the records of a text whose lines end with LF.

    Raises:
        UnreadableError: a quotation mark is never closed, has text behind it, or a cell is far too long.
    """
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, strict=True)
    start = 0
    try:
        for cells in reader:
            yield TextRecord(start, reader.line_num - start, cells)
            start = reader.line_num
    except csv.Error:
        fault = fault_in(text, start, delimiter)
    else:
        return
    raise fault


def swallowed(record: TextRecord, delimiter: str, usual: int) -> int | None:
    """Return the line (from 0) at which a cell begins that holds rows of the table; None where no cell does.

    Such a cell begins with a stray mark and ends with another one in a later row, and is no different from a cell with
    line breaks but for what its lines hold.

    Args:
        record: the record.
        delimiter: of the text.
        usual: how many delimiters the header line has.
    """
    line = record.line
    for column, cell in enumerate(record.cells):
        parts = cell.split("\n")
        counts = [part.count(delimiter) for part in parts]
        if len(parts) > 1 and _are_rows(counts, column, len(record.cells) - 1 - column, usual):
            return line
        line += len(parts) - 1
    return None


def _are_rows(counts: Sequence[int], before: int, behind: int, usual: int) -> bool:
    least = usual if usual < _NARROW else usual * _SHARE
    ends = (counts[0] + before, counts[-1] + behind)
    return any(count >= least for count in counts[1:-1]) or min(ends) >= least


def other_lines(data: bytes, delimiter: str, width: int) -> dict[int, list[str]] | None:
    """Return the lines that a reader less strict might read otherwise, and their cells; None where it would.

    On any other line the quotation marks all enclose a cell, or stand twice inside of one.

    Args:
        data: lines of delimited text.
        delimiter: between its cells.
        width: how many cells a line with quotation marks has.

    Returns:
        Line (from 0) -> cells; None where a line is no record of its own, or has another width.
    """
    if b'"' not in data:
        return {}
    mark = re.escape(delimiter)
    cell = f'(?:"[^"]*(?:""[^"]*)*"|[^"{mark}]*)'
    pattern = f"^{cell}(?:{mark}{cell}){{{width - 1}}}$"
    others: dict[int, list[str]] = {}
    start = 0
    for part in _parts(data):
        # The lines of a part that begins with a blank one cannot be counted off: that reader passes it over.
        odd = None if part.startswith((b"\n", b"\r")) and start else _odd_lines(part, pattern)
        if odd is None or len(others) + len(odd) > _MOST_OTHERS:
            return None
        lines = part.split(b"\n") if odd else []
        for at in odd:
            cells = _alone(lines[at].removesuffix(b"\r").decode(), delimiter)
            if cells is None or len(cells) != width:
                return None
            others[start + at] = cells
        start += part.count(b"\n")
    return others


def _odd_lines(data: bytes, pattern: str) -> list[int] | None:
    try:
        lines = pl.read_csv(data, has_header=False, separator=_NOTHING, quote_char=None, infer_schema=False)
    except pl.exceptions.PolarsError:
        return None
    if lines.width != 1 or lines.height != data.count(b"\n") + (not data.endswith(b"\n")):
        return None
    # A line without a mark is read alike by both; most have none, and to find that out costs little.
    numbers = lines.to_series().str.contains('"', literal=True).fill_null(False).arg_true()
    return numbers.filter(~lines.to_series()[numbers].str.contains(pattern)).to_list()


def _alone(line: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _parts(data: bytes) -> Iterator[bytes]:
    """Yield the text in parts of whole lines: the lines of a large file, as a whole, would take its memory again."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start + _PART) + 1 or len(data)
        yield data[start:end]
        start = end


def fault_in(text: str, line: int, delimiter: str) -> UnreadableError:
    """Return what is wrong in the record that starts at a line, at the line of the mark that opens the cell."""
    mark = re.escape(delimiter)
    quoted, bare = re.compile(r'"[^"]*(?:""[^"]*)*(")?'), re.compile(f"[^{mark}\n]*")
    at = _offset(text, line)
    while at < len(text):
        cell = (quoted if text[at] == '"' else bare).match(text, at)
        end = cell.end() if cell else len(text)
        if text[at] == '"' and cell and not cell[1]:
            return UnreadableError(refusals.UNCLOSED, row=line + 1, line=line + 1)
        if end < len(text) and text[end] not in (delimiter, "\n"):
            closed = line + 1 + text.count("\n", at, end)
            rule = refusals.TEXT_BEHIND if closed == line + 1 else refusals.CLOSED_LATER
            return UnreadableError(rule, row=line + 1, line=line + 1, closed=closed)
        if end - at > csv.field_size_limit():
            break
        line += text.count("\n", at, end + 1)
        at = end + 1
    return UnreadableError(refusals.LONG_CELL, row=line + 1, line=line + 1)


def _offset(text: str, line: int) -> int:
    at = 0
    for _ in range(line):
        at = text.index("\n", at) + 1
    return at
