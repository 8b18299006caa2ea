"""The lists that an estimate compares: those that name children because of the theme, small ones put together."""

from collections.abc import Mapping

import polars as pl

from models.ids import code_of
from models.themes import Theme
from tasks.cohort.overlaps import COUNCIL, KNOW_OF_ABUSE
from tasks.estimate.estimating import FEWEST_LISTS, FEWEST_OF_PAIR, MOST_LISTS
from tasks.estimate.histories import Memberships

NAMES_CHILDREN_OF_THE_THEME = frozenset({"LA-DA", "POL-1", "PRO-1", "HEA-1", "MAR-1", "VOL-1"})
"""Returns that list a child because of the theme. A list of all pupils or of all in care says nothing of it."""

TOGETHER = "+"
_SMALL = 20


def lists_of_theme(theme: Theme) -> dict[str, str]:
    """Return the returns of a theme that an estimate can use, each with the kind of agency that sends it."""
    return {return_.code: return_.agency for return_ in theme.returns if return_.code in NAMES_CHILDREN_OF_THE_THEME}


def from_links(frame: pl.DataFrame, links: pl.DataFrame, kinds: Mapping[str, str]) -> pl.DataFrame:
    """Return which list holds which child, from the links of all records.

    Args:
        frame: of the cohort.
        links: return, row, child, probability of every record.
        kinds: of `lists_of_theme`.
    """
    codes = {name: kinds.get(code_of(name)) for name in links["return"].unique()}
    named = links.with_columns(list=pl.col("return").replace_strict(codes, return_dtype=pl.String))
    surest = named.drop_nulls("list").group_by("child", "list").agg(pl.col("probability").max())
    inside = pl.col("child").is_in(frame["child"].implode()).alias("inside")
    return Memberships.crossing(surest.with_columns(inside).sort("child", "list"))


def from_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return which kind of agency lists which child, from the frame alone: no link is in doubt then."""
    long = frame.select("child", pl.col("agencies").alias("list")).explode("list").unique()
    usable = long.filter(pl.col("list").is_in([*KNOW_OF_ABUSE, COUNCIL]))
    sure = usable.select("child", "list", probability=pl.lit(1.0), inside=pl.lit(value=True))
    return Memberships.crossing(sure.sort("child", "list"))


def put_together(memberships: pl.DataFrame) -> pl.DataFrame:
    """Return the same, with lists that are too small for a comparison put together with the next larger one.

    A list is too small where it has fewer than 20 children or shares fewer than 10 with another, or where there are
    more than six. Two lists as one are still a list, so that no child is left out.
    """
    while (smallest := _too_small(memberships)) is not None:
        low, high = smallest
        name = TOGETHER.join(sorted({*low.split(TOGETHER), *high.split(TOGETHER)}))
        named = memberships.with_columns(pl.col("list").replace({low: name, high: name}))
        joined = named.group_by("child", "list").agg(pl.col("probability").max(), pl.col("inside").any())
        memberships = Memberships.crossing(joined.select(list(Memberships.schema)).sort("child", "list"))
    return memberships


def _too_small(memberships: pl.DataFrame) -> tuple[str, str] | None:
    """Return the list to put together with another, and that one; None where no list is too small."""
    inside = memberships.filter("inside").select("child", "list")
    sizes = inside.group_by("list").agg(pl.len().alias("children")).sort("children", "list")
    if sizes.height < FEWEST_LISTS:
        return None
    both = inside.join(inside.rename({"list": "other"}), on="child").filter(pl.col("list") != pl.col("other"))
    shared = {(low, high): children for low, high, children in both.group_by("list", "other").len().iter_rows()}
    names = sizes["list"].to_list()
    thin = [
        name for name in names if any(shared.get((name, other), 0) < FEWEST_OF_PAIR for other in names if other != name)
    ]
    # Of two lists that share too few, the smaller one is put together with another, which is tried first.
    small = [name for name, children in sizes.iter_rows() if children < _SMALL or name in thin]
    if not small and sizes.height <= MOST_LISTS:
        return None
    low = str((small or names)[0])
    return low, next(str(name) for name in names if name != low)
