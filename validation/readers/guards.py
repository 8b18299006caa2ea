"""Refuses a workbook that is not what it seems, or would not fit, before any parser opens it."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from validation.faults import Unreadable

MAX_BYTES = 200 * 2**20
MAX_INFLATED = 2**30
MAX_RATIO = 300
MAX_ENTRIES = 2_000
MAX_COLUMNS = 200
MAX_CELLS = 80_000_000
_RATIO_FROM = 20 * 2**20
_CHUNK = 2**20
_TAIL = 64

_COLUMN = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})[0-9]""")
_FAR_ROW = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{0,3}([0-9]{6,})""")
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True)
class Extent:
    """The corner cells of a worksheet: first and last column counted from 0, and the last row seen beyond 99,999."""

    first_column: int
    last_column: int
    far_row: int


def check_size(data: bytes) -> None:
    """Refuse an empty or enormous file.

    Raises:
        Unreadable: the file is empty or larger than `MAX_BYTES`.
    """
    if not data:
        raise Unreadable("The file is empty (0 bytes). Save it again and check that it opens, then send it.")
    if len(data) > MAX_BYTES:
        raise Unreadable("The file is larger than 200 MB. Save it as CSV, or send only the rows that were asked for.")


def check_package(package: zipfile.ZipFile) -> None:
    """Refuse a package that would inflate beyond reason, holds macros, is encrypted or declares entities.

    Raises:
        Unreadable: any of these.
    """
    entries = package.infolist()
    inflated = sum(e.file_size for e in entries)
    packed = sum(e.compress_size for e in entries) or 1
    if len(entries) > MAX_ENTRIES or inflated > MAX_INFLATED or _is_bomb(inflated, packed):
        raise Unreadable(
            "The workbook would unpack to far more than a return needs. Copy the rows into the "
            "template and save it again."
        )
    if any(e.flag_bits & 1 for e in entries):
        raise Unreadable(PROTECTED)
    _check_macros([e.filename for e in entries])
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels", ".rdf")):
            _check_entities(package, entry)


PROTECTED = "The file is protected by a password. Remove the password (the upload itself is secure) and send it again."


def _is_bomb(inflated: int, packed: int) -> bool:
    return inflated > _RATIO_FROM and inflated / packed > MAX_RATIO


def _check_macros(names: list[str]) -> None:
    if any(n.lower().endswith("vbaproject.bin") or n.startswith(("Basic/", "Scripts/")) for n in names):
        raise Unreadable(
            "The workbook holds macros. Save it as an ordinary workbook (.xlsx) without macros and send that."
        )


def _check_entities(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    with package.open(entry) as part:
        start = part.read(4096).replace(b"\0", b"")
    if _DOCTYPE.search(start):
        raise Unreadable(
            "The workbook holds definitions that no spreadsheet program writes, so it was not opened. "
            "Copy the rows into the template and send that."
        )


def extent(package: zipfile.ZipFile, part: str) -> Extent:
    """Stream one worksheet and return its corners, refusing one that names cells far outside any return.

    Raises:
        Unreadable: a cell lies beyond column `MAX_COLUMNS`, or the rectangle holds more than `MAX_CELLS`.
    """
    columns: set[bytes] = set()
    far = 0
    for chunk in _chunks(package, part):
        columns.update(_COLUMN.findall(chunk))
        far = max(far, max((int(n) for n in _FAR_ROW.findall(chunk)), default=0))
    numbers = [_number(c.decode()) for c in columns] or [0]
    found = Extent(min(numbers), max(numbers), far)
    if found.last_column >= MAX_COLUMNS or (found.last_column + 1) * far > MAX_CELLS:
        raise Unreadable(
            "The workbook has cells far outside the table. Delete everything right of and below your rows, "
            "or copy the rows into the template, and send it again."
        )
    return found


def _chunks(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    tail = b""
    with package.open(part) as stream:
        while block := stream.read(_CHUNK):
            yield tail + block
            tail = block[-_TAIL:]


def _number(letters: str) -> int:
    total = 0
    for char in letters.upper():
        total = total * 26 + ord(char) - ord("A") + 1
    return total - 1


def opened(data: bytes) -> zipfile.ZipFile:
    """Open a package for looking at its parts.

    Raises:
        Unreadable: the archive is damaged.
    """
    try:
        return zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable(DAMAGED) from None


DAMAGED = "The file is damaged: it begins like a workbook but cannot be opened. Open it, save it again and send that."
