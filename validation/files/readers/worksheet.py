"""What the parser does not tell of an XLSX sheet: where it begins, how far it goes, and what its cells hold or show."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.grid import Mark, index_of, letter
from validation.files.readers.markup import is_wide
from validation.files.readers.styles import Formats

MAX_COLUMNS = 200
MAX_CELLS = 80_000_000
MOST_MARKS = 100_000
_CHUNK = 2**22
_LETTERS = 26
_LONGEST_TAG = 20

# What follows a cell's address where it holds something: parsers pass over a cell that is only coloured or bordered.
_HOLDS = r"""[0-9]+["'](?:[^<>]*[^<>/])?>\s*<[^/]"""
_FILLED = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})""" + _HOLDS.encode())
# A cell with content beyond column GR, the last allowed, or below row 399,999: nearer cells fill no rectangle beyond
# MAX_CELLS.
_FAR = (
    r"""(?-u:\b)r\s*=\s*["'](?:(?:[H-Zh-z][A-Za-z]|[Gg][S-Zs-z]|[A-Za-z]{3})[0-9]+"""
    r"""|[A-Za-z]{0,3}(?:[4-9][0-9]{5}|[0-9]{7,}))["'](?:[^<>]*[^<>/])?>\s*<[^/]"""
)
# An error or merged cells, and a formula: most sheets have none. Two plain looks are cheaper than one clever.
_MARKED = r"""["']e["']|mergeCell"""
_CALCULATED = r"[<:]f[ \t\r\n/>]"
_NAME = rb"(?:\w{1,9}:)?"
_OPEN = rb"<" + _NAME + rb"c\s([^<>]{0,200})>"
_ERROR = re.compile(rb"<" + _NAME + rb"""c\s([^<>]{0,200}?\bt\s*=\s*["']e["'][^<>]{0,200})>""")
_WITHIN = rb"(?:(?!</" + _NAME + rb"c>).)*?"
_ERROR_VALUE = re.compile(_ERROR.pattern + _WITHIN + rb"<" + _NAME + rb"v(?:\s[^<>]*)?>[^<]", re.DOTALL)
_FORMULA = rb"\s*<" + _NAME + rb"f(?:\s[^<>]{0,200})?(?:/>|>[^<]{0,8200}</" + _NAME + rb"f>)"
_NOTHING = rb"\s*(<" + _NAME + rb"v\s*/>|<" + _NAME + rb"v>\s{0,9}</" + _NAME + rb"v>)?\s*</" + _NAME + rb"c>"
_IS_FORMULA = re.compile(rb"<" + _NAME + rb"f[\s/>]")
_UNCALCULATED = re.compile(_OPEN + _FORMULA + _NOTHING)
_CELL = re.compile(rb"""(?<![\w:])r\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_TEXT = re.compile(rb"""(?<![\w:])t\s*=\s*["']str["']""")
_MERGED = re.compile(
    rb"<" + _NAME + rb"""mergeCell\s[^<>]{0,100}?\bref\s*=\s*["']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"""
)
_ROWS = re.compile(rb"<(\w{1,9}:)?row[\s>/]")
_F = r"<(?:\w{1,9}:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w{1,9}:)?f>)"
# What the parser reads as something else than the sheet says: a place among the shared texts that is no number, or is
# none that it can hold, for which it takes the first of them, a day written as text, and a yes or no that is neither.
_DOUBTFUL = (
    rf"""(?-u:\b)t\s*=\s*["']s["'][^<>]*>\s*(?:{_F}\s*)?<(?:\w{{1,9}}:)?v[^<>]*>(?:[^0-9<]|[0-9]+[^0-9<]|[0-9]{{10}})"""
    r"""|(?-u:\b)t\s*=\s*["']d["']"""
    r"""|(?-u:\b)t\s*=\s*["']b["'][^<>]*>\s*<(?:\w{1,9}:)?v[^<>]*>(?:[^01<]|[01][^<])"""
)
_V_EMPTY = r"<(?:\w{1,9}:)?v(?:\s*/>|></)"
_EMPTY_TEXT = rf"""(?-u:\b)t\s*=\s*["']str["'][^<>]*>\s*(?:{_F}\s*)?{_V_EMPTY}"""
_UNADDRESSED = r"<c>|<c [^r]|<c[\t\r\n]|(?:<\w{1,9}):c(?:>|[\t\r\n]| [^r])"
_OWN_TEXT = r"""[<:]is[\s>/]|t\s*=\s*["'](?:str|inlineStr)"""
_MAY_HIDE = r'hidden|(?:ht|width)="0'
_RARE = "|".join(
    (
        _FAR,
        _MARKED,
        _CALCULATED,
        _DOUBTFUL,
        _UNADDRESSED,
        "<v></v>",
        "<v ?/>",
        "<v ",
        "<is",
        ":v>",
        ":is",
        _OWN_TEXT,
        _MAY_HIDE,
    )
).replace(r"(?-u:\b)", "")
_HIDDEN = re.compile(rb"""(?<![\w:])(?:hidden\s*=\s*["'](?:1|true)|(?:ht|width)\s*=\s*["']0(?:\.0*)?["'])""")
_COLUMNS = re.compile(rb"<" + _NAME + rb"col\s([^<>]{0,400})>")
_SPAN = re.compile(rb"""(?<![\w:])(min|max)\s*=\s*["']([0-9]{1,5})["']""")
_NUMBER = re.compile(rb"""(?<![\w:])r\s*=\s*["']([0-9]{1,7})["']""")


@dataclass
class SheetScan:
    """What one pass over a sheet finds.

    Attributes:
        first: its first column that holds something, counted from 0.
        formulas: whether any cell has a formula.
        marks: cells that hold an error, a formula without a result, or stand for several.
        cells: how many cells the parser must hand on; None where nobody counted.
        doubtful: whether the parser could read the sheet otherwise than its sender does.
        shown: record and column, from 0 -> what the cell shows where the parser hands on something else.
        hidden_rows: records, from 0, of rows that are not shown.
        hidden_columns: columns, from 0, that are not shown.
        blanks: how many of the cells the parser hands on as blank, such as those with an error.
        records: records, from 0, that hold something, where somebody listed them.
        own_texts: whether cells may hold texts that are not among the shared ones.
        plain: whether no text of the sheet can be an error or hold a character that nobody meant.
    """

    first: int = 0
    formulas: bool = False
    marks: set[Mark] = field(default_factory=set)
    cells: int | None = None
    doubtful: bool = False
    shown: dict[tuple[int, int], str | None] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    blanks: int = 0
    records: set[int] = field(default_factory=set)
    own_texts: bool = True
    plain: bool = False


def scanned(package: zipfile.ZipFile, part: str | zipfile.ZipInfo, formats: Formats | None = None) -> SheetScan:
    """Stream one worksheet, refusing one that has content far outside any return.

    Raises:
        UnreadableError: a cell with content lies beyond column `MAX_COLUMNS`, or the rectangle holds more than
            `MAX_CELLS`.
    """
    scan = SheetScan(cells=0, own_texts=False)
    least: int | None = None
    special = _in_formats(formats)
    far = False
    prefix = b""
    for number, (prefix, chunk) in enumerate(_chunks(package, part)):
        if number == 0:
            scan.doubtful = is_wide(chunk)
            scan.hidden_columns = _hidden_columns(chunk)
        # Looking for what is rare is many times cheaper than listing every cell, of which there may be millions.
        text = pl.Series([chunk.decode("latin-1")])
        if least is None or _holds(text, _left_of(least)):
            so_far = [] if least is None else [least]
            least = min([*so_far, *map(index_of, set(_FILLED.findall(chunk)))], default=None)
        # And one look for all that is rare is cheaper than one for each.
        if _holds(text, _RARE):
            far = far or _holds(text, _FAR)
            _note(scan, text, chunk)
            scan.own_texts = scan.own_texts or _holds(text, _OWN_TEXT)
            if b"hidden" in chunk or b'ht="0' in chunk:
                _hide(scan, chunk, prefix)
            scan.doubtful = scan.doubtful or _is_doubtful(text, least)
            scan.cells = (scan.cells or 0) + _count(text, chunk, prefix)
        else:
            scan.cells = (scan.cells or 0) + chunk.count(b"</" + prefix + b"v>")
        if special and formats:
            scan.shown.update(_shown(chunk, special, formats))
    # Seldom: only a sheet with content far out is worth a second pass that measures it exactly.
    if far:
        _check_corner(package, part)
    scan.first = least or 0
    return scan


def check_extent(column: int, row: int, last_column: int) -> None:
    """Refuse content far outside any return.

    Args:
        column: of a cell with content, from 0.
        row: its row, from 1.
        last_column: the last column, from 0, in which anything stood so far.

    Raises:
        UnreadableError: the cell lies too far right, or too far down for so wide a sheet.
    """
    if column >= MAX_COLUMNS or (last_column + 1) * row > MAX_CELLS:
        raise UnreadableError(refusals.FAR_OUTSIDE, cell=f"{letter(column)}{row}")


def _note(scan: SheetScan, text: pl.Series, chunk: bytes) -> None:
    if _holds(text, _MARKED) or _holds(text, _CALCULATED):
        scan.formulas = scan.formulas or bool(_IS_FORMULA.search(chunk))
        scan.marks.update(_marks(chunk) if len(scan.marks) < MOST_MARKS else ())
        scan.blanks += len(_ERROR_VALUE.findall(chunk))


def _marks(chunk: bytes) -> Iterator[Mark]:
    # A formula whose result is the empty text is a blank that was meant, and has that result written down.
    uncalculated = (tag for tag, value in _UNCALCULATED.findall(chunk) if not (value and _TEXT.search(tag)))
    for kind, tags in (("error", _ERROR.findall(chunk)), ("uncalculated", uncalculated)):
        for place in filter(None, map(_CELL.search, tags)):
            yield Mark(kind, int(place[2]) - 1, index_of(place[1]))
    for left, top, right, bottom in _MERGED.findall(chunk):
        yield Mark("merged", int(top) - 1, index_of(left), int(bottom) - 1, index_of(right))


def _is_doubtful(text: pl.Series, least: int | None) -> bool:
    """Return whether cells have no address before all else, or the parser would read some otherwise than they are."""
    if _holds(text, _UNADDRESSED) or _holds(text, _DOUBTFUL):
        return True
    # What has nothing in it but a formula or an empty value counts for the parser now as a cell and now not, which
    # matters in the first column alone: there the addresses of all others depend on it.
    return least is not None and _holds(text, _vague(letter(least)))


def _vague(column: str) -> str:
    return rf"""(?-u:\b)r\s*=\s*["']{column}[0-9]+["'](?:[^<>]*[^<>/])?>\s*(?:{_F}\s*)?(?:{_V_EMPTY}|</)"""


def _count(text: pl.Series, chunk: bytes, prefix: bytes) -> int:
    """Return how many cells of a chunk the parser has to hand on, those of empty text among them."""
    value, texts = b"<" + prefix + b"v", b"<" + prefix + b"is"
    nothing = value + b"></" + prefix + b"v>"
    counted = sum(chunk.count(tag) for tag in (value + b">", value + b" ", texts + b">", texts + b"/>"))
    empty = chunk.count(nothing)
    if empty:
        counted += text.str.count_matches(_EMPTY_TEXT).item() - empty
    return counted


def _hide(scan: SheetScan, chunk: bytes, prefix: bytes) -> None:
    for tag in re.findall(rb"<" + prefix + rb"row\s([^<>]{0,1000})>", chunk):
        if _HIDDEN.search(tag):
            place = _NUMBER.search(tag)
            if place:
                scan.hidden_rows.add(int(place[1]) - 1)
            else:
                scan.doubtful = True


def _hidden_columns(chunk: bytes) -> set[int]:
    spans = (dict(_SPAN.findall(tag)) for tag in _COLUMNS.findall(chunk) if _HIDDEN.search(tag))
    return {
        n - 1 for span in spans if len(span) > 1 for n in range(int(span[b"min"]), min(int(span[b"max"]), 16_384) + 1)
    }


def _in_formats(formats: Formats | None) -> str:
    """Return the pattern of a cell under a format that shows something else than the number in it."""
    return rf"""(?-u:\b)s\s*=\s*["'](?:{"|".join(formats.kinds)})["']""" if formats and formats.kinds else ""


def _shown(chunk: bytes, special: str, formats: Formats) -> Iterator[tuple[tuple[int, int], str]]:
    if not _holds(pl.Series([chunk.decode("latin-1")]), special):
        return
    style = re.compile(special.replace("(?-u:\\b)", r"(?<![\w:])").encode())
    for cell in re.finditer(_OPEN + rb"(?:" + _FORMULA + rb")?\s*<" + _NAME + rb"v>([^<]{1,40})</", chunk):
        under, place = style.search(cell[1]), _CELL.search(cell[1])
        if under and place and not re.search(rb"""(?<![\w:])t\s*=\s*["'][^n]""", cell[1]):
            number = re.search(rb"[0-9]+", under[0])
            text = formats.shown(number[0].decode(), cell[2].decode("latin-1")) if number else None
            if text is not None:
                yield (int(place[2]) - 1, index_of(place[1])), text


def _holds(text: pl.Series, pattern: str) -> bool:
    return bool(pattern and text.str.contains(pattern).item())


def _left_of(column: int) -> str:
    """Return the pattern of a filled cell left of a column; beyond Z that of any, and of none left of A."""
    if column == 0:
        return ""
    letters = f"[A-{_letter(column - 1)}a-{_letter(column - 1).lower()}]" if column <= _LETTERS else "[A-Za-z]"
    return rf"""(?-u:\b)r\s*=\s*["']{letters}{_HOLDS}"""


def _check_corner(package: zipfile.ZipFile, part: str | zipfile.ZipInfo) -> None:
    filled = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,20})["'](?:[^<>]*[^<>/])?>\s*<[^/]""")
    last = 0
    for _, chunk in _chunks(package, part):
        for column, row in filled.findall(chunk):
            last = max(last, index_of(column))
            check_extent(index_of(column), int(row), last)


def _chunks(package: zipfile.ZipFile, part: str | zipfile.ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """Yield a sheet in pieces that end between two rows, each with the prefix of its elements."""
    rest = bytearray()
    prefix = b""
    start: bytes | None = None
    with package.open(part) as stream:
        while block := stream.read(_CHUNK):
            seen = max(len(rest) - _LONGEST_TAG, 0)
            rest += block
            if start is None and (first := _ROWS.search(rest, seen)):
                prefix = first[1] or b""
                start = b"<" + prefix + b"row "
            cut = rest.rfind(start, max(len(rest) - 2 * _CHUNK, 1)) if start else 0
            if cut > 0:
                yield prefix, bytes(rest[:cut])
                del rest[:cut]
    if rest:
        yield prefix, bytes(rest)


def _letter(number: int) -> str:
    return chr(ord("A") + number)
