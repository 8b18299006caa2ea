"""Copies an XLSX sheet cell by cell where the parser would stop at one, or read one otherwise than its sender does."""

import math
import re
import zipfile
from collections.abc import Mapping
from typing import IO
from xml.sax.saxutils import escape

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.grid import Mark, index_of, letter
from validation.files.readers.markup import bare, feed, new_parser
from validation.files.readers.styles import Formats
from validation.files.readers.worksheet import MOST_MARKS, SheetScan, check_extent

_BLOCK = 2**20
_ADDRESS = re.compile(r"^\$?([A-Za-z]{1,3})\$?([0-9]{1,10})$")
_MOMENT = re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,][0-9]+)?Z?)?$")
_BLANK_TEXT = "-1"  # as a library writes a cell of no text
_NUMBER = re.compile(r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$")
_MOST_DIGITS = 10
_TEXTS = ("str", "inlineStr")
# Codes that no XML may hold, which a writer escapes as _x001F_; left as they are, the copy could not be read.
_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def copied(
    package: zipfile.ZipFile, entry: zipfile.ZipInfo, strings: int, formats: Formats, out: IO[bytes]
) -> SheetScan:
    """Copy the cells that hold something, and return what was seen of the sheet on the way.

    Args:
        package: the workbook.
        entry: the part of the sheet.
        strings: how many shared texts the workbook has.
        formats: of the workbook.
        out: where the copy is written; any parser reads it.

    Raises:
        UnreadableError: a cell stands twice, or has content far outside any return.
        ExpatError: the sheet is not whole.
    """
    sheet = _Sheet(strings, formats, out)
    parser = new_parser()
    parser.StartElementHandler, parser.EndElementHandler = sheet.start, sheet.end
    parser.CharacterDataHandler = sheet.characters
    out.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
    with package.open(entry) as part:
        while block := part.read(_BLOCK):
            feed(parser, block)
            sheet.flush()
        feed(parser, b"", last=True)
    sheet.flush()
    out.write(b"</sheetData></worksheet>")
    sheet.scan.first = max(sheet.first, 0)
    return sheet.scan


class _Sheet:
    """Follows the elements of a sheet and writes each cell anew."""

    def __init__(self, strings: int, formats: Formats, out: IO[bytes]) -> None:
        self.scan = SheetScan()
        self.first = -1
        self._strings, self._formats, self._out = strings, formats, out
        self._row, self._column, self._last = 0, -1, 0
        self._cell: dict[str, str] | None = None
        self._place = (0, 0)
        self._texts: dict[str, list[str]] = {}
        self._into: list[str] | None = None
        self._phonetic = 0
        self._written: list[str] = []
        self._taken: dict[int, int] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = bare(tag)
        if name == "c":
            self._start_cell({bare(key): text for key, text in attributes.items()})
        elif self._cell is not None:
            self._start_within(name)
        elif name == "row":
            self._start_row(attributes)
        elif name == "col" and _is_hidden(attributes, "width"):
            first, last = (_whole(attributes.get(n, "")) for n in ("min", "max"))
            self.scan.hidden_columns.update(range(first - 1, min(last, 16_384)) if first else ())
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def characters(self, text: str) -> None:
        if self._into is not None and not self._phonetic:
            self._into.append(text)

    def end(self, tag: str) -> None:
        name = bare(tag)
        if name == "c" and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif name == "rPh":
            self._phonetic = max(self._phonetic - 1, 0)
        elif name in ("v", "t", "f"):
            self._into = None

    def flush(self) -> None:
        self._out.write("".join(self._written).encode())
        self._written.clear()

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        self._row = _whole(attributes.get("r", "")) or self._row + 1
        self._column = -1
        if _is_hidden(attributes, "ht"):
            self.scan.hidden_rows.add(self._row - 1)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r", "")
        place = _ADDRESS.match(address)
        if address and not place:
            raise UnreadableError(refusals.NO_PLACE, row=self._row)
        if place:
            row, self._column = int(place[2]), index_of(place[1].encode())
        else:
            row, self._column = self._row, self._column + 1
        if row < 1:
            raise UnreadableError(refusals.NO_PLACE, row=1)
        self._cell, self._place = attributes, (row, self._column)
        self._texts, self._into, self._phonetic = {}, None, 0

    def _start_within(self, name: str) -> None:
        if name in ("v", "t", "f"):
            self._into = self._texts.setdefault(name, [])
        elif name == "rPh":
            self._phonetic += 1

    def _end_cell(self, cell: Mapping[str, str]) -> None:
        kind = cell.get("t") or "n"
        typed = "".join(self._texts.get("v", ()))
        inline = "".join(self._texts.get("t", ()))
        formula = "f" in self._texts
        self.scan.formulas = self.scan.formulas or formula
        if kind == "inlineStr" or (kind in _TEXTS and inline and not typed):
            typed, kind = inline or typed, "inlineStr"
        if kind == "e":
            self._mark("error")
        elif kind in _TEXTS and formula and not self._texts.keys() & {"v", "t"}:
            # The empty text as a result is written down; here there is no result at all.
            self._mark("uncalculated")
        elif kind in _TEXTS:
            self._write_text(typed, kind, empty=formula)
        elif not typed.strip() or (kind == "s" and typed.strip() == _BLANK_TEXT):
            if formula:
                self._mark("uncalculated")
        else:
            self._write_value(kind, typed.strip(), cell.get("s", ""))

    def _write_value(self, kind: str, typed: str, style: str) -> None:
        if kind == "s" and typed.isdigit() and _whole(typed) < self._strings and (_whole(typed) or typed == "0"):
            self._write(f' t="s"><v>{int(typed)}</v>')
        elif kind == "b" and typed.lower() in ("0", "1", "true", "false"):
            self._write(f' t="b"><v>{int(typed.lower() in ("1", "true"))}</v>')
        elif kind == "d" and (moment := _MOMENT.match(typed)):
            self._write_text(moment[1] + (f" {moment[2]}" if moment[2] else ""))
        elif kind == "d" or kind == "n" and not _NUMBER.match(typed):
            self._write_text(typed)
        elif kind == "n" and math.isfinite(float(typed)):
            under = f' s="{style}"' if style.isdigit() else ""
            self._write(f"{under}><v>{typed}</v>")
            text = self._formats.shown(style, typed)
            if text is not None:
                self.scan.shown[self._place[0] - 1, self._place[1]] = text
        else:
            self._mark("lost_value")

    def _write_text(self, text: str, kind: str = "str", *, empty: bool = False) -> None:
        if text or empty:
            before, after = ("<is><t", "</t></is>") if kind == "inlineStr" else ("<v", "</v>")
            plain = escape(_NEVER.sub(" ", text))
            self._write(f' t="{kind}">{before} xml:space="preserve">{plain}{after}')

    def _write(self, rest: str) -> None:
        row, column = self._place
        self._last = max(self._last, column)
        check_extent(column, row, self._last)
        taken = self._taken.get(row, 0)
        if taken >> column & 1:
            raise UnreadableError(refusals.CELL_TWICE, cell=f"{letter(column)}{row}")
        self._taken[row] = taken | 1 << column
        self.first = column if self.first < 0 else min(self.first, column)
        self.scan.records.add(row - 1)
        self._written.append(f'<row r="{row}"><c r="{letter(column)}{row}"{rest}</c></row>')

    def _mark(self, kind: str) -> None:
        row, column = self._place
        if len(self.scan.marks) < MOST_MARKS:
            self.scan.marks.add(Mark(kind, row - 1, column))

    def _merge(self, area: str) -> None:
        first, _, last = area.partition(":")
        left, right = _ADDRESS.match(first), _ADDRESS.match(last)
        if left and right and len(self.scan.marks) < MOST_MARKS:
            top, bottom = int(left[2]) - 1, int(right[2]) - 1
            self.scan.marks.add(Mark("merged", top, index_of(left[1].encode()), bottom, index_of(right[1].encode())))


def _is_hidden(attributes: Mapping[str, str], size: str) -> bool:
    return attributes.get("hidden") in ("1", "true") or _is_nought(attributes.get(size, ""))


def _is_nought(size: str) -> bool:
    return bool(_NUMBER.match(size)) and float(size) == 0


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0
