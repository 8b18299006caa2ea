"""Readers: bytes or a path become grids of strings; what a file is decides how it is read, not what it is called."""

from dataclasses import replace
from pathlib import Path

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.delimited import read_delimited
from validation.files.readers.grid import Grid, Read, errors_in, heading, holds_errors, letter, trimmed
from validation.files.readers.guards import check_size
from validation.files.readers.workbook import read_old_workbook, read_workbook

__all__ = ["Grid", "Read", "heading", "letter", "read"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FIRST_RECORD, _ENCRYPTED = b"\x09\x08\x10\x00\x00\x06\x05\x00", b"\x2f\x00"
_RECORDS = 4
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ARCHIVE = "an archive"
_PAGE = "a web page, though its name may say otherwise"
_OTHERS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"GIF8": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"{\\rtf": "a text document",
    b"\x1f\x8b": _ARCHIVE,
    b"7z\xbc\xaf\x27\x1c": _ARCHIVE,
    b"Rar!": _ARCHIVE,
    b"BZh": _ARCHIVE,
    b"\xfd7zXZ": _ARCHIVE,
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a database",
}
_MARKUP = ((b"<!doctype html", _PAGE), (b"<html", _PAGE), (b"<table", _PAGE), (b"<?xml", "an XML file"))


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
    check_size(data)
    _check_kind(data)
    if data.startswith(_ZIPS):
        return read_workbook(data)
    if data.startswith(_OLE):
        return read_old_workbook(data)
    text = read_delimited(data, names)
    suspect = holds_errors(data)
    del data
    frame = trimmed(text.columns)
    return Read((replace(text.grid, frame=frame, marks=errors_in(frame) if suspect else ()),), text.notes)


def _check_kind(data: bytes) -> None:
    if data.startswith(_OLE):
        _check_old(data)
    for magic, kind in _OTHERS.items():
        if data.startswith(magic):
            raise UnreadableError(refusals.NOT_A_TABLE, kind=kind)
    start = data[:1024].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").lower()
    for tag, kind in _MARKUP:
        if start.startswith(tag):
            raise UnreadableError(refusals.NOT_A_TABLE, kind=kind)


def _check_old(data: bytes) -> None:
    """Refuse what has the container of an old workbook but is something else, is protected, or holds macros."""
    if _wide("EncryptedPackage") in data or _is_locked(data):
        raise UnreadableError(refusals.PROTECTED)
    if _wide("_VBA_PROJECT") in data:
        raise UnreadableError(refusals.MACROS)
    if _wide("Workbook") not in data and _wide("Book") not in data:
        raise UnreadableError(refusals.OLD_DOCUMENT)


def _is_locked(data: bytes) -> bool:
    """Return whether one of the first records of an old workbook says that those after it are encrypted."""
    at = data.find(_FIRST_RECORD)
    for _ in range(_RECORDS if at >= 0 else 0):
        kind, length = data[at : at + 2], int.from_bytes(data[at + 2 : at + 4], "little")
        if kind == _ENCRYPTED:
            return True
        at += 4 + length
    return False


def _wide(name: str) -> bytes:
    return name.encode("utf-16-le")
