"""What is wrong with the layout of a sheet: its headers, its cells that hold no value, and rows that are no rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from rapidfuzz import fuzz, process

from validation.contract.model import Column, Sheet
from validation.contract.outcome import CellFinding
from validation.files import rules
from validation.files.marks import MARKS
from validation.files.readers.grid import Grid, Mark, heading, letter
from validation.files.splitting import FoundSheet
from validation.returns import CONTRACTS

_ALIKE = 80
_BREAKS = 200  # blank rows after which another table is looked for
# One or two words of a row of values may also be headers, as `Police` or `Sex`.
_OTHER_HEADERS = 3
_FIRST_COLUMNS, _HEADERS_WITHIN = 5, 200
_NIL_WORDS = frozenset(
    ("nil", "nilreturn", "none", "noneheld", "nodata", "norecords", "nochildren", "nothingtoreport", "na")
    + ("notapplicable", "noreturn", "zero", "nilreturned")
)
_NIL_ROWS = 50
_HEADINGS = frozenset(heading(name) for c in CONTRACTS.values() for s in c.sheets for name in s.names)
_OF_KIND = {
    "error": rules.ERROR_VALUE,
    "error_text": rules.ERROR_TEXT,
    "guessed": rules.GUESSED,
    "control": rules.CONTROL,
    "lost": rules.LOST_LETTER,
    "twice": rules.TWICE,
    "entity": rules.ENTITY,
}
_NIL_WITHIN = 1_000  # rows; whoever has more has something to report


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


def header_of(claim: FoundSheet) -> Header:
    """Return the header row of a sheet that was found in a file."""
    all_typed = [heading(c) if c else "" for c in claim.grid.frame.row(claim.record)]
    ours = tuple(n for n, typed in enumerate(all_typed) if typed == heading(MARKS))
    typed = tuple("" if n in ours else text for n, text in enumerate(all_typed))
    at = {n: typed.index(heading(n)) for n in claim.sheet.names if heading(n) in typed}
    return Header(claim.shown_name or claim.sheet.name, typed, at, claim.grid.places[claim.record], ours)


def layout_findings(claim: FoundSheet, header: Header, body: pl.DataFrame) -> Iterator[CellFinding]:
    """Yield what is wrong with headers and cells of a sheet; `body` is what stands below its headers."""
    yield from _headers(claim.sheet, header, claim.grid.offset)
    yield from _nameless(header, claim.grid.offset, body)
    for line in claim.grid.overlong:
        yield rules.LONG_ROW.at(header.name, line)
    for line in claim.grid.joined:
        yield rules.JOINED_CELLS.at(header.name, line)
    columns = {index + claim.grid.offset: name for name, index in header.at.items()}
    for mark in claim.grid.marks:
        yield from _marked(mark, claim, header.name, columns)


def lies_on_its_side(grid: Grid, sheet: Sheet) -> bool:
    """Return whether one of the first columns holds most of the headers of a sheet, one below another."""
    names = {heading(n) for n in sheet.names}
    columns = (grid.frame[str(n)].head(_HEADERS_WITHIN) for n in range(min(_FIRST_COLUMNS, grid.frame.width)))
    return any(2 * len({heading(c) for c in column.drop_nulls()} & names) > len(names) for column in columns)


def _headers(sheet: Sheet, header: Header, offset: int) -> Iterator[CellFinding]:
    name, place = header.name, header.place
    expected = {heading(n) for n in sheet.names}
    extra = {i: h for i, h in enumerate(header.typed) if h and h not in expected}
    for column in sheet.columns:
        where = [i for i, h in enumerate(header.typed) if h == heading(column.name)]
        for index in where[1:]:
            cell = f"{letter(index + offset)}{place}"
            yield rules.DUPLICATE_HEADER.at(name, place, column.name, cell, header=column.name)
        if not where:
            # One finding a column, not one a row.
            yield _missing(column, header, extra, offset)
    for index in extra:
        yield rules.EXTRA_COLUMN.at(name, place, None, f"{letter(index + offset)}{place}")


def _missing(column: Column, header: Header, extra: dict[int, str], offset: int) -> CellFinding:
    name, place = header.name, header.place
    like = process.extractOne(heading(column.name), extra, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    cell = f"{letter(int(like[2]) + offset)}{place}" if like else None
    if like:
        return rules.MISSPELT_COLUMN.at(name, place, column.name, cell, header=column.name, place=cell)
    rule = rules.ABSENT_COLUMN if column.required == "no" else rules.MISSING_COLUMN
    return rule.at(name, place, column.name, header=column.name)


def _nameless(header: Header, offset: int, body: pl.DataFrame) -> Iterator[CellFinding]:
    for index, typed in enumerate(header.typed):
        if not typed and index not in header.ours and body[str(index)].null_count() < body.height:
            cell = f"{letter(index + offset)}{header.place}"
            yield rules.NAMELESS_COLUMN.at(header.name, header.place, None, cell)


def _marked(mark: Mark, claim: FoundSheet, name: str, columns: Mapping[int, str]) -> Iterator[CellFinding]:
    """Yield the finding on a marked cell, where it stands below the headers in a column that was asked for."""
    grid = claim.grid
    last_record, last_column = max(mark.record, mark.last_record), max(mark.column, mark.last_column)
    column = next((columns[c] for c in range(mark.column, last_column + 1) if c in columns), None)
    if mark.record <= claim.record or column is None or mark.record >= grid.frame.height:
        return
    # In other columns the text itself breaks a rule.
    if mark.kind == "error_text" and claim.sheet.column(column).type != "string":
        return
    line, cell = grid.lines[mark.record], f"{letter(mark.column)}{grid.places[mark.record]}"
    if mark.kind == "merged":
        # In a workbook, the only place of merged cells, records are rows.
        last = f"{letter(last_column)}{last_record + 1}"
        yield rules.MERGED_CELLS.at(name, line, column, cell, first=cell, last=last)
    elif mark.kind == "uncalculated":
        yield rules.UNCALCULATED.at(name, line, column, cell)
    else:
        yield _OF_KIND[mark.kind].at(name, line, column, cell)


@dataclass(frozen=True)
class Strays:
    """Rows below the headers that are not rows of the return: their records, and what is said of them."""

    dropped: list[int]
    findings: tuple[CellFinding, ...]


def stray_rows(claim: FoundSheet, header: Header, body: pl.DataFrame, filled: pl.Series) -> Strays:
    """Return the rows that repeat the headers, that only say nil, and all from where another table begins."""
    start = claim.record + 1
    again = _repeated(claim, header, body)
    nil = _nil(body)
    cut, other = _second_table(body, filled, set(again))
    name, lines = header.name, claim.grid.lines
    strays = {n: rules.SECOND_HEADER.at(name, lines[start + n]) for n in again}
    strays |= {n: rules.NIL_ROW.at(name, lines[start + n]) for n in nil}
    if other is not None:
        strays[other] = rules.SECOND_TABLE.at(name, lines[start + other])
    findings = tuple(strays[n] for n in sorted(strays) if n <= cut or n == other)
    return Strays([n for n in (*again, *nil) if n < cut] + list(range(cut, body.height)), findings)


def _repeated(claim: FoundSheet, header: Header, body: pl.DataFrame) -> list[int]:
    typed, at = claim.grid.frame.row(claim.record), list(header.at.values())
    # Two headers tell the few rows that are worth a look at all of them.
    likely = body.select(pl.all_horizontal(pl.col(str(i)) == typed[i] for i in at[:2])).to_series().arg_true()
    return [n for n in likely if 2 * sum(body.row(n)[i] == typed[i] for i in at) > len(at)] if len(at) > 1 else []


def _nil(body: pl.DataFrame) -> list[int]:
    """Return the rows of one cell alone that says in words that there is nothing."""
    if body.height > _NIL_WITHIN:
        return []
    alone = body.select(pl.sum_horizontal(pl.all().is_not_null()) == 1).to_series().arg_true()
    if not 0 < len(alone) <= _NIL_ROWS:
        return []
    texts = body[alone].select(pl.coalesce(pl.all())).to_series()
    return [n for n, text in zip(alone, texts, strict=True) if heading(text) in _NIL_WORDS]


def _second_table(body: pl.DataFrame, filled: pl.Series, again: set[int]) -> tuple[int, int | None]:
    """Return where the rows end, and the row, one or two below that blank one, that holds headers of another table."""
    for blank in (~filled).arg_true().head(_BREAKS):
        for n in (blank + 1, blank + 2):
            if n >= body.height or n in again:
                continue
            typed = {heading(c) for c in body.row(n) if c}
            headers = len(typed & _HEADINGS)
            if headers >= _OTHER_HEADERS and 2 * headers > len(typed):
                return blank, n
    return body.height, None
