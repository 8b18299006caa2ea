"""What differs between two versions of a cohort: returns, and children in counts, compared by pseudonym."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from tasks.cohort.frame import InputVersion


def changed_returns(before: Sequence[InputVersion], after: Sequence[InputVersion]) -> list[dict[str, str | None]]:
    """Return the returns whose version differs: code, before, after; None where a version has none, sorted by code."""
    old, new = ({version.code: version for version in versions} for versions in (before, after))
    return [
        {"code": code, "before": _version(old.get(code)), "after": _version(new.get(code))}
        for code in sorted({*old, *new})
        if old.get(code) != new.get(code)
    ]


def _version(row: InputVersion | None) -> str | None:
    return row.version if row else None


def fates(before: pl.DataFrame, after: pl.DataFrame) -> dict[str, set[str]]:
    """Return the children by how the versions differ on them: added, removed, changed, the same."""
    old, new = set(before["child"]), set(after["child"])
    # Blank equals blank here: a child with no ethnicity in both versions is unchanged.
    same = set(before.join(after, on=before.columns, how="semi", nulls_equal=True)["child"])
    return {"added": new - old, "removed": old - new, "changed": (old & new) - same, "same": same}


def changed_columns(before: pl.DataFrame, after: pl.DataFrame) -> dict[str, int]:
    """Return in how many children who are in both versions each column differs, for the columns that do."""
    both = before.join(after, on="child", how="inner", suffix="_after")
    counts = {
        name: both.filter(pl.col(name).ne_missing(pl.col(f"{name}_after"))).height
        for name in before.columns
        if name != "child"
    }
    return {name: count for name, count in counts.items() if count}


def changes(
    before: pl.DataFrame, after: pl.DataFrame, returns: Sequence[dict[str, str | None]], version: int
) -> dict[str, Any]:
    """Return what a manifest records of the version before: its number, changed returns, and counts of children."""
    counts = {fate: len(children) for fate, children in fates(before, after).items()}
    return {
        "version": version,
        "returns": list(returns),
        "children": counts,
        "columns": changed_columns(before, after),
    }
