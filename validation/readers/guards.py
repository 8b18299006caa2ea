"""Refuses a workbook that is not what it seems, or would not fit, before any parser opens it."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

import polars as pl

from validation.faults import Unreadable

MAX_BYTES = 200 * 2**20
MAX_INFLATED = 2**30
MAX_RATIO = 300
MAX_ENTRIES = 2_000
MAX_COLUMNS = 200
MAX_CELLS = 80_000_000
_RATIO_FROM = 20 * 2**20
_CHUNK = 2**22
_TAIL = 64
_LETTERS = 26

_COLUMN = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})[0-9]""")
# What follows a cell's address where it holds something: parsers pass over a cell that is only coloured or bordered.
_HOLDS = r"""[0-9]+["'](?:[^<>]*[^<>/])?>\s*<[^/]"""
_FILLED = re.compile(_COLUMN.pattern.removesuffix(b"[0-9]") + _HOLDS.encode())
_FAR_ROW = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{0,3}([0-9]{6,})""")
# A cell beyond column GR, the last allowed, or below row 399,999: nearer cells fill no rectangle beyond MAX_CELLS.
_FAR = (
    r"""(?-u:\b)r\s*=\s*["'](?:(?:[H-Zh-z][A-Za-z]|[Gg][S-Zs-z]|[A-Za-z]{3})[0-9]"""
    "|[A-Za-z]{0,3}(?:[4-9][0-9]{5}|[0-9]{7}))"
)
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


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


def first_column(package: zipfile.ZipFile, part: str) -> int:
    """Stream one worksheet and return its first column that holds something, refusing cells far outside any return.

    Raises:
        Unreadable: a cell lies beyond column `MAX_COLUMNS`, or the rectangle holds more than `MAX_CELLS`.
    """
    least: int | None = None
    far = False
    for chunk in _chunks(package, part):
        # Looking for what is rare is many times cheaper than listing every cell, of which there may be millions.
        far = far or _holds(chunk, _FAR)
        if least is None or _holds(chunk, _left_of(least)):
            known = [] if least is None else [least]
            least = min([*known, *map(_number, set(_FILLED.findall(chunk)))], default=None)
    if far:
        _check_corner(package, part)
    return least or 0


def _holds(chunk: bytes, pattern: str) -> bool:
    return bool(pattern and pl.Series([chunk.decode("latin-1")]).str.contains(pattern).item())


def _left_of(column: int) -> str:
    """Return the pattern of a filled cell left of a column; beyond Z that of any, and of none left of A."""
    if column == 0:
        return ""
    letters = f"[A-{_letter(column - 1)}a-{_letter(column - 1).lower()}]" if column <= _LETTERS else "[A-Za-z]"
    return rf"""(?-u:\b)r\s*=\s*["']{letters}{_HOLDS}"""


def _columns(chunk: bytes) -> set[bytes]:
    return set(_COLUMN.findall(chunk))


def _check_corner(package: zipfile.ZipFile, part: str) -> None:
    columns: set[bytes] = set()
    row = 0
    for chunk in _chunks(package, part):
        columns |= _columns(chunk)
        row = max(row, max((int(n) for n in _FAR_ROW.findall(chunk)), default=0))
    last = max(map(_number, columns), default=0)
    if last >= MAX_COLUMNS or (last + 1) * row > MAX_CELLS:
        raise Unreadable(
            "The workbook has cells far outside the table. Delete everything right of and below your rows, "
            "or copy the rows into the template, and send it again."
        )


def _chunks(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    tail = b""
    with package.open(part) as stream:
        while block := stream.read(_CHUNK):
            yield tail + block
            tail = block[-_TAIL:]


def _number(letters: bytes) -> int:
    total = 0
    for char in letters.upper():
        total = total * _LETTERS + char - ord("A") + 1
    return total - 1


def _letter(number: int) -> str:
    return chr(ord("A") + number)


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
