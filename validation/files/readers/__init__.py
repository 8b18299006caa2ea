"""Readers: bytes or a path become grids of strings; what a file is decides how it is read, not what it is called."""

from dataclasses import replace
from pathlib import Path

from validation.files.readers.characters import may_be_odd, odd_cells, without_marks
from validation.files.readers.delimited import read_delimited
from validation.files.readers.distinct import distinct_of
from validation.files.readers.faults import guarded
from validation.files.readers.grid import Account, Grid, Mark, Read, errors_in, heading, in_order, letter, trimmed
from validation.files.readers.guards import check_size
from validation.files.readers.kinds import OLE, check_kind
from validation.files.readers.text import text_of
from validation.files.readers.workbook import read_old_workbook, read_workbook

__all__ = ["Account", "Grid", "Read", "guarded", "heading", "letter", "read"]

_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# Less than the head of a file in an archive that does not pack, where another workbook may follow.
_FRONT = 256
_IN_FRONT = (
    "We left out {count} in front of the workbook, which a faulty download may have added, and read the workbook."
)


def read(source: Path | bytes, names: frozenset[str]) -> Read:
    """Read a return as its content shows it to be.

    Args:
        source: the file or its bytes.
        names: the headers of all returns, in the form of `heading`.

    Raises:
        UnreadableError: it cannot be read as a table; the sentence says why and what to do.
        OSError: the path cannot be opened.
    """
    data = source if isinstance(source, bytes) else source.read_bytes()
    return guarded(lambda: _read(data, names))


def _read(data: bytes, names: frozenset[str]) -> Read:
    check_size(data)
    check_kind(data)
    front = _in_front(data)
    if front:
        whole = _read(data[front:], names)
        return replace(whole, notes=(_IN_FRONT.format(count=_bytes(front)), *whole.notes))
    if data.startswith(_ZIPS):
        return read_workbook(data)
    if data.startswith(OLE):
        return read_old_workbook(data)
    return _read_text(data, names)


def _in_front(data: bytes) -> int:
    """Return how many bytes stand before a workbook; 0 where the file is none or begins as one."""
    if data.startswith((*_ZIPS, OLE)):
        return 0
    return max(data.find(_ZIPS[0], 0, _FRONT), data.find(OLE, 0, _FRONT), 0)


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count:,} bytes"


def _read_text(data: bytes, names: frozenset[str]) -> Read:
    text = text_of(data)
    del data
    table = read_delimited(text, names)
    odd, marked, notes = may_be_odd(text.data), text.marked, text.notes
    del text
    frame, distinct = trimmed(table.columns)
    marks: tuple[Mark, ...] = ()
    if marked:
        frame, marks = without_marks(frame)
        distinct = distinct_of(frame)
    marks = in_order(marks, odd_cells(frame, distinct) if odd else (), errors_in(frame, distinct))
    return Read((replace(table.grid, frame=frame, marks=marks, distinct=distinct),), notes)
