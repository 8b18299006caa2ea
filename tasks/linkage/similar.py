"""When two different values may be one: names a slip apart, dates of birth mistyped in one place."""

import polars as pl
from rapidfuzz.distance import OSA

_LONG = 5
_PART = 3


def alike(name: str | None, other: str | None) -> bool:
    """Return whether two normalised names differ only in the ways in which people write one name.

    That is: one slip in a short name, two in a name of five letters or more; one name as the beginning or end of the
    other, from three letters on (double surnames; not 'Jo'); or an initial.
    """
    if name is None or other is None:
        return False
    short, long = sorted((name, other), key=len)
    if len(short) == 1:
        return long.startswith(short)
    if len(short) >= _PART and (long.startswith(short) or long.endswith(short)):
        return True
    allowed = 2 if len(short) >= _LONG else 1
    return OSA.distance(name, other, score_cutoff=allowed) <= allowed


def alike_pairs(pairs: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Return the pairs in which any of `columns` is equal or alike to its `_right`."""
    sides = pairs.select(*columns, *(f"{column}_right" for column in columns)).iter_rows()
    # Row by row: polars has no distance of names in which an exchange of two letters counts as one slip.
    width = len(columns)
    kept = [any(alike(row[n], row[n + width]) for n in range(width)) for row in sides]
    return pairs.filter(pl.Series(kept, dtype=pl.Boolean))


def date_slip(column: str, other: str) -> pl.Expr:
    """Return where two dates differ by day and month exchanged, by one digit of yyyymmdd, or by a day."""
    a, b = pl.col(column), pl.col(other)
    exchanged = (a.dt.year() == b.dt.year()) & (a.dt.month() == b.dt.day()) & (a.dt.day() == b.dt.month())
    digits = [pl.col(name).dt.strftime("%Y%m%d") for name in (column, other)]
    differing = pl.sum_horizontal([digits[0].str.slice(n, 1) != digits[1].str.slice(n, 1) for n in range(8)])
    neighbours = (a - b).dt.total_days().abs() == 1
    return (a != b) & (exchanged | (differing == 1) | neighbours)
