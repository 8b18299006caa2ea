"""A column as its different cells: what asks whether any cell has some form looks at each of them once."""

from collections.abc import Callable, Iterator, Mapping

import polars as pl

_SAMPLE = 1_000
# Where more cells than that differ, finding the different ones costs more than a look at each.
_SHARE = 0.25

Distinct = Mapping[str, pl.Series]
"""Name of a column -> its different cells where it repeats a few over and over, or else all of its cells."""
Look = Callable[[pl.Expr], pl.Expr]
"""What is asked of a cell."""


def distinct_of(frame: pl.DataFrame) -> Distinct:
    """Return the different cells of each column that repeats them, and all cells of the others."""
    columns = {name: frame[name] for name in frame.columns}
    if not frame.height:
        return columns
    # From everywhere in the file, for files are often sorted or put together from parts.
    step = max(1, frame.height // _SAMPLE)
    most = -(-frame.height // step) * _SHARE
    counts = frame.select(pl.all().gather_every(step).n_unique()).row(0)
    repeating = [name for name, count in zip(columns, counts, strict=True) if count <= most]
    lists = frame.select(pl.col(name).unique().implode() for name in repeating)
    return columns | {name: lists[name][0] for name in repeating}


def columns_where(distinct: Distinct, looks: Mapping[str, Look]) -> list[str]:
    """Return the columns of which any cell is as its look asks, in the order of the looks."""
    if not looks:
        return []
    answers = pl.select(look(pl.lit(distinct[name])).any().alias(name) for name, look in looks.items())
    return [answer.name for answer in answers if answer.item()]


def records_like(frame: pl.DataFrame, distinct: Distinct, form: str) -> Iterator[tuple[int, int]]:
    """Yield column and record, each from 0, of the cells that a regular expression finds, column by column."""
    for column, cells in enumerate(frame):
        few = distinct[cells.name]
        some = few.filter(few.str.contains(form))
        if len(some):
            hits = cells.is_in(some.unique().implode()).fill_null(value=False)
            yield from ((column, record) for record in hits.arg_true())
