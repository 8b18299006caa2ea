"""Rows below the headers that are no rows of the return: told once each, or once for a block, and left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from validation.contract.model import Column, Sheet
from validation.contract.outcome import CellFinding
from validation.files.further_headers import further_headers
from validation.files.layout import Header
from validation.files.readers.grid import heading
from validation.files.rules import rows as row_rules
from validation.files.splitting import FoundSheet
from validation.files.under_headers import under_headers

NIL_WORDS = frozenset(
    ("nil", "nilreturn", "none", "noneheld", "nodata", "norecords", "nochildren", "nothingtoreport", "na")
    + ("notapplicable", "noreturn", "zero", "nilreturned")
)
_NIL_ROWS = 50
_NIL_WITHIN = 1_000  # rows; whoever has more has something to report
# A line that is ruled off, as SQL Server rules off its headers.
RULED = r"^[-=_*+|~. \u2013\u2014\u2500]{2,}$"
# A row of the return fills more than that; a note, a total or a prefilled formula does not.
_MOST_CELLS = 2
_LEAST_BLANK = 3
# Totals and formulas stand in a few columns at most, and hardly in those by which a child or a person is known.
MOST_TOTALS, _MOST_KNOWN, _MOSTLY = 5, 1, 2 / 3


@dataclass(frozen=True)
class Strays:
    """Rows below the headers that are not rows of the return: their records, and what is said of them."""

    dropped: list[int]
    findings: tuple[CellFinding, ...]


def stray_rows(claim: FoundSheet, header: Header, body: pl.DataFrame, filled: pl.Series) -> Strays:
    """Return the rows that are none: headers again, lines and types under them, nil, notes, and another table's.

    Args:
        claim: the sheet.
        header: its header row.
        body: what stands below.
        filled: for each record of it whether any cell is filled.
    """
    start, lines, name = claim.record + 1, claim.grid.lines, header.name
    headers = further_headers(claim.sheet, header, body, filled)
    kinds = (
        (row_rules.UNDER_HEADERS, under_headers(claim.sheet, header, body)),
        (row_rules.RULED_LINE, _ruled(header, body)),
        (row_rules.NIL_ROW, _nil(body)),
        (row_rules.SECOND_HEADER, headers.again),
    )
    findings = {n: rule.at(name, lines[start + n]) for rule, rows in kinds for n in rows if n < headers.end}
    dropped = set(findings)
    for block in _blocks(_sparse(claim, header, body, filled), filled, dropped):
        if block[0] < headers.end:
            findings[block[0]] = _of_block(block, header, claim)
            dropped.update(block)
    if headers.other:
        other, rule = headers.other
        findings[other] = rule.at(name, lines[start + other], first=header.place)
    listed = tuple(findings[n] for n in sorted(findings))
    return Strays(sorted({*dropped, *range(headers.end, body.height)}), listed)


def _ruled(header: Header, body: pl.DataFrame) -> list[int]:
    """Return the rows whose filled cells all hold a line of dashes or the like."""
    first = next(iter(header.at.values()), None)
    if first is None:
        return []
    likely = body.select(pl.col(str(first)).str.contains(RULED).fill_null(False)).to_series().arg_true()
    ruled = re.compile(RULED)
    return [n for n in likely if all(cell is None or ruled.match(cell) for cell in body.row(n))]


def _nil(body: pl.DataFrame) -> list[int]:
    """Return the rows of one cell alone that says in words that there is nothing."""
    if body.height > _NIL_WITHIN:
        return []
    alone = body.select(pl.sum_horizontal(pl.all().is_not_null()) == 1).to_series().arg_true()
    if not 0 < len(alone) <= _NIL_ROWS:
        return []
    texts = body[alone].select(pl.coalesce(pl.all())).to_series()
    return [n for n, text in zip(alone, texts, strict=True) if heading(text) in NIL_WORDS]


def _sparse(claim: FoundSheet, header: Header, body: pl.DataFrame, filled: pl.Series) -> list[int]:
    """Return the rows that fill a few cells and hardly any that every row needs, where others fill more.

    A list whose rows are all so is spoiled in another way, which its rules name.
    """
    needed = header.needed(claim.sheet)
    if len(needed) < _LEAST_BLANK:
        return []
    blank = pl.sum_horizontal(pl.col(str(i)).is_null() for i in needed)
    # Two of the cells that every row needs are looked at first: in nearly all files that is the end of it.
    likely = (
        filled & body.select(pl.any_horizontal(pl.col(str(i)).is_null() for i in needed[:_LEAST_BLANK])).to_series()
    )
    if not likely.any():
        return []
    names = [header.at[c.name] for c in claim.sheet.columns if c.name in header.at and _tells_whom(c, claim.sheet)]
    cells, of_whom = (_count_filled(some) for some in (_all(body), names))
    total = (cells <= MOST_TOTALS) & (blank >= len(needed) * _MOSTLY) & (of_whom <= _MOST_KNOWN)
    few = body.filter(likely).select((blank >= _LEAST_BLANK) & ((cells <= _MOST_CELLS) | total)).to_series()
    sparse = likely.arg_true().filter(few).to_list()
    return sparse if len(sparse) < int(filled.sum()) else []


def _count_filled(columns: list[int]) -> pl.Expr:
    # A sum over no column has no value for polars, and a file may have lost every header that tells whom.
    return pl.sum_horizontal(pl.lit(0), *(pl.col(str(i)).is_not_null() for i in columns))


def _all(body: pl.DataFrame) -> list[int]:
    return [int(name) for name in body.columns]


def _tells_whom(column: Column, sheet: Sheet) -> bool:
    return column.name in sheet.key or (column.block == "ID" and column.type == "string")


def _blocks(rows: list[int], filled: pl.Series, others: set[int]) -> Iterator[list[int]]:
    """Yield rows that follow each other, over blank ones, together."""
    block: list[int] = []
    for n in (n for n in rows if n not in others):
        if block and filled[block[-1] + 1 : n].any():
            yield block
            block = []
        block.append(n)
    if block:
        yield block


def _of_block(block: list[int], header: Header, claim: FoundSheet) -> CellFinding:
    start, lines = claim.record + 1, claim.grid.lines
    first, last = lines[start + block[0]], lines[start + block[-1]]
    if len(block) > 1:
        return row_rules.SPARSE_ROWS.at(header.name, first, first=first, last=last)
    # A line that two stray marks have made one cell is told as that.
    rule = row_rules.JOINED_CELLS if first in claim.grid.joined else row_rules.NOTE_ROW
    return rule.at(header.name, first)
