"""Says what a file is that is no table, by its first bytes, and refuses it under its own name."""

import re

from validation.contract.errors import UnreadableError
from validation.contract.file_rules import FileRule
from validation.files import refusals

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FIRST_RECORD, _ENCRYPTED = b"\x09\x08\x10\x00\x00\x06\x05\x00", b"\x2f\x00"
_RECORDS = 4
_ARCHIVE = "an archive"
_PAGE = "a web page, whatever its name says"
_SHORTCUT = "a shortcut"
_SHEET_LINK = "a link to a Google Sheet"
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
    b"\0\1\0\0Standard ": "a database",
    b"$FL2@(#)": "a file of SPSS",
    b"<stata_dta>": "a file of Stata",
}
_HEAD = 4096
_BLANKS = b"\xef\xbb\xbf\xff\xfe \r\n\t"
_LINKS = {b"[internetshortcut]": _SHORTCUT, b"[desktop entry]": _SHORTCUT, b"bplist00": _SHORTCUT}
_LNK = b"\x4c\0\0\0\1\x14\2\0"
_MARKUP = ((b"<!doctype html", _PAGE), (b"<html", _PAGE), (b"<table", _PAGE), (b"<?xml", "an XML file"))
# What stands in an object or a list, or closes it; in a table `[` begins a header as SQL Server writes it, as in [Id].
_JSON = re.compile(rb'\{\s*["}]|\[\s*(?:[\[{"\]]|-?[0-9]|true|false|null)')
_SHEET_FILE = re.compile(rb'"(?:doc_id|resource_key|url"\s*:\s*"https://docs\.google)')
_PLIST_LINK = re.compile(rb"<plist[^>]*>\s*<dict>\s*<key>url</key>")
_MAIL_FIELD = re.compile(
    rb"^(?:return-path|received|delivered-to|from|to|cc|subject|date|message-id|mime-version|content-type"
    rb"|content-transfer-encoding|reply-to|sender|thread-topic|thread-index|snapshot-content-location|x-[a-z-]+): ?",
    re.MULTILINE,
)
_CARD = re.compile(rb"begin:v(card|calendar)\b")
_MAIL_FIELDS = 2  # one alone may be a title above a table, as in: Subject: return of March


def check_kind(data: bytes) -> None:
    """Let what may be a table pass.

    Raises:
        UnreadableError: the file is something else; the sentence says what, and what to do about it.
    """
    if data.startswith(OLE):
        _check_old(data)
    if data.startswith(_LNK):
        raise UnreadableError(refusals.LINK, kind=_SHORTCUT)
    for magic, kind in _OTHERS.items():
        if data.startswith(magic):
            raise UnreadableError(refusals.NOT_A_TABLE, kind=kind)
    rule, kind = _of_text(data[:_HEAD].replace(b"\0", b"").lstrip(_BLANKS).lower())
    if rule:
        raise UnreadableError(rule, kind=kind)


def _of_text(start: bytes) -> tuple[FileRule | None, str]:
    for tag, kind in _LINKS.items():
        if start.startswith(tag):
            return refusals.LINK, kind
    if _PLIST_LINK.search(start):
        return refusals.LINK, _SHORTCUT
    for tag, kind in _MARKUP:
        if start.startswith(tag):
            return refusals.NOT_A_TABLE, kind
    if _JSON.match(start):
        sheet = _SHEET_FILE.search(start)
        return (refusals.LINK, _SHEET_LINK) if sheet else (refusals.NOT_A_TABLE, "a JSON file")
    if _CARD.match(start):
        return refusals.NOT_A_TABLE, "a file of contacts or of a calendar"
    return _of_mail(start)


def _of_mail(start: bytes) -> tuple[FileRule | None, str]:
    """Return the refusal of an email, or of a web page that a browser has saved in the form of one."""
    top = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    if not _MAIL_FIELD.match(top) or len(_MAIL_FIELD.findall(top)) < _MAIL_FIELDS:
        return None, ""
    if b"multipart/related" in start and (
        b"saved by" in top or b"snapshot-content-location" in top or b"from:" not in top
    ):
        return refusals.NOT_A_TABLE, _PAGE
    return refusals.MAIL, "an email"


def _check_old(data: bytes) -> None:
    """Refuse what has the container of an old workbook but is something else, is protected, or holds macros."""
    if _wide("EncryptedPackage") in data or _is_locked(data):
        raise UnreadableError(refusals.PROTECTED)
    if _wide("_VBA_PROJECT") in data:
        raise UnreadableError(refusals.MACROS)
    if _wide("__substg1.0") in data:
        raise UnreadableError(refusals.MAIL, kind="an email")
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
