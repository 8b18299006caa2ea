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
        if is_date and len(hits[rule.id]) >= _LEAST and _is_swapped(frame[rule.column], len(hits[rule.id])):
            columns[rule.column] = frame[rule.column].is_not_null().arg_true()
    return columns


def _is_swapped(cells: pl.Series, unread: int) -> bool:
    parts = cells.to_frame("t").select(pl.col("t").str.extract_groups(_PARTS).alias("p")).unnest("p")
    first, second = (pl.col(name).cast(pl.Int32) for name in parts.columns)
    counts = parts.select(
        month_first=((first <= _MONTHS) & (second > _MONTHS)).sum(),
        day_first=((first > _MONTHS) & (second <= _MONTHS)).sum(),
    )
    swapped, usual = counts.row(0)
    return not usual and swapped >= max(_LEAST, unread * _NEARLY_ALL)
