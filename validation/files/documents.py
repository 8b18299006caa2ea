"""Says what kind of document a file is, by its content alone; of a package only the list of its parts is looked at."""

import csv
import struct
import zipfile
from typing import BinaryIO

from models.refusals import Refusal

KINDS = {
    "pdf": "PDF",
    "docx": "Word (DOCX)",
    "odt": "OpenDocument text (ODT)",
    "xlsx": "Excel (XLSX)",
    "ods": "OpenDocument spreadsheet (ODS)",
    "csv": "CSV",
    "txt": "plain text",
    "png": "PNG picture",
    "jpeg": "JPEG picture",
}
"""The kinds of document that are taken, as people read them."""

ENDINGS = ".pdf,.docx,.odt,.xlsx,.ods,.csv,.txt,.png,.jpg,.jpeg"
"""What a form offers to choose from; the name decides nothing."""

_TAKEN = "It must be a PDF, DOCX, ODT, XLSX, ODS, CSV or TXT file, or a PNG or JPEG picture."
_HEAD = 64 * 1024
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_FIRST_NAME = slice(30, 38)
_END = b"PK\x05\x06"
_END_BYTES = 22 + 2**16
# A package of an office program has some tens of parts, and its list a few kilobytes.
_MOST_PARTS, _LONGEST_LIST = 5_000, 2**20
_MACROS = ("vbaproject.bin", "basic/", "scripts/")
# What begins as a page, a letter to a program or a program of its own is no plain text, though all of it is letters.
_NO_TEXT = (b"<!doctype", b"<html", b"<?xml", b"<svg", b"<script", b"{\\rtf", b"#!", b"[internetshortcut]", b"mz")
_LETTERS = bytes(range(32, 256)) + b"\t\n\r\f"
_LEAST_LINES = 2


class DocumentRefusedError(Refusal):
    """A file is no document that is taken; the sentence says why, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="file")


def kind_of(file: BinaryIO) -> str:
    """Return the kind of a document, a key of `KINDS`; the file is left at its start.

    Nothing is unpacked and nothing is parsed but the list of a package's parts: the scanner has not seen it yet.

    Raises:
        DocumentRefusedError: it is of no kind that is taken, is protected, or holds macros.
    """
    file.seek(0)
    head = file.read(_HEAD)
    try:
        return _by_magic(head) or _of_package(file, head) or _of_text(file, head)
    finally:
        file.seek(0)


def _by_magic(head: bytes) -> str:
    # Programs that read PDF look for its mark within the first kilobyte.
    if b"%PDF-" in head[:1024] and not head.startswith(b"PK"):
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(_OLD):
        raise DocumentRefusedError(
            "The selected file is protected with a password, or is in an old format such as .doc or .xls. "
            "Save it without a password as PDF, DOCX or XLSX, and send that."
        )
    return ""


def _of_package(file: BinaryIO, head: bytes) -> str:
    if not head.startswith(b"PK\x03\x04"):
        return ""
    if head[_FIRST_NAME] == b"mimetype":
        # The first part of an OpenDocument package is its kind, stored as it is.
        size = struct.unpack("<I", head[18:22])[0]
        extra = struct.unpack("<H", head[28:30])[0]
        kind = _OPEN_DOCUMENTS.get(head[38 + extra : 38 + extra + size], "")
        _check_parts(_parts(file))
        return kind or _refuse_package()
    parts = _parts(file)
    _check_parts(parts)
    names = {part.filename.lower() for part in parts}
    if "[content_types].xml" not in names:
        return _refuse_package()
    word = any(name.startswith("word/") for name in names)
    sheets = any(name.startswith("xl/") for name in names)
    if word == sheets:
        return _refuse_package()
    return "docx" if word else "xlsx"


def _refuse_package() -> str:
    raise DocumentRefusedError(
        "The selected file is an archive or a document of another kind. Unpack it and send each document. " + _TAKEN
    )


def _parts(file: BinaryIO) -> list[zipfile.ZipInfo]:
    """Return the list of a package's parts, unless it is longer than any document's."""
    damaged = "The selected file is damaged. Open it, save it again, and send it once more."
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_BYTES))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise DocumentRefusedError(damaged)
    number, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    if number > _MOST_PARTS or length > _LONGEST_LIST:
        raise DocumentRefusedError(damaged)
    try:
        with zipfile.ZipFile(file) as package:
            return package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, IndexError, struct.error):
        raise DocumentRefusedError(damaged) from None


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentRefusedError(
            "The selected file is protected with a password. Save it without one, and send that."
        )
    names = [part.filename.lower() for part in parts]
    if any(name.endswith(_MACROS[0]) or name.startswith(_MACROS[1:]) for name in names):
        raise DocumentRefusedError("The selected file holds macros. Save it without them, or as PDF, and send that.")


def _of_text(file: BinaryIO, head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_NO_TEXT) or not _is_text(file):
        raise DocumentRefusedError(f"The selected file is of a kind that we do not take. {_TAKEN}")
    return "csv" if _is_table(head) else "txt"


def _is_text(file: BinaryIO) -> bool:
    """Return whether a file holds letters in UTF-8 or as Windows writes them, and no signs that no keyboard makes."""
    file.seek(0)
    while piece := file.read(2**20):
        if piece.translate(None, _LETTERS):
            return False
    return True


def _is_table(head: bytes) -> bool:
    """Return whether the first lines of a text have the same number of cells, and more than one."""
    text = head.decode("utf-8-sig", "replace")
    lines = text.splitlines()[:-1] if len(head) == _HEAD else text.splitlines()
    for separator in ",;\t":
        rows = [row for row in csv.reader(lines[:50], delimiter=separator) if row]
        widths = {len(row) for row in rows}
        if len(rows) >= _LEAST_LINES and len(widths) == 1 and min(widths) > 1:
            return True
    return False
