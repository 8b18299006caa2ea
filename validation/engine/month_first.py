"""Columns whose dates were written with the month before the day: one cause, whatever else it seems to break."""

from collections.abc import Sequence

import polars as pl

from validation.contract.model import Sheet
from validation.contract.rules import Hits, Rule

_PARTS = r"^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-][0-9]{4}(?:[^0-9]|$)"
_MONTHS = 12
_LEAST, _NEARLY_ALL = 3, 0.9


def month_first(frame: pl.DataFrame, rules: Sequence[Rule], hits: Hits, sheet: Sheet) -> dict[str, pl.Series]:
    """Return the columns in which the month stands first, each with the records (UInt32) of its filled cells.

    So it is where some cells can be dates in that order alone, and none in the other order alone. Which day the others
    mean, such as 03/04/2020, then is another one than was read.

    Args:
        frame: the table as typed.
        rules: of the sheet.
        hits: rule -> the records that break it.
        sheet: of the contract.
    """
    columns = {}
    for rule in rules:
        is_date = rule.id.endswith(".type") and sheet.column(rule.column).type in ("date", "datetime")
        if is_date and len(hits[rule.id]) >= _LEAST and _is_swapped(frame[rule.column], hits[rule.id]):
            columns[rule.column] = frame[rule.column].is_not_null().arg_true()
    return columns


def _is_swapped(cells: pl.Series, unread: pl.Series) -> bool:
    # The cells that could not be read are few in most files, and of no one kind.
    swapped, _ = _counts(cells[unread])
    if swapped < max(_LEAST, len(unread) * _NEARLY_ALL):
        return False
    _, usual = _counts(cells)
    return not usual


def _counts(cells: pl.Series) -> tuple[int, int]:
    """Return how many cells can be dates with the month first alone, and how many with the day first alone."""
    parts = cells.to_frame("t").select(pl.col("t").str.extract_groups(_PARTS).alias("p")).unnest("p")
    first, second = (pl.col(name).cast(pl.Int32) for name in parts.columns)
    month_first = (first <= _MONTHS) & (second > _MONTHS)
    day_first = (first > _MONTHS) & (second <= _MONTHS)
    counts: tuple[int, int] = parts.select(month_first.sum(), day_first.sum().alias("usual")).row(0)
    return counts
