"""What is wrong with the layout of a sheet: its headers, its cells that hold no value, and rows that are no rows."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from rapidfuzz import fuzz, process

from validation.contract.model import Column, Sheet
from validation.contract.outcome import CellFinding
from validation.files.explained import rule_of
from validation.files.hiding import hidden_parts
from validation.files.marks import MARKS
from validation.files.readers.grid import Grid, Mark, heading, letter
from validation.files.rules import headers as header_rules
from validation.files.rules import rows as row_rules
from validation.files.splitting import FoundSheet
from validation.files.synonyms import synonyms

_ALIKE = 80
_FIRST_COLUMNS, _HEADERS_WITHIN = 5, 200


@dataclass(frozen=True)
class Header:
    """The header row of a sheet.

    Attributes:
        name: of the sheet, as a report shows it.
        typed: each cell in comparable form, empty where blank.
        at: column of the contract -> column of the grid.
        place: the spreadsheet row.
        ours: columns of the grid that a marked copy of ours adds.
    """

    name: str
    typed: tuple[str, ...]
    at: dict[str, int]
    place: int
    ours: tuple[int, ...] = ()

    def needed(self, sheet: Sheet) -> list[int]:
        """Return the columns of the grid in which every row needs a cell, in the order of the contract."""
        return [self.at[column.name] for column in sheet.columns if column.required == "yes" and column.name in self.at]

    def columns(self, offset: int) -> dict[int, str]:
        """Return column of the sheet, from 0 -> column of the contract; `offset` is that of the grid."""
        return {index + offset: name for name, index in self.at.items()}


def header_of(claim: FoundSheet) -> Header:
    """Return the header row of a sheet that was found in a file."""
    all_typed = [heading(c) if c else "" for c in claim.grid.frame.row(claim.record)]
    ours = tuple(n for n, typed in enumerate(all_typed) if typed == heading(MARKS))
    typed = tuple("" if n in ours else text for n, text in enumerate(all_typed))
    at = {n: typed.index(heading(n)) for n in claim.sheet.names if heading(n) in typed}
    return Header(claim.shown_name or claim.sheet.name, typed, at, claim.grid.places[claim.record], ours)


def layout_findings(
    claim: FoundSheet, header: Header, body: pl.DataFrame, dropped: Collection[int] = ()
) -> Iterator[CellFinding]:
    """Yield what is wrong with headers and cells of a sheet.

    Args:
        claim: the sheet.
        header: its header row.
        body: what stands below.
        dropped: records of it that are no rows of the return, of whose cells nothing more is to be said.
    """
    yield from _headers(claim.sheet, header, claim.grid.offset)
    yield from _nameless(header, claim.grid.offset, body)
    start, grid = claim.record + 1, claim.grid
    left_out = {start + n for n in dropped}
    lines_left_out = {grid.lines[n] for n in left_out} if grid.overlong or grid.wider or grid.joined else set()
    for rule, lines in (
        (row_rules.LONG_ROW, grid.overlong),
        (row_rules.WIDE_ROW, grid.wider),
        (row_rules.JOINED_CELLS, grid.joined),
    ):
        yield from (rule.at(header.name, line) for line in lines if line not in lines_left_out)
    columns = header.columns(grid.offset)
    for mark in grid.marks:
        if mark.record not in left_out:
            yield from _marked(mark, claim, header.name, columns)
    yield from hidden_parts(claim, header.name, header.place, body)


def lies_on_its_side(grid: Grid, sheet: Sheet) -> bool:
    """Return whether one of the first columns holds most of the headers of a sheet, one below another."""
    names = {heading(n) for n in sheet.names}
    columns = (grid.frame[str(n)].head(_HEADERS_WITHIN) for n in range(min(_FIRST_COLUMNS, grid.frame.width)))
    return any(2 * len({heading(c) for c in column.drop_nulls()} & names) > len(names) for column in columns)


def offered_headers(sheet: Sheet, header: Header) -> dict[int, str]:
    """Return column of the grid -> the missing column of the contract that its header probably means."""
    extra, offered = _extra_headers(sheet, header), dict[int, str]()
    for column in sheet.columns:
        if heading(column.name) not in header.typed:
            like = _likely(column, {i: h for i, h in extra.items() if i not in offered})
            offered |= {like: column.name} if like is not None else {}
    return offered


def _extra_headers(sheet: Sheet, header: Header) -> dict[int, str]:
    expected = {heading(n) for n in sheet.names}
    return {i: h for i, h in enumerate(header.typed) if h and h not in expected}


def _headers(sheet: Sheet, header: Header, offset: int) -> Iterator[CellFinding]:
    name, place = header.name, header.place
    extra, offered = _extra_headers(sheet, header), offered_headers(sheet, header)
    meant = {column: index for index, column in offered.items()}
    for column in sheet.columns:
        where = [i for i, h in enumerate(header.typed) if h == heading(column.name)]
        for index in where[1:]:
            cell = f"{letter(index + offset)}{place}"
            yield header_rules.DUPLICATE_HEADER.at(name, place, column.name, cell, header=column.name)
        if not where:
            # One finding a column, not one a row.
            yield _missing(column, header, meant.get(column.name), offset)
    # A header that was offered for a missing column is spoken of there.
    at = {**header.at, **meant}
    for index in sorted(extra.keys() - offered.keys()):
        yield _extra(extra[index], header, index + offset, {column: n + offset for column, n in at.items()})


def _extra(typed: str, header: Header, at: int, columns: Mapping[str, int]) -> CellFinding:
    """Return the finding on a header that nobody asked for; `columns` are those of the contract in the file."""
    cell = f"{letter(at)}{header.place}"
    similar = next((name for name in columns if typed in synonyms(name)), None)
    if similar is None:
        by_name = {name: heading(name) for name in columns}
        close = process.extractOne(typed, by_name, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        similar = str(close[2]) if close else None
    if similar is None:
        return header_rules.EXTRA_COLUMN.at(header.name, header.place, None, cell)
    place = f"{letter(columns[similar])}{header.place}"
    return header_rules.SIMILAR_COLUMN.at(header.name, header.place, None, cell, header=similar, place=place)


def _likely(column: Column, extra: dict[int, str]) -> int | None:
    """Return the column of the grid that a missing column probably is: by another name of it, or by its spelling."""
    named = next((i for i, typed in extra.items() if typed in synonyms(column.name)), None)
    if named is not None:
        return named
    like = process.extractOne(heading(column.name), extra, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return int(like[2]) if like else None


def _missing(column: Column, header: Header, index: int | None, offset: int) -> CellFinding:
    name, place = header.name, header.place
    if index is not None:
        cell = f"{letter(index + offset)}{place}"
        return header_rules.MISSPELT_COLUMN.at(name, place, column.name, cell, header=column.name, place=cell)
    rule = header_rules.ABSENT_COLUMN if column.required == "no" else header_rules.MISSING_COLUMN
    return rule.at(name, place, column.name, header=column.name)


def _nameless(header: Header, offset: int, body: pl.DataFrame) -> Iterator[CellFinding]:
    for index, typed in enumerate(header.typed):
        if not typed and index not in header.ours and body[str(index)].null_count() < body.height:
            cell = f"{letter(index + offset)}{header.place}"
            yield header_rules.NAMELESS_COLUMN.at(header.name, header.place, None, cell)


def _marked(mark: Mark, claim: FoundSheet, name: str, columns: Mapping[int, str]) -> Iterator[CellFinding]:
    """Yield the finding on a marked cell, where it stands below the headers in a column that was asked for."""
    named = rule_of(mark, claim, columns)
    if named is None:
        return
    rule, column = named
    grid = claim.grid
    is_within = mark.record < grid.frame.height
    line, place = (grid.lines[mark.record], grid.places[mark.record]) if is_within else (mark.record + 1,) * 2
    cell = f"{letter(mark.column)}{place}"
    # In a workbook, the only place of merged cells, records are rows.
    last = f"{letter(max(mark.column, mark.last_column))}{max(mark.record, mark.last_record) + 1}"
    yield rule.at(name, line, column, cell, first=cell, last=last)
