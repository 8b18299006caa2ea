"""At which decision points a child's case can be read: the keys of the wider sample, each with its condition."""

import polars as pl

from models.themes import Theme
from tasks.cohort.frame import UNBORN

_PLANS = ("child_in_need_plan", "child_protection_plan")
_OPEN = ("open_assessment", *_PLANS, "looked_after")

_CONDITIONS: dict[str, pl.Expr] = {
    "contact": pl.col("contacted"),
    "strategy": (pl.col("police_risk") == "high") & pl.col("plan_status").is_in(_OPEN),
    "plan": pl.col("plan_status").is_in(_PLANS),
    "early_help": pl.col("plan_status") == "early_help",
    "pre_birth": pl.col("age_band") == UNBORN,
    "marac": pl.col("marac"),
}


KEYS = tuple(_CONDITIONS)
"""Decision points that the returns can tell of; a theme may name no other."""


def decision_points(theme: Theme) -> pl.Expr:
    """Return the sorted list of the theme's decision points that a child reached.

    Expects the columns contacted, plan_status, police_risk, age_band and marac.
    """
    keys = sorted(point.key for point in theme.sampling.decision_points if point.key in _CONDITIONS)
    reached = [pl.when(_CONDITIONS[key]).then(pl.lit(key)) for key in keys]
    if not reached:
        return pl.lit([], dtype=pl.List(pl.String)).alias("decision_points")
    return pl.concat_list(reached).list.drop_nulls().alias("decision_points")
