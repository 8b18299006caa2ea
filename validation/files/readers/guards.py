"""Refuses a workbook that is not what it seems, or would not fit, before any parser opens it."""

import re
import struct
import zipfile
from collections.abc import Collection
from io import BytesIO

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.package import is_part

MAX_BYTES = 200 * 2**20
MAX_INFLATED = 2**30
# Well above what tables pack to; archives that are made to fill a disk reach a thousand to 1.
MAX_RATIO = 300
MAX_ENTRIES = 2_000
# What is small when unpacked does no harm, however well it packs.
_RATIO_FROM = 20 * 2**20
_PROLOG = 2**16
_CHUNK = 2**20
_DOCUMENTS = ("word/", "ppt/", "visio/")
STREAMED = ("xl/worksheets/", "content.xml")  # parts that are read as a whole anyhow

_BLANKS = re.compile(rb"\s*")
_ELEMENT = re.compile(rb"<[A-Za-z_]")
# What may stand before the first element of a part without definitions, besides blanks: instructions and comments.
_BEFORE_ELEMENT = ((b"<?", b"?>"), (b"<!--", b"-->"))
_MARKS_OF_ORDER = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def check_size(data: bytes) -> None:
    """Refuse an empty or enormous file.

    Raises:
        UnreadableError: the file is empty or larger than `MAX_BYTES`.
    """
    if not data:
        raise UnreadableError(refusals.EMPTY)
    if len(data) > MAX_BYTES:
        raise UnreadableError(refusals.TOO_LARGE, megabytes=MAX_BYTES // 2**20)


def check_content(names: Collection[str]) -> None:
    """Refuse a package of a text document or a presentation.

    Args:
        names: of its parts, as `entries_of` has them.

    Raises:
        UnreadableError: it is one.
    """
    if any(name.startswith(_DOCUMENTS) for name in names) and not any(name.startswith("xl/") for name in names):
        raise UnreadableError(refusals.DOCUMENT)


def no_workbook(names: Collection[str]) -> UnreadableError:
    """Return what a package is in which there is no workbook that we read."""
    if any(name.endswith("workbook.bin") for name in names):
        return UnreadableError(refusals.BINARY)
    if any(name.endswith(".iwa") for name in names):
        return UnreadableError(refusals.OTHER_FORM, kind="a Numbers document")
    if any(name.endswith(("/xl/workbook.xml", "/content.xml")) for name in names):
        return UnreadableError(refusals.PACKED_AGAIN)
    return UnreadableError(refusals.ARCHIVE, kind="an archive" if names else "an archive that holds nothing")


def check_package(package: zipfile.ZipFile) -> None:
    """Refuse a package that would inflate beyond reason, holds macros, is encrypted or declares entities.

    Raises:
        UnreadableError: any of these.
    """
    entries = package.infolist()
    inflated = sum(e.file_size for e in entries)
    packed = sum(e.compress_size for e in entries) or 1
    if len(entries) > MAX_ENTRIES or inflated > MAX_INFLATED or _is_bomb(inflated, packed):
        raise UnreadableError(refusals.INFLATED)
    if any(e.flag_bits & 1 for e in entries):
        raise UnreadableError(refusals.PROTECTED)
    _check_macros([e.filename for e in entries])
    for entry in entries:
        # What a Mac adds to a package is opened by no parser, and has no XML in it whatever it is called.
        if is_part(entry):
            _check_entities(package, entry)
        if not entry.filename.startswith(STREAMED):
            _check_declared_size(package, entry)


def _is_bomb(inflated: int, packed: int) -> bool:
    return inflated > _RATIO_FROM and inflated / packed > MAX_RATIO


def _check_macros(names: list[str]) -> None:
    if any(n.lower().endswith("vbaproject.bin") or n.startswith(("Basic/", "Scripts/")) for n in names):
        raise UnreadableError(refusals.MACROS)


def _check_entities(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    with package.open(entry) as part:
        start = part.read(_PROLOG)
    for mark in _MARKS_OF_ORDER:
        start = start.removeprefix(mark)
    # Without its zeros the start of a part in UTF-16 reads as that of any other.
    start = start.replace(b"\0", b"")
    # A picture, or whatever else does not begin as XML does, is opened as XML by nobody.
    begins_as_xml = start.lstrip()[:1] in (b"<", b"")
    if start and begins_as_xml and not _is_plain(start):
        # Definitions may follow a comment or an instruction of any length; nothing follows what is no XML.
        may_define = start.lstrip().startswith((b"<!", b"<?"))
        raise UnreadableError(refusals.ENTITIES if may_define else refusals.DAMAGED)


def _is_plain(start: bytes) -> bool:
    """Return whether nothing but blanks, comments and instructions stands before the first element."""
    # Step by step and not as one pattern: each byte is looked at once, whatever a crafted start holds.
    at = _after_blanks(start, 0)
    while pair := next((each for each in _BEFORE_ELEMENT if start.startswith(each[0], at)), None):
        opening, closing = pair
        end = start.find(closing, at + len(opening))
        if end < 0:
            return False
        at = _after_blanks(start, end + len(closing))
    return bool(_ELEMENT.match(start, at))


def _after_blanks(start: bytes, at: int) -> int:
    blanks = _BLANKS.match(start, at)
    return blanks.end() if blanks else at


def _check_declared_size(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Read a part to its end: one that is longer than the package declares fails its checksum there."""
    with package.open(entry) as part:
        while part.read(_CHUNK):
            pass


def opened(data: bytes) -> zipfile.ZipFile:
    """Open a package for looking at its parts.

    Raises:
        UnreadableError: the archive is damaged.
    """
    try:
        return zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, IndexError, struct.error):
        raise UnreadableError(refusals.DAMAGED) from None
