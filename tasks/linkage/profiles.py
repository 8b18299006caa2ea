"""One profile for all equal records of a return about a child; numbered by content, never by row (L4)."""

from collections.abc import Mapping

import polars as pl

from tasks.linkage.normalise import IDENTITY, PLACE, normalised


def profiles(records: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Collapse records to profiles.

    A record with too little to identify a child gets a profile of its own, even if another is equal.

    Returns:
        Profiles (id from 0 in content order, the columns of IDENTITY, PLACE and copy) and members (return, sheet, row,
        id), both sorted.
    """
    stacked = normalised(records).sort("return", "sheet", "row")
    content = [*IDENTITY, PLACE]
    alone = pl.int_range(pl.len(), dtype=pl.Int64).over(content)
    stacked = stacked.with_columns(pl.when(_identifying()).then(pl.lit(0, pl.Int64)).otherwise(alone).alias("copy"))
    keys = [*content, "copy"]
    # Ids follow the sorted content: whatever is decided by the lower id is the same for any order of rows (L4).
    distinct = stacked.select(keys).unique().sort(keys, nulls_last=True).with_row_index("id")
    distinct = distinct.with_columns(pl.col("id").cast(pl.Int64))
    members = stacked.join(distinct, on=keys, nulls_equal=True, how="left").select("return", "sheet", "row", "id")
    return distinct, members.sort("return", "sheet", "row")


def _identifying() -> pl.Expr:
    """Return where a record has enough for an equal one to be the same child."""
    named = pl.all_horizontal(pl.col("given", "surname", "dob").is_not_null())
    mother = pl.all_horizontal(pl.col("mother_given", "mother_surname", "due").is_not_null())
    numbered = pl.any_horizontal(pl.col("nhs", "upn", "la").is_not_null())
    return numbered | named | mother | (pl.col("mother_nhs").is_not_null() & pl.col("due").is_not_null())
