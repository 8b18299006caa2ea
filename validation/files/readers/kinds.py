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
_BEGINS_PAGE = re.compile(
    rb"<(?:!doctype html|html|head|body|table|meta|style|title|script|link|div|span|center|font|p|br|h[1-6])\b"
)
_XML = re.compile(rb"<\?xml\b[^>]*>\s*")
_XML_BOOKS = {
    b"urn:oasis:names:tc:opendocument": "an OpenDocument workbook in one XML file (.fods)",
    b"urn:schemas-microsoft-com:office:spreadsheet": "an XML spreadsheet of 2003",
}
_COMMENTS = re.compile(rb"(?:\s*<!--.*?-->\s*)+", re.DOTALL)
# Letters, digits, and the signs between them in EBCDIC; letters and digits of ASCII that are none of those signs.
_EBCDIC = bytes(
    [*range(0x81, 0x8A), *range(0x91, 0x9A), *range(0xA2, 0xAA), *range(0xC1, 0xCA), *range(0xD1, 0xDA)]
    + [*range(0xE2, 0xEA), *range(0xF0, 0xFA)]
)
_EBCDIC_SIGNS = bytes((0x05, 0x0D, 0x15, 0x25, 0x40, 0x4B, 0x4D, 0x5D, 0x5E, 0x60, 0x61, 0x6B, 0x6D, 0x7A, 0x7D, 0x7F))
_MOSTLY, _NEARLY_ALL, _LEAST = 0.5, 0.95, 32
# What stands in an object or a list, or closes it; in a table `[` begins a header as SQL Server writes it, as in [Id].
_JSON = re.compile(rb'\{\s*["}]|\[\s*(?:[\[{"\]]|-?[0-9]|true|false|null)')
_SHEET_FILE = re.compile(rb'"(?:doc_id|resource_key|url"\s*:\s*"https://docs\.google)')
_PLIST_LINK = re.compile(rb"<plist[^>]*>\s*<dict>\s*<key>url</key>")
_MAIL_FIELD = re.compile(
    rb"^(?:return-path|received|delivered-to|from|to|cc|subject|date|message-id|mime-version|content-type"
    rb"|content-transfer-encoding|reply-to|sender|thread-topic|thread-index|snapshot-content-location|x-[a-z-]+): ?",
    re.MULTILINE,
)
_FORMS = (
    (re.compile(rb"begin:v(card|calendar)\b"), refusals.NOT_A_TABLE, "a file of contacts or of a calendar"),
    (re.compile(rb"id;p[;\w]*[\r\n]"), refusals.OTHER_FORM, "a SYLK file (.slk)"),
    (re.compile(rb"table\r?\n0,1\r?\n"), refusals.OTHER_FORM, "a DIF file (.dif)"),
    (re.compile(rb"-----begin pgp"), refusals.NOT_A_TABLE, "an encrypted message (PGP)"),
    (
        re.compile(
            rb"(?:--[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/|\s)*(?:insert into|create (?:table|database)|set \w+ ?=|use \[)\s?"
        ),
        refusals.NOT_A_TABLE,
        "a file of database commands (SQL)",
    ),
)
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
    head = data[:_HEAD]
    for magic, kind in _OTHERS.items():
        if head.startswith(magic) or head.lstrip(_BLANKS).startswith(magic):
            raise UnreadableError(refusals.ARCHIVE if kind == _ARCHIVE else refusals.NOT_A_TABLE, kind=kind)
    if _is_ebcdic(head):
        raise UnreadableError(refusals.MAINFRAME)
    rule, kind = _of_text(head.replace(b"\0", b"").lstrip(_BLANKS).lower())
    if rule:
        raise UnreadableError(rule, kind=kind)


def _of_text(start: bytes) -> tuple[FileRule | None, str]:
    for tag, kind in _LINKS.items():
        if start.startswith(tag):
            return refusals.LINK, kind
    if _PLIST_LINK.search(start):
        return refusals.LINK, _SHORTCUT
    for form, rule, kind in _FORMS:
        if form.match(start):
            return rule, kind
    marked = _of_markup(start)
    if marked:
        return (refusals.OTHER_FORM if marked in _XML_BOOKS.values() else refusals.NOT_A_TABLE), marked
    if _JSON.match(start):
        sheet = _SHEET_FILE.search(start)
        return (refusals.LINK, _SHEET_LINK) if sheet else (refusals.NOT_A_TABLE, "a JSON file")
    return _of_mail(start)


def _of_markup(start: bytes) -> str:
    """Return what a file is that begins with a tag, behind comments and a declaration; nothing where none does."""
    bare = _COMMENTS.sub(b"", start, count=1) if _COMMENTS.match(start) else start
    declared = _XML.match(bare)
    if declared:
        bare = bare[declared.end() :]
        bare = _COMMENTS.sub(b"", bare, count=1) if _COMMENTS.match(bare) else bare
        book = next((kind for sign, kind in _XML_BOOKS.items() if sign in start), "an XML file")
        return _PAGE if bare.startswith((b"<!doctype html", b"<html")) else book
    return _PAGE if _BEGINS_PAGE.match(bare) else ""


def _is_ebcdic(head: bytes) -> bool:
    """Return whether nearly all bytes are signs of EBCDIC, and most of them letters or digits, as in no other code."""
    letters = len(head) - len(head.translate(None, _EBCDIC))
    signs = len(head) - len(head.translate(None, _EBCDIC + _EBCDIC_SIGNS))
    return len(head) >= _LEAST and letters > len(head) * _MOSTLY and signs > len(head) * _NEARLY_ALL


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
