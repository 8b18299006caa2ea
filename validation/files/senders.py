"""Rows of a return that several agencies sent: one number a row, which holds the sender beside file and line."""

from collections.abc import Mapping, Sequence

import polars as pl

from models.ids import source

SENDER = 10**12  # more than the rows of all files of one agency can count


def counted_on(sheets: Mapping[str, pl.DataFrame], sender: int) -> dict[str, pl.DataFrame]:
    """Return an agency's sheets with rows that no other agency's rows share; those of the first stay as they are."""
    if sender == 1:
        return dict(sheets)
    row = pl.col("row").cast(pl.Int64) + (sender - 1) * SENDER
    return {name: frame.with_columns(row.alias("row")) for name, frame in sheets.items()}


def together(sent: Sequence[tuple[str, Mapping[str, pl.DataFrame]]]) -> dict[str, dict[str, pl.DataFrame]]:
    """Return the sheets of each return, those of several agencies under each other.

    Args:
        sent: returns by code with their sheets, each counted on by its sender.
    """
    frames: dict[str, dict[str, pl.DataFrame]] = {}
    for code, sheets in sent:
        before = frames.setdefault(code, {})
        for name, frame in sheets.items():
            before[name] = pl.concat([before[name], frame], how="vertical_relaxed") if name in before else frame
    return frames


def sender_of(row: pl.Expr) -> pl.Expr:
    """Return the number of the agency that sent a row, from 1."""
    return row // SENDER + 1


def row_of(row: pl.Expr) -> pl.Expr:
    """Return the number of a row as its own agency counts it."""
    return row % SENDER


def own_reference(reference: pl.Expr, row: pl.Expr) -> pl.Expr:
    """Return a reference that an agency gave, apart from the same letters and digits that another agency gave.

    Two agencies count cases, incidents and people each for themselves. The first agency's references stay as they are.
    """
    number = sender_of(row)
    return pl.when(number == 1).then(reference).otherwise(pl.format("{} ({})", reference, number))


def by_source(records: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the records of each agency apart, by `source`: what two agencies say is never what one said twice."""
    apart: dict[str, pl.DataFrame] = {}
    for code, frame in records.items():
        numbers = frame.select(sender_of(pl.col("row")).unique().sort()).to_series().to_list() or [1]
        for number in numbers:
            own = frame if numbers == [1] else frame.filter(sender_of(pl.col("row")) == number)
            apart[source(code, number)] = own
    return apart


def named_apart(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame whose column `return` names the source instead of the code."""
    return frame.with_columns(own_reference(pl.col("return"), pl.col("row")).alias("return"))


def named_together(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Return a frame whose columns name codes instead of sources."""
    return frame.with_columns(pl.col(name).str.replace(r" \(\d+\)$", "") for name in columns)
