"""One profile for all records of a return that say the same of a child; numbered by content, never by row."""

from collections.abc import Mapping

import polars as pl

from tasks.linkage.normalise import IDENTITY, normalised


def profiles(records: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Collapse records to profiles.

    Records that hold too little to tell one child from another each keep a profile of their own.

    Returns:
        Profiles (id from 0 in content order, the columns of IDENTITY, copy) and members (return, sheet, row, id),
        both sorted.
    """
    stacked = normalised(records).sort("return", "sheet", "row")
    content = list(IDENTITY)
    alone = pl.int_range(pl.len(), dtype=pl.Int64).over(content)
    stacked = stacked.with_columns(pl.when(_telling()).then(pl.lit(0, pl.Int64)).otherwise(alone).alias("copy"))
    keys = [*content, "copy"]
    distinct = stacked.select(keys).unique().sort(keys, nulls_last=True).with_row_index("id")
    distinct = distinct.with_columns(pl.col("id").cast(pl.Int64))
    members = stacked.join(distinct, on=keys, nulls_equal=True, how="left").select("return", "sheet", "row", "id")
    return distinct, members.sort("return", "sheet", "row")


def _telling() -> pl.Expr:
    """Tell where a record holds enough for an equal one to be the same child."""
    named = pl.all_horizontal(pl.col("given", "surname", "dob").is_not_null())
    mother = pl.all_horizontal(pl.col("mother_given", "mother_surname", "due").is_not_null())
    numbered = pl.any_horizontal(pl.col("nhs", "upn", "la").is_not_null())
    return numbered | named | mother | (pl.col("mother_nhs").is_not_null() & pl.col("due").is_not_null())
