"""What an earlier version linked stays so until a person decides, whatever number is found later (L10)."""

import polars as pl

from tasks.linkage.clusters import Forest, Guard
from tasks.linkage.normalise import IDENTITY, PLACE, normalised

EARLIER = "an earlier version"

# Numbers come and go between the versions of a return; all else that a record says makes it the record that it was.
_NUMBERS = ("nhs", "upn", "la", "mother_nhs")
_SAME = [name for name in (*IDENTITY, PLACE) if name not in _NUMBERS]
_LINKED = 0.75


Earlier = dict[int, str]
"""Profile -> the child of the earlier version to which it belonged."""


def earlier_links(people: pl.DataFrame, identifiers: pl.DataFrame | None) -> Earlier:
    """Find the profiles of an earlier version again by all that they say but their numbers.

    Args:
        people: the profiles at hand.
        identifiers: the identity records of the earlier version, each with its return and child.
    """
    if identifiers is None or identifiers.is_empty():
        return {}
    parts = {str(code): rows.with_row_index("place") for (code,), rows in identifiers.group_by("return")}
    stacked = normalised({code: rows.with_columns(row=pl.col("place").cast(pl.Int64)) for code, rows in parts.items()})
    children = [rows.select(pl.lit(code).alias("return"), pl.col("place").cast(pl.Int64).alias("row"), "child")
                for code, rows in parts.items()]  # fmt: skip
    before = stacked.join(pl.concat(children), on=["return", "row"])
    # Records of two children that say the same but for their numbers cannot be told apart, and hold nothing.
    single = before.group_by(_SAME).agg(pl.col("child").unique()).filter(pl.col("child").list.len() == 1)
    again = people.join(single.with_columns(pl.col("child").list.first()), on=_SAME, nulls_equal=True)
    return dict(again.select("id", "child").sort("id").iter_rows())


def hold(grown: Forest, earlier: Earlier) -> pl.DataFrame:
    """Join what was one child in an earlier version and is apart, for a number has come that says so.

    The number splits nothing: the pair is put to a person.

    Returns:
        The pairs that were joined: low, high, probability.
    """
    first: dict[str, int] = {}
    pairs = [(_LINKED, low, n) for n, child in sorted(earlier.items()) if (low := first.setdefault(child, n)) != n]
    grown.grow(EARLIER, Guard.NAMES, pairs)
    schema = {"low": pl.Int64, "high": pl.Int64, "probability": pl.Float64}
    return pl.DataFrame([(low, high, p) for p, low, high in pairs], schema=schema, orient="row")
