"""What the parser does not tell of an XLSX sheet: where it begins, how far it goes, and cells that hold no value."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.grid import Mark, index_of

MAX_COLUMNS = 200
MAX_CELLS = 80_000_000
_CHUNK = 2**22
_TAIL = 2**14  # more than the longest cell that is looked for: a formula has at most 8,192 characters
_LETTERS = 26
_MOST_MARKS = 100_000

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
# An error or merged cells, and a formula: most sheets have none. Two plain looks are cheaper than one clever.
_MARKED = r"""["']e["']|mergeCell"""
_CALCULATED = r"[<:]f[ \t\r\n/>]"
_NAME = rb"(?:\w{1,9}:)?"
_OPEN = rb"<" + _NAME + rb"c\s([^<>]{0,200})>"
_ERROR = re.compile(rb"<" + _NAME + rb"""c\s([^<>]{0,200}?\bt\s*=\s*["']e["'][^<>]{0,200})>""")
_FORMULA = rb"\s*<" + _NAME + rb"f(?:\s[^<>]{0,200})?(?:/>|>[^<]{0,8200}</" + _NAME + rb"f>)"
_NOTHING = rb"\s*(?:<" + _NAME + rb"v\s*/>|<" + _NAME + rb"v>\s{0,9}</" + _NAME + rb"v>)?\s*</" + _NAME + rb"c>"
_IS_FORMULA = re.compile(rb"<" + _NAME + rb"f[\s/>]")
_UNCALCULATED = re.compile(_OPEN + _FORMULA + _NOTHING)
_CELL = re.compile(rb"""(?<![\w:])r\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_TEXT = re.compile(rb"""(?<![\w:])t\s*=\s*["']str["']""")
_MERGED = re.compile(
    rb"<" + _NAME + rb"""mergeCell\s[^<>]{0,100}?\bref\s*=\s*["']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"""
)


@dataclass
class SheetScan:
    """What one pass over a sheet finds.

    Attributes:
        first: its first column that holds something, counted from 0.
        formulas: whether any cell has a formula.
        marks: cells that hold an error, a formula without a result, or stand for several.
    """

    first: int = 0
    formulas: bool = False
    marks: set[Mark] = field(default_factory=set)


def scanned(package: zipfile.ZipFile, part: str) -> SheetScan:
    """Stream one worksheet, refusing one that names cells far outside any return.

    Raises:
        UnreadableError: a cell lies beyond column `MAX_COLUMNS`, or the rectangle holds more than `MAX_CELLS`.
    """
    scan = SheetScan()
    least: int | None = None
    far = False
    for chunk in _chunks(package, part):
        # Looking for what is rare is many times cheaper than listing every cell, of which there may be millions.
        text = pl.Series([chunk.decode("latin-1")])
        far = far or _holds(text, _FAR)
        if least is None or _holds(text, _left_of(least)):
            so_far = [] if least is None else [least]
            least = min([*so_far, *map(index_of, set(_FILLED.findall(chunk)))], default=None)
        if _holds(text, _MARKED) or _holds(text, _CALCULATED):
            scan.formulas = scan.formulas or bool(_IS_FORMULA.search(chunk))
            scan.marks.update(_marks(chunk) if len(scan.marks) < _MOST_MARKS else ())
    # Seldom: only a sheet with a cell far out is worth a second pass that measures it exactly.
    if far:
        _check_corner(package, part)
    scan.first = least or 0
    return scan


def _marks(chunk: bytes) -> Iterator[Mark]:
    # A formula whose result is the empty text is a blank that was meant.
    uncalculated = (tag for tag in _UNCALCULATED.findall(chunk) if not _TEXT.search(tag))
    for kind, tags in (("error", _ERROR.findall(chunk)), ("uncalculated", uncalculated)):
        for place in filter(None, map(_CELL.search, tags)):
            yield Mark(kind, int(place[2]) - 1, index_of(place[1]))
    for left, top, right, bottom in _MERGED.findall(chunk):
        yield Mark("merged", int(top) - 1, index_of(left), int(bottom) - 1, index_of(right))


def _holds(text: pl.Series, pattern: str) -> bool:
    return bool(pattern and text.str.contains(pattern).item())


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
    last = max(map(index_of, columns), default=0)
    if last >= MAX_COLUMNS or (last + 1) * row > MAX_CELLS:
        raise UnreadableError(refusals.FAR_OUTSIDE)


def _chunks(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    tail = b""
    with package.open(part) as stream:
        while block := stream.read(_CHUNK):
            yield tail + block
            # A cell on the border of two blocks is whole in one of the two chunks; marks are a set, so none counts
            # twice.
            tail = block[-_TAIL:]


def _letter(number: int) -> str:
    return chr(ord("A") + number)
