"""Rows below the headers that are no rows of the return: told once each, or once for a block, and left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from validation.contract.outcome import CellFinding
from validation.files.layout import Header
from validation.files.readers.grid import heading
from validation.files.rules import rows as row_rules
from validation.files.splitting import FoundSheet
from validation.returns import CONTRACTS

_BREAKS = 200  # blank rows after which another table is looked for
# One or two words of a row of values may also be headers, as `Police` or `Sex`.
_OTHER_HEADERS = 3
_NIL_WORDS = frozenset(
    ("nil", "nilreturn", "none", "noneheld", "nodata", "norecords", "nochildren", "nothingtoreport", "na")
    + ("notapplicable", "noreturn", "zero", "nilreturned")
)
_NIL_ROWS = 50
_HEADINGS = frozenset(heading(name) for c in CONTRACTS.values() for s in c.sheets for name in s.names)
_NIL_WITHIN = 1_000  # rows; whoever has more has something to report
# A line that is ruled off, as SQL Server rules off its headers.
_RULED = r"^[-=_*+|~. \u2013\u2014\u2500]{2,}$"
# The type of each column below its header, as a database's export wizard writes them.
_TYPE = re.compile(
    r"n?(var)?char2?|n?text|string|str|(big|small|tiny)?int(eger|8|16|32|64)?|bit|bool(ean)?|number|numeric|decimal|float"
    r"(32|64)?|double|real|money|date(time)?2?|smalldatetime|time(stamp)?|uniqueidentifier|guid|object|category|list"
)
_TYPES_WITHIN = 2
# A row of the return fills more than that; a total, a note or a prefilled formula does not.
_MOST_CELLS = 2
_LEAST_BLANK = 3


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
    strays = {n: row_rules.SECOND_HEADER.at(name, lines[start + n]) for n in _repeated(header, body)}
    cut, other = _second_table(body, filled, set(strays))
    strays |= {n: row_rules.RULED_LINE.at(name, lines[start + n]) for n in _ruled(header, body)}
    strays |= {n: row_rules.TYPES_ROW.at(name, lines[start + n]) for n in _types(body)}
    strays |= {n: row_rules.NIL_ROW.at(name, lines[start + n]) for n in _nil(body)}
    if other is not None:
        strays[other] = row_rules.SECOND_TABLE.at(name, lines[start + other])
    dropped, findings = [n for n in strays if n < cut], dict(strays)
    for block in _blocks(_sparse(claim, header, body, filled), filled, set(strays)):
        if block[0] < cut:
            findings[block[0]] = _of_block(block, header, claim)
            dropped += [n for n in block if n < cut]
    listed = tuple(findings[n] for n in sorted(findings) if n <= cut or n == other)
    return Strays(sorted(dropped) + list(range(cut, body.height)), listed)


def _repeated(header: Header, body: pl.DataFrame) -> list[int]:
    """Return the rows that hold the headers again, also behind the byte-order mark of a file that was joined on."""
    at = list(header.at.items())
    if len(at) < _OTHER_HEADERS - 1:
        return []
    # The ends of two headers tell the few rows that are worth a look at all of them.
    likely = body.select(
        pl.all_horizontal(
            pl.col(str(i)).str.to_lowercase().str.contains(_loosely(header.typed[i])).fill_null(False)
            for _, i in at[:2]
        )
    )
    rows = likely.to_series().arg_true()
    return [n for n in rows if 2 * sum(heading(body.row(n)[i] or "") == header.typed[i] for _, i in at) > len(at)]


def _loosely(typed: str) -> str:
    return r"^[^a-z0-9]*" + r"[^a-z0-9]*".join(typed) + r"[^a-z0-9]*$"


def _ruled(header: Header, body: pl.DataFrame) -> list[int]:
    """Return the rows whose filled cells all hold a line of dashes or the like."""
    first = next(iter(header.at.values()), None)
    if first is None:
        return []
    likely = body.select(pl.col(str(first)).str.contains(_RULED).fill_null(False)).to_series().arg_true()
    ruled = re.compile(_RULED)
    return [n for n in likely if all(cell is None or ruled.match(cell) for cell in body.row(n))]


def _types(body: pl.DataFrame) -> list[int]:
    """Return a row right under the headers that holds the type of each column."""
    typed = [(n, [cell for cell in row if cell]) for n, row in enumerate(body.head(_TYPES_WITHIN).iter_rows())]
    return [n for n, cells in typed if len(cells) > _MOST_CELLS and all(_is_type(cell) for cell in cells)]


def _is_type(cell: str) -> bool:
    return bool(_TYPE.fullmatch(cell.partition("(")[0].strip().lower()))


def _nil(body: pl.DataFrame) -> list[int]:
    """Return the rows of one cell alone that says in words that there is nothing."""
    if body.height > _NIL_WITHIN:
        return []
    alone = body.select(pl.sum_horizontal(pl.all().is_not_null()) == 1).to_series().arg_true()
    if not 0 < len(alone) <= _NIL_ROWS:
        return []
    texts = body[alone].select(pl.coalesce(pl.all())).to_series()
    return [n for n, text in zip(alone, texts, strict=True) if heading(text) in _NIL_WORDS]


def _sparse(claim: FoundSheet, header: Header, body: pl.DataFrame, filled: pl.Series) -> list[int]:
    """Return the rows that fill one or two cells and hardly any that every row needs, where others fill more.

    A list whose rows are all so is spoiled in another way, which its rules name.
    """
    needed = [header.at[c.name] for c in claim.sheet.columns if c.required == "yes" and c.name in header.at]
    if len(needed) < _LEAST_BLANK:
        return []
    blank = pl.sum_horizontal(pl.col(str(i)).is_null() for i in needed)
    # Two of the cells that every row needs are looked at first: in nearly all files that is the end of it.
    likely = (
        filled & body.select(pl.any_horizontal(pl.col(str(i)).is_null() for i in needed[:_LEAST_BLANK])).to_series()
    )
    if not likely.any():
        return []
    few = body.select((blank >= _LEAST_BLANK) & (pl.sum_horizontal(pl.all().is_not_null()) <= _MOST_CELLS)).to_series()
    sparse = (likely & few).arg_true().to_list()
    return sparse if len(sparse) < int(filled.sum()) else []


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
    return row_rules.NOTE_ROW.at(header.name, first)


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
