"""How the agencies' lists overlap: how many each knows, how many two share, how many are hidden from the council."""

import polars as pl

from models.frames import Frame, FrameColumn
from tasks.cohort.overlaps import COUNCIL, HIDDEN, KNOW_OF_ABUSE, KNOWN, SHARED


class Reconciliation(Frame):
    """How many children of a cohort each agency knows, and shares with each other one."""

    measure = FrameColumn(pl.String(), among=(KNOWN, SHARED, HIDDEN))
    agency = FrameColumn(pl.String())
    other = FrameColumn(pl.String(), "Empty where one agency alone is counted.")
    children = FrameColumn(pl.Int64(), least=0)
    share = FrameColumn(pl.Float64(), "Of the cohort, or of the agency's children.", nullable=True)
    key = ("measure", "agency", "other")


def reconciliation(frame: pl.DataFrame) -> pl.DataFrame:
    """Count the children of a cohort frame by agency and pair of agencies.

    Returns:
        measure, agency, other, children, share; sorted. `known`: children whom the agency knows (share of the
        cohort). `shared`: those whom `other` knows too (share of the agency's; the match rate of check X13). `hidden`:
        those whom the agency knows and the council does not.
    """
    long = frame.select("child", pl.col("agencies").alias("agency")).explode("agency").drop_nulls()
    counts: dict[str, int] = dict(long.group_by("agency").len().iter_rows())
    rows = [(KNOWN, agency, "", count, _share(count, frame.height)) for agency, count in counts.items()]
    pairs = long.join(long.rename({"agency": "other"}), on="child").filter(pl.col("agency") != pl.col("other"))
    rows += [
        (SHARED, agency, other, count, _share(count, counts[agency]))
        for agency, other, count in pairs.group_by("agency", "other").len().iter_rows()
    ]
    unseen = long.join(frame.filter("hidden").select("child"), on="child", how="semi")
    rows += [
        (HIDDEN, agency, COUNCIL, count, _share(count, counts[agency]))
        for agency, count in unseen.group_by("agency").len().iter_rows()
    ]
    table = pl.DataFrame(rows, schema=Reconciliation.schema, orient="row")
    return Reconciliation.crossing(table.sort("measure", "agency", "other"))


def hidden(agencies: pl.Expr) -> pl.Expr:
    """Return whether a child is known as living with abuse, and is in no list of the council.

    Args:
        agencies: the kinds of agency that know the child, a list.
    """
    lists_abuse = agencies.list.eval(pl.element().is_in(KNOW_OF_ABUSE)).list.any()
    return (lists_abuse & ~agencies.list.contains(COUNCIL)).fill_null(False)


def perhaps(frame: pl.DataFrame, doubtful: pl.DataFrame) -> pl.DataFrame:
    """Return the hidden children whom a doubtful pair may make one with a child of the council's lists.

    Args:
        frame: of the cohort.
        doubtful: child, return, row of one side of a pair, and `other_` before those of the other side.

    Returns:
        child (hidden), return and row of the record of the other child; sorted, no repeats.
    """
    # A hidden child may be on either side of a pair: both orders, the hidden child first.
    sides = [
        doubtful.select("child", pl.col("other_child").alias("other"), "other_return", "other_row"),
        doubtful.select(
            pl.col("other_child").alias("child"),
            pl.col("child").alias("other"),
            pl.col("return").alias("other_return"),
            pl.col("row").alias("other_row"),
        ),
    ]
    unseen = frame.filter("hidden").select("child")
    with_council = frame.filter(pl.col("agencies").list.contains(COUNCIL)).select(pl.col("child").alias("other"))
    both = pl.concat(sides).join(unseen, on="child", how="semi").join(with_council, on="other", how="semi")
    named = both.select("child", pl.col("other_return").alias("return"), pl.col("other_row").alias("row"))
    return named.unique().sort("child", "return", "row")


def combinations(frame: pl.DataFrame) -> pl.DataFrame:
    """Count the children of a cohort frame by exactly which agencies know them.

    Returns:
        agencies (sorted, joined by `+`), children; most children first, then by name. The counts add up to the frame.
    """
    named = frame.select(pl.col("agencies").list.sort().list.join("+").alias("agencies"))
    counted = named.group_by("agencies").agg(pl.len().cast(pl.Int64).alias("children"))
    return counted.sort("children", "agencies", descending=[True, False])


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
