"""What the ledger, the board and the portal may know of a cohort: counts, never a child (L5)."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from models.themes import Theme
from tasks.cohort.expectations import expectations
from tasks.cohort.frame import UNKNOWN, BuiltCohort
from tasks.cohort.reconciliation import combinations, perhaps
from validation.contract.context import Context


def counts(cohort: BuiltCohort, frames: Mapping[str, Mapping[str, pl.DataFrame]], theme: Theme) -> dict[str, Any]:
    """Return the counts of a cohort as JSON values.

    Returns:
        exclusions: reason -> children. hidden: children known as living with abuse and to no list of the council.
        hidden_doubted: those of them who may be in such a list after all, as a doubtful pair.
        reconciliation: rows of `reconciliation`. combinations: agencies (list) and children known to exactly those.
        expected: rows of `expectations`. by_group, by_return: of the functions of these names, kept so that a later
        inspection of the area can be compared with this one after its tables have been destroyed.
    """
    doubted = perhaps(cohort.frame, cohort.linkage.doubtful)
    joined = combinations(cohort.frame).to_dicts()
    return {
        "exclusions": dict(cohort.exclusions.iter_rows()),
        "hidden": int(cohort.frame["hidden"].sum()),
        "hidden_doubted": doubted["child"].n_unique(),
        "reconciliation": cohort.reconciliation.to_dicts(),
        "combinations": [{"agencies": row["agencies"].split("+"), "children": row["children"]} for row in joined],
        "expected": expectations(frames, cohort.links, Context(theme, cohort.announced)).to_dicts(),
        "by_group": by_group(cohort.frame),
        "by_return": by_return(cohort.frame, cohort.links),
    }


GROUPS = ("age_band", "sex", "ethnicity", "plan_status", "police_risk")


def by_group(frame: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Return for each of the groups of a cohort's frame how many children have which value."""
    return {
        name: dict(frame.select(pl.col(name).fill_null(UNKNOWN)).group_by(name).len().sort(name).iter_rows())
        for name in GROUPS
    }


def by_return(frame: pl.DataFrame, links: pl.DataFrame) -> dict[str, int]:
    """Return how many children of a cohort's frame each return lists."""
    inside = links.join(frame.select("child"), on="child", how="semi")
    counted = inside.group_by("return").agg(pl.col("child").n_unique()).sort("return")
    return dict(counted.iter_rows())
