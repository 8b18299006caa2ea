"""Headers that stand below the headers: the same once more, those of files that were joined, those of another table."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from validation.contract.file_rules import FileRule
from validation.contract.model import Sheet
from validation.files.layout import Header
from validation.files.readers.grid import heading
from validation.files.rules import rows as row_rules
from validation.returns import CONTRACTS

BREAKS = 200
"""Blank rows after which another table is looked for."""

# One or two words of a row of values may also be headers, as `Police` or `Sex`.
_LEAST = 3
# In so many columns a header is looked for; whoever is in that many of them is looked at whole.
_LOOKED_AT, _LIKELY = 3, 2
_ALL = frozenset(heading(name) for c in CONTRACTS.values() for s in c.sheets for name in s.names)


@dataclass(frozen=True)
class FurtherHeaders:
    """Rows below the headers that hold headers.

    Attributes:
        again: those that hold the same headers in the same columns; rows of the table go on below them.
        end: where the rows of the table end: what stands below belongs to other headers.
        other: the row that holds those, and the rule that it breaks; None where the rows go on to the end.
    """

    again: tuple[int, ...]
    end: int
    other: tuple[int, FileRule] | None = None


def further_headers(sheet: Sheet, header: Header, body: pl.DataFrame, filled: pl.Series) -> FurtherHeaders:
    """Return the rows that hold headers once more.

    Args:
        sheet: of the contract.
        header: the header row.
        body: what stands below it.
        filled: for each record of it whether any cell is filled.
    """
    again: list[int] = []
    end, other = body.height, None
    for n in header_rows(sheet, header, body):
        rule = _rule_of(header, body.row(n))
        if rule is not row_rules.SECOND_HEADER:
            end, other = n, (n, rule)
            break
        again.append(n)
    for blank in (~filled).arg_true().head(BREAKS):
        # A table that is narrower than this one has its headers one or two below a blank row.
        for n in (n for n in (blank + 1, blank + 2) if n < end and n not in again):
            if holds_headers(body.row(n)):
                return FurtherHeaders(tuple(a for a in again if a < blank), blank, (n, _rule_of(header, body.row(n))))
    return FurtherHeaders(tuple(again), end, other)


def header_rows(sheet: Sheet, header: Header, body: pl.DataFrame) -> list[int]:
    """Return the rows of which most cells are headers of any return, in any order."""
    rows = rows_with_headers(sheet, header, body)
    return [n for n, cells in zip(rows, body[rows].iter_rows(), strict=True) if holds_headers(cells)]


def rows_with_headers(sheet: Sheet, header: Header, body: pl.DataFrame) -> list[int]:
    """Return the rows of which some cells are headers of any return, whatever stands in the others."""
    # Columns of codes have few spellings, which are looked at once each.
    columns = sorted((c for c in sheet.columns if c.name in header.at), key=lambda c: c.codes is None)
    names = [str(header.at[c.name]) for c in columns[:_LOOKED_AT]]
    spellings = {name: body[name].unique().to_frame("t") for name in names}
    headers = {name: some.filter(_is_header(pl.col("t")))["t"] for name, some in spellings.items()}
    least = min(_LIKELY, len(names))
    if not least or sum(len(some) > 0 for some in headers.values()) < least:
        return []
    alike = pl.sum_horizontal(pl.col(name).is_in(some.implode()) for name, some in headers.items()) >= least
    return body.select(alike.fill_null(False)).to_series().arg_true().to_list()


def _is_header(cell: pl.Expr) -> pl.Expr:
    return cell.str.to_lowercase().str.replace_all("[^a-z0-9]+", "").is_in(sorted(_ALL)).fill_null(False)


def holds_headers(cells: Iterable[str | None]) -> bool:
    """Return whether most cells of a row are headers of any return."""
    typed = {heading(cell) for cell in cells if cell}
    headers = len(typed & _ALL)
    return headers >= _LEAST and 2 * headers > len(typed)


def _rule_of(header: Header, cells: Iterable[str | None]) -> FileRule:
    """Return what a row of headers is: the same once more, the same in other columns, or those of another table."""
    typed = {n: heading(cell) for n, cell in enumerate(cells) if cell}
    ours = {heading(name) for name in header.at}
    if 2 * len(ours.intersection(typed.values())) < len(_ALL.intersection(typed.values())):
        return row_rules.SECOND_TABLE
    moved = any(text in ours and header.typed[n] != text for n, text in typed.items())
    return row_rules.OTHER_ORDER if moved else row_rules.SECOND_HEADER
