"""The content of an ODS workbook in pieces that its guards and the parser read alike, and written anew where not."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import IO
from xml.parsers import expat
from xml.sax.saxutils import escape

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.markup import feed, is_wide, new_parser
from validation.files.readers.opencells import LOST
from validation.files.readers.opendocument import ROW, NotUsualError
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
_OTHER, _ASIDE = "other", "office:annotation"
_ANYTHING = re.compile("")
_NUMBER = re.compile(r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$")
# Kind of a cell -> the attribute that holds its value, and the form of it.
_VALUES = {
    **dict.fromkeys(("float", "percentage", "currency"), ("office:value", _NUMBER)),
    "date": ("office:date-value", re.compile(".")),
    "time": ("office:time-value", re.compile(".")),
    "boolean": ("office:boolean-value", re.compile("^(?:true|false)$")),
}
_PARAGRAPHS = ("text:p", "text:h")
_QUOTED = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_PREFIX = re.compile(r'xmlns(?::(\w{1,40}))?\s*=\s*"([^"]{1,200})"')
_DECLARATION = re.compile(rb"""^<\?xml\s[^<>]{0,200}?\?>""")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']{1,40})""")
_PROLOG = 2**16
_BLOCK = 2**22
_ROOTS = {uri: name for uri, name in _SPACES.items() if name in ("office", "table", "text")}


def content_entry(package: zipfile.ZipFile) -> zipfile.ZipInfo:
    """Return the part of an ODS workbook that holds its cells.

    Raises:
        UnreadableError: it is protected, or another kind of document.
    """
    entries = entries_of(package)
    manifest = entries.get("meta-inf/manifest.xml")
    if manifest and b"encryption-data" in package.read(manifest):
        raise UnreadableError(refusals.PROTECTED)
    entry, kind = entries["content.xml"], _kind(package)
    if b"spreadsheet" not in kind and (kind or not _mentions(package, entry, b"spreadsheet")):
        raise UnreadableError(refusals.DOCUMENT)
    return entry


def is_at_home(package: zipfile.ZipFile) -> bool:
    """Return whether the parts of an ODS workbook stand where any parser looks for them, and once."""
    names = package.namelist()
    return _kind(package) == _KIND.encode() and all(names.count(name) == 1 for name in ("content.xml", "mimetype"))


def usual_pieces(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield content in pieces that are cut before rows, and parse it on the way.

    Raises:
        NotUsualError: its encoding or its prefixes are not the customary ones.
        UnreadableError: it defines entities.
        ExpatError: it is not whole.
    """
    # On a tag that is never closed the workbook's parser would not come to an end; this one does, and says so.
    parser = new_parser()
    with package.open(entry) as part:
        for number, piece in enumerate(_pieces(_parsed(part, parser))):
            yield _undeclared(piece) if number == 0 else piece
    feed(parser, b"", last=True)


def pieces_anew(package: zipfile.ZipFile, entry: zipfile.ZipInfo | str) -> Iterator[bytes]:
    """Yield content that was written anew, in pieces that are cut before rows."""
    with package.open(entry) as part:
        yield from _pieces(iter(lambda: part.read(_BLOCK), b""))


def _parsed(part: IO[bytes], parser: expat.XMLParserType) -> Iterator[bytes]:
    first = True
    while block := part.read(_BLOCK):
        if first and is_wide(block):
            raise NotUsualError
        # Codes that no text has, which some exports leave in a cell, are let pass.
        feed(parser, block.translate(_BLANKED))
        yield block
        first = False


def _pieces(blocks: Iterator[bytes]) -> Iterator[bytes]:
    rest = bytearray()
    for block in blocks:
        seen = max(len(rest) - len(ROW), 1)
        rest += block
        cut = rest.rfind(ROW, seen)
        if cut > 0:
            yield bytes(rest[:cut])
            del rest[:cut]
    yield bytes(rest)


def _undeclared(piece: bytes) -> bytes:
    """Return the first piece without its declaration, which some writers set in single quotation marks."""
    declaration = _DECLARATION.match(piece)
    encoding = _ENCODING.search(declaration[0]) if declaration else None
    start = piece[:_PROLOG].decode("latin-1")
    if (encoding and encoding[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")) or not _has_customary_prefixes(start):
        raise NotUsualError
    return piece[declaration.end() :] if declaration else piece


def _kind(package: zipfile.ZipFile) -> bytes:
    entry = entries_of(package).get("mimetype")
    return package.read(entry).strip() if entry else b""


def _mentions(package: zipfile.ZipFile, entry: zipfile.ZipInfo, word: bytes) -> bool:
    before = b""
    with package.open(entry) as part:
        while block := part.read(_BLOCK):
            if word in before + block:
                return True
            before = block[-len(word) :]
    return False


def written_anew(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return a workbook of this content alone, which any parser reads.

    It has its customary prefixes, attributes in double quotation marks, and no comments.

    Raises:
        UnreadableError: it defines entities.
        ExpatError: it is not whole.
    """
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("mimetype", _KIND, zipfile.ZIP_STORED)
        with archive.open("content.xml", "w", force_zip64=True) as part, package.open(entry) as source:
            _copy(source, part)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def _copy(source: IO[bytes], out: IO[bytes]) -> None:
    copy = _Copy(out)
    parser = new_parser(separator=" ")
    parser.ordered_attributes = True
    parser.StartElementHandler, parser.EndElementHandler = copy.start, copy.end
    parser.CharacterDataHandler = copy.characters
    wide: bool | None = None
    while block := source.read(_BLOCK):
        wide = is_wide(block) if wide is None else wide
        feed(parser, block if wide else block.translate(_BLANKED))
        copy.flush()
    feed(parser, b"", last=True)
    copy.flush()


@dataclass(slots=True)
class _OpenCell:
    """A cell whose end is not reached.

    Attributes:
        place: where in what was written its kind belongs.
        lacks: what it says of itself and does not hold: `kind`, `value`, `number` for a value that is none, or nothing.
        has_text: whether it has a paragraph.
        shows: whether there is text in one.
    """

    place: int
    lacks: str
    has_text: bool = False
    shows: bool = False

    @classmethod
    def of(cls, attributes: dict[str, str], place: int) -> "_OpenCell":
        """Return the cell of some attributes; its kind is taken out of them where it does not hold what it says."""
        kind = attributes.get("office:value-type")
        if kind is None:
            return cls(place, "" if "table:formula" in attributes else "kind")
        value, form = _VALUES.get(kind, ("", _ANYTHING))
        if not value or form.match(attributes.get(value, "").strip()):
            return cls(place, "")
        del attributes["office:value-type"]
        attributes.pop("calcext:value-type", None)
        return cls(place, "number" if attributes.pop(value, "") else "value")

    def kind(self) -> str:
        """Return what is to be written of its kind: programs show as text what has no value."""
        if self.lacks == "number" or (self.lacks == "value" and not self.shows):
            return f' office:value-type="string" calcext:value-type="{LOST}"'
        return ' office:value-type="string"' if self.lacks == "value" or (self.lacks and self.has_text) else ""


class _Copy:
    """Writes the elements that it is given, each with its customary prefix."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._written = ['<?xml version="1.0" encoding="UTF-8"?>']
        self._names: dict[str, str] = {}
        self._attributes: dict[str, str] = {}
        self._spaces = "".join(f' xmlns:{prefix}="{uri}"' for uri, prefix in _SPACES.items())
        self._paragraphs = self._aside = 0
        self._cell: _OpenCell | None = None

    def start(self, tag: str, attributes: Sequence[str]) -> None:
        """Begin an element, of which names and values of its attributes follow each other."""
        name = self._named(tag)
        named = dict(zip(map(self._kept, attributes[::2]), attributes[1::2], strict=True))
        named.pop("", None)
        if self._cell is None and name == "table:table-cell":
            self._cell = _OpenCell.of(named, len(self._written) + 1)
        elif self._cell is not None:
            self._aside += name == _ASIDE
            self._cell.has_text |= name == "text:p" and not self._aside
        self._paragraphs += name in _PARAGRAPHS
        cells = "".join([f' {key}="{_quoted(text)}"' for key, text in named.items()])
        # The kind of a cell may be written once its end is reached.
        self._written += (f"<{name}{self._spaces}{cells}", "", ">")
        self._spaces = ""

    def end(self, tag: str) -> None:
        """End an element."""
        name = self._named(tag)
        self._paragraphs -= name in _PARAGRAPHS
        self._aside -= name == _ASIDE
        if name == "table:table-cell" and self._cell is not None:
            self._written[self._cell.place] = self._cell.kind()
            self._cell = None
        self._written.append(f"</{name}>")

    def characters(self, text: str) -> None:
        """Take text; blanks between the elements, as in a file set out for people, stop the parser."""
        if self._paragraphs:
            self._written.append(escape(text))
            if self._cell is not None and not self._aside and text.strip():
                self._cell.shows = True

    def flush(self) -> None:
        """Write what was taken so far, but for a cell that is open."""
        if self._cell is not None:
            return
        self._out.write("".join(self._written).encode())
        self._written.clear()

    def _named(self, name: str) -> str:
        plain = self._names.get(name)
        if plain is None:
            uri, _, local = name.rpartition(" ")
            plain = self._names[name] = f"{_SPACES.get(uri, _OTHER)}:{local}" if uri else local
        return plain

    def _kept(self, name: str) -> str:
        """Return an attribute's name; nothing for those of others, which could be the same without their prefixes."""
        plain = self._attributes.get(name)
        if plain is None:
            plain = self._attributes[name] = self._named(name) if name.rpartition(" ")[0] in _SPACES else ""
        return plain


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    # Most values of a workbook are a handful of kinds and styles.
    return escape(text, _QUOTED)


def _has_customary_prefixes(start: str) -> bool:
    declared = {uri: prefix for prefix, uri in _PREFIX.findall(start)}
    return all(declared.get(uri, name) == name for uri, name in _ROOTS.items())
