"""At which decision points a child's case can be read: the keys of the wider sample, each with its condition."""

import polars as pl

from models.themes import Reached, Theme
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
"""Decision points that every theme's returns tell of; of any other a theme says how it is known."""


def column_of(key: str) -> str:
    """Return the column that says whether a child reached a decision point that the theme knows in a way of its own."""
    return f"reached {key}"


def own_points(theme: Theme) -> dict[str, Reached]:
    """Return the decision points that a theme knows in a way of its own, each by its `column_of`."""
    return {column_of(point.key): point.where for point in theme.sampling.decision_points if point.where}


def reached(where: Reached) -> pl.Expr:
    """Return whether a row of the council's list tells of a decision point; expects its column."""
    cell = pl.col(where.column)
    if where.least is not None:
        return (cell.cast(pl.Float64, strict=False) >= where.least).fill_null(False)
    return cell.cast(pl.String, strict=False).is_in(where.codes).fill_null(False)


def decision_points(theme: Theme) -> pl.Expr:
    """Return the sorted list of the theme's decision points that a child reached.

    Expects the columns contacted, plan_status, police_risk, age_band, marac, and `column_of` of each point that the
    theme knows in a way of its own.
    """
    points = {point.key: point for point in theme.sampling.decision_points}
    conditions = {
        key: pl.col(column_of(key)) if point.where else _CONDITIONS[key]
        for key, point in sorted(points.items())
        if point.where or key in _CONDITIONS
    }
    reached = [pl.when(condition).then(pl.lit(key)) for key, condition in conditions.items()]
    if not reached:
        return pl.lit([], dtype=pl.List(pl.String)).alias("decision_points")
    return pl.concat_list(reached).list.drop_nulls().alias("decision_points")
