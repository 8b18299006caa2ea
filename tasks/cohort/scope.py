"""Who is in scope: one date of birth and sex a child from all records, and the theme's ages at the announcement."""

from datetime import date

import polars as pl

from models.themes import Theme
from tasks.cohort.frame import REGISTER, UNBORN

TOO_OLD_OR_YOUNG = "outside the theme's ages on the day of the announcement"
NO_BIRTH = "no date of birth, and not unborn"
NOT_YET_BORN = "date of birth after the announcement, and not unborn"
UNBORN_NOT_ASKED = "unborn, and the theme does not ask for unborn children"


def agreed(records: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return one value of a column for each child: the council's, else the commonest, else the one sorting first.

    Args:
        records: linked records with child and return.
        name: the column.

    Returns:
        child and the column; children for whom nobody gives a value are absent.
    """
    counted = (
        records.filter(pl.col(name).is_not_null())
        .group_by("child", name)
        .agg(pl.len().alias("times"), (pl.col("return") == REGISTER).any().alias("council"))
        .sort("child", "council", "times", name, descending=[False, True, True, False])
    )
    return counted.unique("child", keep="first", maintain_order=True).select("child", name)


def scoped(records: pl.DataFrame, theme: Theme, announced: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Put each linked child in an age group or exclude it with a reason.

    Returns:
        In scope: child, age_band, sex, sorted by child; and exclusions: reason, children, sorted.
    """
    births = agreed(records, "date_of_birth")
    sexes = agreed(records.with_columns(pl.col("sex").replace("U", None)), "sex")
    # One record that calls the child unborn is enough, until another gives a date of birth (see `_is_unborn`).
    unborn = records.group_by("child").agg(pl.col("unborn").fill_null(False).any())
    people = unborn.join(births, on="child", how="left").join(sexes, on="child", how="left").sort("child")
    people = people.with_columns(_age(announced).alias("age"))
    people = people.with_columns(_band(theme).alias("age_band"), pl.col("sex").fill_null("U"))
    people = people.with_columns(_reason(theme, announced).alias("reason"))
    excluded = people.filter(pl.col("reason").is_not_null())
    counts = excluded.group_by("reason").agg(pl.len().cast(pl.Int64).alias("children")).sort("reason")
    return people.filter(pl.col("reason").is_null()).select("child", "age_band", "sex"), counts


def _age(announced: date) -> pl.Expr:
    born = pl.col("date_of_birth")
    # Months and days are eight-bit numbers: widened first, or the product wraps around.
    birthday = born.dt.month().cast(pl.Int32) * 100 + born.dt.day().cast(pl.Int32)
    not_yet = (birthday > announced.month * 100 + announced.day).cast(pl.Int32)
    return pl.lit(announced.year) - born.dt.year() - not_yet


def _band(theme: Theme) -> pl.Expr:
    groups = [
        pl.when(pl.col("age").is_between(youngest, oldest)).then(pl.lit(name))
        for name, (youngest, oldest) in theme.age_band.groups.items()
    ]
    return pl.coalesce(pl.when(_is_unborn()).then(pl.lit(UNBORN)), *groups)


def _is_unborn() -> pl.Expr:
    return pl.col("unborn") & pl.col("date_of_birth").is_null()


def _reason(theme: Theme, announced: date) -> pl.Expr:
    # The first reason that applies is counted, so an unborn child is never called one without a date of birth.
    band = theme.age_band
    unborn_in_scope = _is_unborn() & pl.lit(band.unborn)
    in_band = pl.col("age").is_between(band.youngest, band.oldest) & pl.col("age_band").is_not_null()
    return (
        pl.when(unborn_in_scope)
        .then(None)
        .when(_is_unborn())
        .then(pl.lit(UNBORN_NOT_ASKED))
        .when(pl.col("date_of_birth").is_null())
        .then(pl.lit(NO_BIRTH))
        .when(pl.col("date_of_birth") > announced)
        .then(pl.lit(NOT_YET_BORN))
        .when(~in_band.fill_null(False))
        .then(pl.lit(TOO_OLD_OR_YOUNG))
        .otherwise(None)
    )
