"""Who can be drawn: a cohort frame read once into plain children with stratum, household and decision points."""

from functools import partial
from typing import NamedTuple

import polars as pl

from models.refusals import Refusal
from models.themes import MARGINS, SamplingPlan
from tasks.cohort.frame import NOT_STATED, UNKNOWN
from tasks.sampling.groups import groups, tuples, words

# Between the values of a stratum's key; people read it in coverage tables and manifests.
JOINED_BY = " / "
HIDDEN = "hidden"
ALL = "all"
"""The one stratum of a plan that has no others."""


class MissingColumnsError(Refusal):
    """The frame lacks columns that the sampling plan draws by."""

    def __init__(self, columns: list[str]) -> None:
        self.columns = columns
        super().__init__(f"The cohort frame has no column {', '.join(columns)}, which the sampling plan needs.")


class RepeatedChildError(Refusal):
    """More than one row of the frame has the same child."""

    def __init__(self, times: int) -> None:
        super().__init__(f"{times} rows of the cohort frame repeat a child. A frame has one row for each child.")


class Candidate(NamedTuple):
    """One child of the frame, as the draw sees it."""

    child: str
    household: str
    stratum: str
    agencies: int
    points: tuple[str, ...]
    groups: tuple[str, ...]
    margins: tuple[str, ...] = ()


def group_key(column: str, group: str) -> str:
    """Return the name of a group of a column."""
    return f"{column}{JOINED_BY}{group}"


def column_and_group(key: str) -> tuple[str, str]:
    """Return the column and the group of a group's name."""
    column, _, group = key.partition(JOINED_BY)
    return column, group


def is_known(key: str) -> bool:
    """Return whether a group's name says something of its children, and not only that it was left open."""
    return column_and_group(key)[1] not in (UNKNOWN, NOT_STATED)


def margin_columns(plan: SamplingPlan) -> list[str]:
    """Return the columns of a plan's margins: those it names, and the hidden children unless it says why not."""
    if plan.plan != MARGINS:
        return []
    own: list[str] = [margin.by for margin in plan.margins]
    return own if HIDDEN in own or plan.hidden_below else [HIDDEN, *own]


def needed(plan: SamplingPlan) -> list[str]:
    """Return the columns that a frame must have to be drawn from under `plan`, each once."""
    columns = ["child", "household", "agencies", "decision_points", *plan.strata, *_balanced(plan)]
    return list(dict.fromkeys(columns))


def _balanced(plan: SamplingPlan) -> tuple[str, ...]:
    return plan.balance.by if plan.balance else ()


def candidates(frame: pl.DataFrame, plan: SamplingPlan) -> dict[str, Candidate]:
    """Read the frame: child -> candidate.

    A null household is the child alone; a null stratum value counts as 'unknown'; yes/no values read as such. A margin
    whose column the frame lacks is left out; the sample says so.

    Raises:
        MissingColumnsError: a column of `needed(plan)` is absent.
        RepeatedChildError: not one row for each child.
    """
    absent = [name for name in needed(plan) if name not in frame.columns]
    if absent:
        raise MissingColumnsError(absent)
    parts = [words(name, frame.schema[name]) for name in plan.strata] or [pl.lit(ALL)]
    balanced = [
        groups(name, frame.schema[name]).list.eval(pl.lit(f"{name}{JOINED_BY}") + pl.element())
        for name in _balanced(plan)
    ]
    margins = [_one_group(name, frame.schema[name]) for name in margin_columns(plan) if name in frame.columns]
    # One pass over the frame; the draw then reads plain tuples, for it is simulated thousands of times.
    read = frame.select(
        pl.col("child").cast(pl.String),
        pl.col("household").cast(pl.String).fill_null(pl.col("child").cast(pl.String)),
        pl.concat_str(parts, separator=JOINED_BY).alias("stratum"),
        pl.col("agencies").cast(pl.List(pl.String)).list.n_unique().fill_null(0),
        pl.col("decision_points").cast(pl.List(pl.String)).fill_null([]),
        (pl.concat_list(balanced) if balanced else pl.lit([], pl.List(pl.String))).alias("groups"),
        (pl.concat_list(margins) if margins else pl.lit([], pl.List(pl.String))).alias("margins"),
    )
    if repeated := read["child"].len() - read["child"].n_unique():
        raise RepeatedChildError(repeated)
    columns = [tuples(column) if isinstance(column.dtype, pl.List) else column.to_list() for column in read]
    # As `Candidate._make` does it, without a call of ours for each child.
    rows = map(partial(tuple.__new__, Candidate), zip(*columns, strict=True))
    return dict(zip(columns[0], rows, strict=True))


def _one_group(name: str, kind: pl.DataType) -> pl.Expr:
    return pl.lit(f"{name}{JOINED_BY}") + groups(name, kind).list.first()


def complete(frame: pl.DataFrame, plan: SamplingPlan) -> tuple[pl.DataFrame, list[str]]:
    """Fill the columns that the plan needs and the frame lacks, with a note on each.

    Returns:
        The frame with every needed column, and one sentence for each column that was filled.
    """
    notes = []
    for name in needed(plan):
        if name not in frame.columns and name != "child":
            value, note = _substitute(name, plan)
            frame = frame.with_columns(value.alias(name))
            notes.append(note)
    return frame, notes


def _substitute(name: str, plan: SamplingPlan) -> tuple[pl.Expr, str]:
    if name == "household":
        return pl.col("child"), "No household column: each child counts as a household."
    if name == "agencies":
        everywhere = [str(n) for n in range(plan.agencies_minimum)]
        return pl.lit([everywhere]).list.first(), "No agencies column: every child counts as known to enough agencies."
    if name == "decision_points":
        points = [point.key for point in plan.decision_points]
        return pl.lit([points]).list.first(), "No decision_points column: every child counts at every decision point."
    return pl.lit(UNKNOWN), f"No {name} column: it counts as '{UNKNOWN}' for every child."
