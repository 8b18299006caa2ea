"""Readers: bytes or a path become grids of strings; what a file is decides how it is read, not what it is called."""

from dataclasses import replace
from pathlib import Path

from validation.faults import Unreadable
from validation.readers.delimited import read_delimited
from validation.readers.grid import Grid, Read, heading, letter, trimmed
from validation.readers.guards import PROTECTED, check_size
from validation.readers.workbook import read_workbook

__all__ = ["Grid", "Read", "heading", "letter", "read"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_OTHERS = {b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"{\\rtf": "a text document"}


def read(source: Path | bytes, names: frozenset[str]) -> Read:
    """Read a return as its content shows it to be.

    Args:
        source: the file or its bytes.
        names: the headers of all returns, in the form of `heading`.

    Raises:
        Unreadable: it cannot be read as a table; the sentence says why and what to do.
        OSError: the path cannot be opened.
    """
    data = source if isinstance(source, bytes) else source.read_bytes()
    check_size(data)
    _check_kind(data)
    if data.startswith(_ZIP):
        return Read(read_workbook(data))
    text = read_delimited(data, names)
    del data
    return Read((replace(text.grid, frame=trimmed(text.columns)),), text.notes)


def _check_kind(data: bytes) -> None:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable(PROTECTED)
        raise Unreadable("The workbook is in the old .xls format. Save it as .xlsx and send that.")
    for magic, kind in _OTHERS.items():
        if data.startswith(magic):
            raise Unreadable(f"The file is {kind}, not a table. Send the template filled in, as .xlsx, .ods or .csv.")
