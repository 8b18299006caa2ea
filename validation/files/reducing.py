"""Takes out of a file what nobody asked for: what is left is checked alike, and says the same of the same places.

Of a column that was not asked for its header stays, and of a sheet the headers that are ours; their cells go. Where
the reader of rows must see that a row is not blank, or is no row of the return, a mark stands for a cell that went.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from validation.contract.model import Contract, Sheet
from validation.files.further_headers import BREAKS, holds_headers, rows_with_headers
from validation.files.layout import Header, header_of, offered_headers
from validation.files.readers import Read
from validation.files.readers.distinct import distinct_of
from validation.files.readers.grid import Grid, Mark, heading
from validation.files.splitting import HEADER_WITHIN, FoundSheet, is_aside, is_filled, is_known, is_ours, split
from validation.files.strays import MOST_TOTALS, NIL_WORDS, RULED

LEFT_OUT = "left out"
"""What stands for a cell that went, where something must stand."""

_LEAST_HEADERS = 2
_LEAST_NEEDED, _LEAST_BLANK = 3, 2


@dataclass(frozen=True, slots=True)
class Reduced:
    """A file without what was not asked for.

    Attributes:
        read: what is left of it.
        columns: how many columns with cells went.
        sheets: how many sheets with cells went.
    """

    read: Read
    columns: int
    sheets: int


def reduced(
    file: Read, every: Sequence[Contract], codes: Collection[str], expected: Mapping[str, Contract]
) -> Reduced | None:
    """Return a file without the columns and sheets that were not asked for; None where it has none with cells.

    Where nothing of the returns is found in the file, nobody knows what in it was asked for, and it stays as it is.

    Args:
        file: as it was read.
        every: the contracts of all returns, by which sheets are known.
        codes: of the returns that the file was sent as.
        expected: code -> contract of each return that its sender is asked for, with its columns.
    """
    parts = split(file.grids, every, codes)
    if not parts.claims.keys() & set(codes):
        return None
    claims = {id(c.grid): (code, c) for code, some in parts.claims.items() if code in expected for c in some}
    grids, columns, sheets = [], 0, 0
    for number, grid in enumerate(file.grids, 1):
        code, claim = claims.get(id(grid), ("", None))
        sheet = _sheet_of(expected.get(code), claim)
        if claim is not None and sheet is not None:
            left = _without_columns(claim, sheet)
            columns += len(_filled_columns(grid, claim, _not_asked(claim, sheet)))
        elif is_aside(grid) or not is_filled(grid):
            left = grid
        else:
            left = _emptied(grid, number)
            sheets += 1
        grids.append(left)
    return Reduced(replace(file, grids=tuple(grids)), columns, sheets) if columns or sheets else None


def _sheet_of(contract: Contract | None, claim: FoundSheet | None) -> Sheet | None:
    """Return a sheet as its request has it: a theme may ask for fewer columns than the return can hold."""
    if contract is None or claim is None:
        return None
    return next((sheet for sheet in contract.sheets if sheet.name == claim.sheet.name), None)


def _not_asked(claim: FoundSheet, sheet: Sheet) -> list[int]:
    """Return the columns of a grid that nobody asked for; those that a column of ours probably is are none of them."""
    header = header_of(replace(claim, sheet=sheet))
    meant = offered_headers(sheet, header)
    names = {heading(name) for name in sheet.names}
    return [n for n, typed in enumerate(header.typed) if n not in header.ours and n not in meant and typed not in names]


def _filled_columns(grid: Grid, claim: FoundSheet, columns: Sequence[int]) -> list[int]:
    body = grid.frame.slice(claim.record + 1)
    return [n for n in columns if body[str(n)].null_count() < body.height]


def _without_columns(claim: FoundSheet, sheet: Sheet) -> Grid:
    grid, wanted = claim.grid, _not_asked(claim, sheet)
    columns = _filled_columns(grid, claim, wanted)
    if not columns:
        return grid
    header = header_of(replace(claim, sheet=sheet))
    stand = {n: dict[int, str]() for n in columns}
    for record, cells in _standing(claim, sheet, header, columns):
        for n, text in cells.items():
            stand[n][record] = text
    for n in columns:
        stand[n][claim.record] = grid.frame[str(n)][claim.record] or ""
        if not header.typed[n] and not any(record > claim.record for record in stand[n]):
            # A column without a header is told because something stands in it.
            stand[n][_where(claim, header, columns, n)] = LEFT_OUT
    series = [_with_cells(grid.frame.height, str(n), stand[n]) for n in columns]
    frame = grid.frame.with_columns(series)
    marks = tuple(mark for mark in grid.marks if _tells_of_others(mark, grid.offset, columns))
    return replace(grid, frame=frame, marks=marks, distinct=distinct_of(frame))


def _with_cells(height: int, name: str, cells: Mapping[int, str]) -> pl.Series:
    filled = {record: text for record, text in cells.items() if text}
    whole = pl.Series(name, [None], dtype=pl.String).new_from_index(0, height)
    return whole.scatter(list(filled), list(filled.values())) if filled else whole


def _tells_of_others(mark: Mark, offset: int, columns: Collection[int]) -> bool:
    last = max(mark.column, mark.last_column)
    return any(n - offset not in columns for n in range(mark.column, last + 1))


def _standing(
    claim: FoundSheet, sheet: Sheet, header: Header, columns: Sequence[int]
) -> Iterator[tuple[int, dict[int, str]]]:
    """Yield record -> column -> what must stand for its cell, lest its row be taken for another kind of row."""
    frame, start = claim.grid.frame, claim.record + 1
    names = [str(n) for n in range(frame.width) if n not in header.ours]
    rest = [name for name in names if int(name) not in columns]
    body = frame.slice(start)
    few = _nearly_empty(sheet, header, body, [str(n) for n in columns], rest)
    headers = set(_with_headers(sheet, header, body, names, rest))
    # Above the headers a row counts as filled or not.
    for record in [*range(claim.record), *(start + n for n in sorted({*few, *headers}))]:
        own = {int(name): text for name in names if (text := frame[name][record])}
        ruled = record >= start and all(re.match(RULED, text) for text in own.values())
        nil = record >= start and len(own) == 1
        headed = record - start in headers
        stays = _staying(ruled=ruled, nil=nil, headed=headed)
        yield record, _stand_ins(own, columns, stays)


def _staying(*, ruled: bool, nil: bool, headed: bool) -> Callable[[str], bool]:
    """Return whether a cell stays as it is: a ruled line, a word for nothing alone in its row, a header in headers."""
    return lambda text: ruled or (nil and heading(text) in NIL_WORDS) or (headed and is_known(text))


def _stand_ins(cells: Mapping[int, str], columns: Collection[int], stays: Callable[[str], bool]) -> dict[int, str]:
    """Return column -> what stands for its cell; cells of a row that differ go on doing so, as those of headers do."""
    texts = list(dict.fromkeys(heading(text) for text in cells.values()))
    return {
        n: text if stays(text) else f"{LEFT_OUT} {texts.index(heading(text)) + 1}"
        for n, text in cells.items()
        if n in columns
    }


def _nearly_empty(sheet: Sheet, header: Header, body: pl.DataFrame, gone: list[str], rest: list[str]) -> list[int]:
    """Return the rows that would look blank, or like a note or a total, without the cells that go."""
    left = pl.sum_horizontal(pl.lit(0), *(pl.col(name).is_not_null() for name in rest))
    needed = [str(header.at[c.name]) for c in sheet.columns if c.required == "yes" and c.name in header.at]
    few = left <= 1
    if len(needed) >= _LEAST_NEEDED:
        blank = pl.sum_horizontal(pl.col(name).is_null() for name in needed)
        few |= (left <= MOST_TOTALS) & (blank >= _LEAST_BLANK)
    first = next(iter(header.at.values()), None)
    if first is not None:
        few |= pl.col(str(first)).str.contains(RULED).fill_null(False)
    went = pl.any_horizontal(pl.col(name).is_not_null() for name in gone)
    return body.select(went & few).to_series().arg_true().to_list()


def _with_headers(sheet: Sheet, header: Header, body: pl.DataFrame, names: list[str], rest: list[str]) -> Iterator[int]:
    """Yield the rows that are headers of some return, or would look like it without the cells that go."""
    filled = body.select(~pl.all_horizontal(pl.col(names).is_null())).to_series()
    below = {n + by for n in (~filled).arg_true().head(BREAKS) for by in (1, 2)}
    for n in sorted({*below, *rows_with_headers(sheet, header, body)}):
        if n < body.height and any(holds_headers(body[name][n] for name in some) for some in (names, rest)):
            yield n


def _where(claim: FoundSheet, header: Header, columns: Sequence[int], column: int) -> int:
    """Return the record at which a mark says nothing of the row: the first full one, or else the first that had it."""
    names = [name for name in claim.grid.frame.columns if int(name) not in columns]
    body = claim.grid.frame.slice(claim.record + 1)
    full = pl.sum_horizontal(pl.lit(0), *(pl.col(name).is_not_null() for name in names)) > MOST_TOTALS
    first = next(iter(header.at.values()), None)
    if first is not None:
        full &= ~pl.col(str(first)).str.contains(RULED).fill_null(False)
    rows = body.select(full).to_series().arg_true()
    return claim.record + 1 + int(rows[0] if len(rows) else body[str(column)].is_not_null().arg_true()[0])


def _emptied(grid: Grid, number: int) -> Grid:
    """Return a sheet of which nothing is left but headers of ours, by which it is told what it is."""
    rows = []
    for cells in grid.frame.head(HEADER_WITHIN).iter_rows():
        ours = [text if text and is_known(text) else None for text in cells]
        is_header = sum(text is not None for text in ours) >= _LEAST_HEADERS
        rows.append(ours if is_header else [None] * len(cells))
    if not any(text for row in rows for text in row):
        rows = [[LEFT_OUT, *rows[0][1:]]]
    while not any(rows[-1]):
        rows.pop()
    frame = pl.DataFrame(rows, schema=dict.fromkeys(grid.frame.columns, pl.String), orient="row")
    return Grid(
        # A sheet can be called after a child.
        name=grid.name if is_ours(grid.name) else f"{LEFT_OUT} {number}",
        frame=frame,
        lines=grid.lines.head(frame.height),
        places=grid.places.head(frame.height),
        offset=grid.offset,
        visible=grid.visible,
        distinct=distinct_of(frame),
    )
