"""What the parser does not tell of an ODS workbook: where its tables begin, and what their rows hold or hide."""

import re
from collections.abc import Iterable
from html import unescape
from itertools import pairwise

import polars as pl

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.grid import letter
from validation.files.readers.opencells import FILLED, MARKED, REPEATED, OpenCell, cells_of, count_of, look
from validation.files.readers.worksheet import MAX_CELLS, MAX_COLUMNS, SheetScan

ROW = b"<table:table-row"
"""What each row begins with, and so do a group of rows and the rows of a table."""

_NAME = re.compile(r'\stable:name="([^"]{0,1000})"')
# Tables, rows, columns, and what hides a group of them; `table-header-rows` and the like are none of these.
_EVENT = re.compile(r"<(/)?table:table(-row|-column)?(-group)?(?=[\s/>])([^>]*)>")
_REPEATED_ROWS = re.compile(r'number-rows-repeated="(\d{1,10})"')
_SHUT = ('visibility="collapse"', 'visibility="filter"')
# A piece that is no plain row: it repeats, is hidden, or a table or group begins or ends in it.
_NOT_PLAIN = (
    r"""^[^\s/>]|</?table:table[\s/>]|table-row-group|rows-repeated=|visibility="(?:collapse|filter)"|^[^>]*/>"""
)
# What readers that look for `name="value"` would not see: other quotation marks, blanks around the sign, a bracket in
# a value, where it would seem to end the element, comments and raw text, and a cell of text that is not said to be one.
# And a number that is none, or a yes or no that is neither, which the parser takes for one.
_UNUSUAL = (
    r"""(?:<|^)[^<>"]*(?:"[^<>"]*"[^<>"]*)*(?:=[^"]|[ \t\r\n]=|"[^"<>]*>)|<!"""
    r"""|<table:table-cell(?: (?:table|calcext):[a-z-]+="[^"]*")*>\s*<(?:text:p|office:annotation)"""
    r"""|office:(?:value="[^-+.0-9]|(?:date|time)-value=""|boolean-value="(?:[^tf]|t[^r]|f[^a]))"""
)
_ODD = f"{_NOT_PLAIN}|{MARKED}|{_UNUSUAL}"
_REPEATING = r'<table:(?:covered-)?table-cell[^>]*columns-repeated="[0-9]{1,10}"[^>]*>'
_MOST_ROWS = 1_048_576
_LEAST_CELL = len("<table:table-cell/>")


class NotUsualError(Exception):
    """The content is written otherwise than those expect that look through it."""


def scanned_tables(pieces: Iterable[bytes], *, anew: bool = False) -> dict[str, SheetScan]:
    """Return sheet name -> what a look at the sheet found.

    Args:
        pieces: the workbook's content in UTF-8 with its customary prefixes, cut before rows.
        anew: whether it was written anew; the records that hold something are listed then.

    Raises:
        NotUsualError: it is to be written anew first.
        UnreadableError: a sheet has content far outside any return.
    """
    tables = _Tables(anew=anew)
    for piece in pieces:
        tables.follow(piece)
    tables.end()
    return tables.scans


class _Tables:
    """Follows the content of a workbook: plain rows all at once, and one by one those with something to note."""

    def __init__(self, *, anew: bool) -> None:
        self.scans: dict[str, SheetScan] = {}
        self._anew = anew
        self._table: _Table | None = None

    def follow(self, piece: bytes) -> None:
        """Follow a piece that begins with a row, or is the first of all."""
        parts = _measured(piece)
        if not self._anew and parts.filter("odd")["row"].str.contains(_UNUSUAL).any():
            raise NotUsualError
        rows, filled = parts["row"], parts["filled"].to_list()
        odd = [0, *(n for n in parts["odd"].arg_true() if n), len(filled)]
        for at, after in pairwise(odd):
            self._walk((ROW.decode() if at else "") + rows[at])
            if self._table is not None:
                self._table.take(filled[at + 1 : after], rows[at + 1 : after])

    def end(self) -> None:
        """Close the table that is open, as at its end tag."""
        if self._table is not None:
            self._table.close()
        self._table = None

    def _walk(self, text: str) -> None:
        """Follow what stands between the beginnings of two rows."""
        first: re.Match[str] | None = None
        for tag in _EVENT.finditer(text):
            if first and self._table is not None:
                self._table.take_one(first[4], text[first.end() : tag.start()])
            first = None
            if tag[2] is None and tag[3] is None:
                self._start_or_end(tag)
            elif self._table is not None:
                if tag[2] == "-column" or tag[3]:
                    self._table.follow(tag)
                elif not tag[1]:
                    first = tag
        if first and self._table is not None:
            self._table.take_one(first[4], text[first.end() :])

    def _start_or_end(self, tag: re.Match[str]) -> None:
        self.end()
        name = None if tag[1] else _NAME.search(tag[4])
        if name:
            scan = self.scans[unescape(name[1])] = SheetScan(cells=0)
            self._table = _Table(scan, listed=self._anew)


def _measured(piece: bytes) -> pl.DataFrame:
    """Return what stands between beginnings of rows: `row`, how many cells are `filled`, and whether it is `odd`."""
    # The first part is what stands before the first row, and nothing where the piece begins with one.
    row = pl.Series(piece.split(ROW), dtype=pl.Binary).cast(pl.String)
    filled, odd = row.str.count_matches(FILLED, literal=True).cast(pl.Int64), row.str.contains(_ODD)
    reach = pl.zeros(len(row), dtype=pl.Int64, eager=True)
    if b"columns-repeated=" in piece:
        again, reach = _repeated(row)
        filled += again
    if (reach > 0).any() or (row.str.len_bytes() > MAX_COLUMNS * _LEAST_CELL).any():
        odd |= row.str.count_matches("<table:table-cell", literal=True).cast(pl.Int64) + reach > MAX_COLUMNS
    return pl.DataFrame({"row": row, "filled": filled, "odd": odd})


def _repeated(row: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return for each row how many cells that hold something, and how many before its end, are not written down."""
    tags = pl.DataFrame({"row": row}).with_row_index("n").with_columns(tag=pl.col("row").str.extract_all(_REPEATING))
    tags = tags.explode("tag", empty_as_null=False).with_columns(
        more=pl.col("tag").str.extract(REPEATED.pattern).cast(pl.Int64) - 1,
        filled=pl.col("tag").str.contains(FILLED, literal=True),
        # Programs end each row with blank cells up to the last column of a sheet.
        last=pl.col("row").str.ends_with(pl.col("tag") + "</table:table-row>"),
    )
    sums = tags.group_by("n").agg(
        again=pl.col("more").filter("filled").sum(),
        reach=pl.col("more").filter(pl.col("filled") | ~pl.col("last")).sum(),
    )
    rows = pl.select(n=pl.int_range(len(row), dtype=pl.UInt32)).join(sums, "n", "left", maintain_order="left")
    return rows["again"].fill_null(0), rows["reach"].fill_null(0)


class _Table:
    """Follows the rows of one table."""

    def __init__(self, scan: SheetScan, *, listed: bool) -> None:
        self._scan, self._listed = scan, listed
        self._rows, self._columns = _Groups(), _Groups()
        self._record = self._column = self._widest = self._cells = 0
        self._least: int | None = None

    def close(self) -> None:
        self._scan.first, self._scan.cells = self._least or 0, self._cells

    def follow(self, tag: re.Match[str]) -> None:
        """Follow a column, or the beginning or end of a group."""
        groups = self._rows if tag[2] == "-row" else self._columns
        if tag[3]:
            groups.follow(tag)
        elif not tag[1] and not self._record:
            # Columns are defined before the first row.
            count = count_of(REPEATED, tag[4])
            if groups.hide(tag[4]):
                self._scan.hidden_columns.update(range(self._column, min(self._column + count, MAX_COLUMNS)))
            self._column += count

    def take(self, filled: list[int], rows: pl.Series) -> None:
        """Take plain rows, of each of which it is known how many cells hold something."""
        holding = [n for n, count in enumerate(filled) if count]
        for n in holding:
            if self._least == 0:
                break
            self._begin(cells_of(rows[n]))
        if holding:
            self._cells += sum(filled)
            self._check_rows(self._record + holding[-1], 1)
        if self._rows.hide(""):
            self._scan.hidden_rows.update(self._record + n for n in holding)
        if self._listed:
            self._scan.records.update(self._record + n for n in holding)
        self._record += len(filled)

    def take_one(self, tag: str, inside: str) -> None:
        """Take a row that stands for several, is hidden or holds something to note."""
        count = count_of(_REPEATED_ROWS, tag)
        cells = (
            list(cells_of(inside)) if FILLED in inside or "table:formula=" in inside or "-spanned=" in inside else []
        )
        holding = [cell for cell in cells if cell.filled]
        if holding:
            self._begin(holding)
            self._check_columns(holding)
            self._cells += sum(cell.count for cell in holding) * count
            self._check_rows(self._record, count)
            span = range(self._record, min(self._record + count, _MOST_ROWS))
            if self._rows.hide(tag):
                self._scan.hidden_rows.update(span)
            if self._listed:
                self._scan.records.update(span)
        look(self._scan, cells, self._record, count)
        self._record += count

    def _begin(self, cells: Iterable[OpenCell]) -> None:
        """Note how many blank cells a row that holds something begins with."""
        leading = next((c.column for c in cells if c.filled), 0)
        self._least = leading if self._least is None else min(self._least, leading)

    def _check_columns(self, holding: list[OpenCell]) -> None:
        """Refuse content far right, and note the last column, counted from 0, that holds something."""
        for cell in holding:
            if cell.column + cell.count > MAX_COLUMNS:
                where = f"{letter(max(cell.column, MAX_COLUMNS))}{self._record + 1}"
                raise UnreadableError(refusals.FAR_OUTSIDE, cell=where)
        self._widest = max(self._widest, holding[-1].column + holding[-1].count - 1)

    def _check_rows(self, record: int, count: int) -> None:
        """Refuse rows with content that would unpack to far more than is written down."""
        last = record + count
        if (count == 1 and last > _MOST_ROWS) or self._cells > MAX_CELLS or (self._widest + 1) * last > MAX_CELLS:
            raise UnreadableError(refusals.FAR_OUTSIDE, cell=f"A{last}")


class _Groups:
    """The groups of rows or columns around a place: what is in one that is shut is hidden, in whatever other it is."""

    def __init__(self) -> None:
        self._depth = self._shut = 0

    def follow(self, tag: re.Match[str]) -> None:
        """Enter or leave a group."""
        if tag[1]:
            self._depth -= 1
            self._shut = self._shut if self._depth >= self._shut else 0
            return
        self._depth += 1
        if not self._shut and 'table:display="false"' in tag[4]:
            self._shut = self._depth

    def hide(self, tag: str) -> bool:
        """Return whether a row or column is hidden, by a group or of itself."""
        return bool(self._shut) or any(mark in tag for mark in _SHUT)
