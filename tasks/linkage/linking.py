"""Which rows of which returns are the same child, by stated evidence and in no particular row order (L4)."""

from collections.abc import Mapping

import polars as pl

from tasks.linkage.clusters import clusters
from tasks.linkage.profiles import profiles
from tasks.linkage.pseudonyms import child_ids
from tasks.linkage.tiers import edges


def link(records: Mapping[str, pl.DataFrame], key: bytes = b"") -> pl.DataFrame:
    """Link the identity records of several returns, and of one return with itself.

    Args:
        records: return code -> frame of `validation.identity.records`.
        key: secret of the pseudonyms; an inspection has its own.

    Returns:
        One row a record, sorted by return and row: return, row, child (pseudonym) and probability: how sure it is
        that the record belongs with others of its child, 1.0 for a record that stands alone or repeats another.
    """
    people, members = profiles(records)
    clustered = clusters(people, edges(people))
    names = child_ids(people, clustered, key)
    child = pl.col("cluster").replace_strict(names, return_dtype=pl.String) if names else pl.lit(None, pl.String)
    linked = members.join(clustered, on="id", how="left").with_columns(child.alias("child"))
    return linked.sort("return", "sheet", "row").select("return", "row", "child", "probability")
