"""Finds the lists of an extract by their headers, in the official words or in those of another system."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from validation.contract.model import Contract
from validation.files.readers.grid import Grid, heading
from validation.files.splitting import HEADER_WITHIN

_LEAST = 3
_MOST_OF = 0.5


def in_our_words(
    grids: Sequence[Grid], contracts: Iterable[Contract], headers: Mapping[str, Mapping[str, str]]
) -> tuple[tuple[Grid, ...], dict[str, tuple[str, ...]]]:
    """Return the sheets with headers of another system replaced by ours.

    Args:
        grids: of one file.
        contracts: of the returns that it may hold.
        headers: code -> header of the other system in comparable form -> our column.

    Returns:
        The sheets; and code -> the columns of ours whose header was another.
    """
    candidates = [(c, {heading(n): n for n in c.main.names}, headers.get(c.code, {})) for c in contracts]
    renamed: dict[str, tuple[str, ...]] = {}
    made = []
    for grid in grids:
        best = max((_match(grid, *each) for each in candidates), key=lambda match: match[0], default=None)
        if best is None or best[0] < _MOST_OF or not best[3]:
            made.append(grid)
            continue
        _, code, record, columns = best
        made.append(_with_headers(grid, record, columns))
        renamed[code] = tuple(columns.values())
    return tuple(made), renamed


def _match(
    grid: Grid, contract: Contract, own: Mapping[str, str], others: Mapping[str, str]
) -> tuple[float, str, int, dict[int, str]]:
    """Return how much of a list's headers a row of a sheet has, of which list, which row, and what to rename."""
    best: tuple[float, str, int, dict[int, str]] = (0.0, contract.code, 0, {})
    for record, cells in enumerate(grid.frame.head(HEADER_WITHIN).iter_rows()):
        typed = [heading(cell) if cell else "" for cell in cells]
        there = {own[text] for text in typed if text in own}
        columns: dict[int, str] = {}
        for index, text in enumerate(typed):
            name = others.get(text)
            # A header that is our own already, or was found before, is not written twice.
            if name and text not in own and name not in there and name not in columns.values():
                columns[index] = name
        share = (len(there) + len(columns)) / len(own)
        if len(there) + len(columns) >= _LEAST and share > best[0]:
            best = (share, contract.code, record, columns)
    return best


def _with_headers(grid: Grid, record: int, columns: Mapping[int, str]) -> Grid:
    number = pl.int_range(pl.len())
    frame = grid.frame.with_columns(
        pl.when(number == record).then(pl.lit(name)).otherwise(pl.col(str(index))).alias(str(index))
        for index, name in columns.items()
    )
    return replace(grid, frame=frame)
