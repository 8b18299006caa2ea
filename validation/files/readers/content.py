"""The content of an ODS workbook as text that its guards and the parser read alike."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

import polars as pl

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.markup import is_wide, new_parser, parse
from validation.files.readers.opendocument import MARKED
from validation.files.readers.package import entries_of

_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = {
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": "calcext",
}
_BLANKED = bytes(32 if code < 32 and code not in (9, 10, 13) else code for code in range(256))
_OTHER = "other"
_PARAGRAPHS = ("text:p", "text:h")
_QUOTED = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
# What readers that look for `name="value"` would not see: other quotation marks, blanks around the sign, comments and
# raw text, and a cell of text that is not said to be text.
_UNUSUAL = r"""='|[ \t\r\n]=|=[ \t\r\n]|<!|<table:table-cell(?: (?:table|calcext):[a-z-]+="[^"]*")*>\s*<text:p"""
_PREFIX = re.compile(r'xmlns(?::(\w{1,40}))?\s*=\s*"([^"]{1,200})"')
_PROLOG = 2**16
_ROOTS = {uri: name for uri, name in _SPACES.items() if name in ("office", "table", "text")}


@dataclass(frozen=True)
class Content:
    """The content of an ODS workbook.

    Attributes:
        text: with its customary prefixes and every attribute in double quotation marks.
        anew: whether the parser too needs it in this form.
        marked: whether any cell may hold something else than it shows.
    """

    text: str
    anew: bool
    marked: bool = True


def content_of(package: zipfile.ZipFile) -> Content:
    """Return the content of an ODS workbook in a form that can be looked through.

    Raises:
        UnreadableError: it is protected, or another kind of document.
        ExpatError: it is not whole.
    """
    entries = entries_of(package)
    manifest = entries.get("meta-inf/manifest.xml")
    if manifest and b"encryption-data" in package.read(manifest):
        raise UnreadableError(refusals.PROTECTED)
    kind = package.read(entries["mimetype"]).strip() if "mimetype" in entries else b""
    data = package.read(entries["content.xml"])
    if b"spreadsheet" not in kind and (kind or b"spreadsheet" not in data):
        raise UnreadableError(refusals.DOCUMENT)
    if is_wide(data[:4]):
        return Content(written_anew(data), anew=True)
    # On a tag that is never closed the workbook's parser would not come to an end; this one does, and says so. Codes
    # that no text has, which some exports leave in a cell, are let pass.
    parse(data.translate(_BLANKED))
    text = data.decode("utf-8", errors="replace")
    del data
    # The declaration, which some writers set in single quotation marks, is of no use to text that is decoded.
    text = text[text.find("?>") + 2 :] if text[:5] == "<?xml" else text
    usual, marked = _looked_through(text)
    if not usual:
        return Content(written_anew(text.encode()), anew=True)
    names = {e.filename for e in entries.values()}
    moved = kind != _KIND.encode() or not {"mimetype", "content.xml"} <= names or _is_doubled(package)
    return Content(text, moved, marked)


def _looked_through(content: str) -> tuple[bool, bool]:
    """Return whether content is written as its readers expect, and whether any of its cells is marked."""
    if not _has_customary_prefixes(content[:_PROLOG]) or content.count("<") != content.count(">"):
        # A bracket too many stands in a value, where it would seem to end the element.
        return False, True
    text = pl.Series([content])
    return not text.str.contains(_UNUSUAL).item(), bool(text.str.contains(MARKED).item())


def packed(content: str) -> bytes:
    """Return a workbook of this content alone."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("mimetype", _KIND, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def written_anew(data: bytes) -> str:
    """Return content with its customary prefixes, attributes in double quotation marks, and no comments.

    Raises:
        ExpatError: it is not whole.
    """
    copy = _Copy()
    parser = new_parser(separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = copy.start, copy.end
    parser.CharacterDataHandler = copy.characters
    parser.Parse(data if is_wide(data[:4]) else data.translate(_BLANKED), True)
    return "".join(copy.written)


class _Copy:
    """Writes the elements that it is given, each with its customary prefix."""

    def __init__(self) -> None:
        self.written = ['<?xml version="1.0" encoding="UTF-8"?>']
        self._is_root = True
        self._untyped: int | None = None
        self._paragraphs = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _named(tag)
        # Names that are not ours to know could be the same once their prefixes are gone.
        pairs = {_named(key): text for key, text in attributes.items() if key.rpartition(" ")[0] in _SPACES}
        if self._untyped is not None and name == "text:p":
            # Programs show such a cell as text, whatever it does not say of itself.
            self.written[self._untyped] += ' office:value-type="string"'
        self._untyped = None
        spaces = "".join(f' xmlns:{prefix}="{uri}"' for uri, prefix in _SPACES.items()) if self._is_root else ""
        self._is_root = False
        cells = "".join(f' {key}="{escape(text, _QUOTED)}"' for key, text in pairs.items())
        self._paragraphs += name in _PARAGRAPHS
        self.written += [f"<{name}{spaces}{cells}", ">"]
        if name == "table:table-cell" and "office:value-type" not in pairs and "table:formula" not in pairs:
            self._untyped = len(self.written) - 2

    def end(self, tag: str) -> None:
        self._untyped = None
        name = _named(tag)
        self._paragraphs -= name in _PARAGRAPHS
        self.written.append(f"</{name}>")

    def characters(self, text: str) -> None:
        # Blanks between the elements, as in a file set out for people, stop the parser.
        if self._paragraphs:
            self.written.append(escape(text))


def _named(name: str) -> str:
    uri, _, local = name.rpartition(" ")
    return f"{_SPACES.get(uri, _OTHER)}:{local}" if uri else local


def _has_customary_prefixes(start: str) -> bool:
    declared = {uri: prefix for prefix, uri in _PREFIX.findall(start)}
    return all(declared.get(uri, name) == name for uri, name in _ROOTS.items())


def _is_doubled(package: zipfile.ZipFile) -> bool:
    names = package.namelist()
    return any(names.count(name) > 1 for name in ("content.xml", "mimetype"))
