"""From returns to the frozen cohort: link, scope, gather facts, and part identity from everything else (L4, L5)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from models.themes import Theme
from tasks.cohort.agency_facts import Returns, agencies, council, household_tokens, police
from tasks.cohort.frame import (
    NO_POLICE_RISK,
    NOT_KNOWN_TO_COUNCIL,
    PERPETRATORS,
    UNKNOWN,
    BuiltCohort,
    CohortFrame,
    column,
)
from tasks.cohort.households import households
from tasks.cohort.overlaps import COUNCIL
from tasks.cohort.points import decision_points, own_points
from tasks.cohort.reconciliation import hidden, reconciliation
from tasks.cohort.scope import scoped
from tasks.linkage import Linkage, Model, PairDecision, linkage
from tasks.linkage.adults import adults, on_probation, victims
from validation.contract.identity import Record
from validation.files.senders import by_source, named_apart, named_together

_IDENTIFIERS = {name: kind for name, kind in Record.schema.items() if name not in {"row", "sheet"}}


def build(
    frames: Returns,
    records: Mapping[str, pl.DataFrame],
    theme: Theme,
    announced: date,
    key: bytes,
    decisions: Sequence[PairDecision] = (),
    model: Model | None = None,
    earlier: pl.DataFrame | None = None,
) -> BuiltCohort:
    """Build the cohort of one inspection.

    Args:
        frames: return code -> sheet -> canonical frame with a `row` column.
        records: return code -> frame of `validation.contract.identity.records`.
        theme: whose ages, returns and decision points apply.
        announced: the day on which ages are counted.
        key: secret of the inspection's pseudonyms, kept outside the evidence store.
        decisions: the decisions of people on doubtful pairs, oldest first.
        model: the frozen model of an earlier version; the first build has none and freezes its own.
        earlier: the identifiers of the version before, where there is one: what it linked stays so until a person
            decides otherwise, whatever number came since.

    Returns:
        The cohort, every table sorted; the same for any order of rows.
    """
    linked = _linked(records, key, decisions, model, earlier)
    links = linked.links
    identified = _with_children(records, links)
    people, exclusions = scoped(identified, theme, announced)
    grown, concerned = adults(frames, links, key)
    tokens = pl.concat([household_tokens(frames, links, identified), victims(concerned)])
    homes = households(tokens, people["child"].to_list(), key)
    frame = _frame(people, frames, links, theme, homes, on_probation(grown, concerned))
    # Only now, for the frame says which children are in scope: nobody decides on pairs that change nothing.
    linked = _concerning(linked, frame)
    shown = identified.filter(pl.col("child").is_in(_shown(frame, linked.doubtful)))
    return BuiltCohort(
        frame=frame,
        identifiers=shown.select("child", "return", "row", "sheet", *_IDENTIFIERS),
        links=links,
        exclusions=exclusions,
        reconciliation=reconciliation(frame),
        announced=announced,
        linkage=linked,
        adults=grown,
        adult_children=concerned,
    )


def _linked(
    records: Mapping[str, pl.DataFrame],
    key: bytes,
    decisions: Sequence[PairDecision],
    model: Model | None,
    earlier: pl.DataFrame | None,
) -> Linkage:
    """Link the records of each agency as a list of its own, and name them by their return again."""
    before = None if earlier is None else named_apart(earlier)
    linked = linkage(by_source(records), key, decisions, model, before)
    links = named_together(linked.links, "return").sort("return", "row")
    return replace(linked, links=links, doubtful=named_together(linked.doubtful, "return", "other_return"))


def _concerning(linked: Linkage, frame: pl.DataFrame) -> Linkage:
    """Return the linkage without the doubtful pairs that concern no child of the frame."""
    inside = frame["child"].implode()
    pairs = linked.doubtful.filter(pl.col("child").is_in(inside) | pl.col("other_child").is_in(inside))
    return replace(linked, doubtful=pairs, facts={**linked.facts, "doubtful": pairs.height})


def _shown(frame: pl.DataFrame, doubtful: pl.DataFrame) -> list[str]:
    """Return the children whose records people may read: those of the frame, and those who may be one of them (L5)."""
    return sorted({*frame["child"], *doubtful["child"], *doubtful["other_child"]})


def _with_children(records: Mapping[str, pl.DataFrame], links: pl.DataFrame) -> pl.DataFrame:
    """Return all identity records with their child, sorted."""
    shaped = [
        frame.select(
            pl.lit(code).alias("return"),
            column(frame, "row", pl.Int64()),
            column(frame, "sheet", pl.String()),
            *(column(frame, name, kind) for name, kind in _IDENTIFIERS.items()),
        )
        for code, frame in sorted(records.items())
    ]
    # An empty frame first, so that an area without any return still has every column.
    empty = {"return": pl.String(), "row": pl.Int64(), "sheet": pl.String(), **_IDENTIFIERS}
    stacked = pl.concat([pl.DataFrame(schema=empty), *shaped])
    named = links.select("return", "row", "child")
    return stacked.join(named, on=["return", "row"], how="inner").sort("child", "return", "row")


def _frame(
    people: pl.DataFrame,
    frames: Returns,
    links: pl.DataFrame,
    theme: Theme,
    homes: Mapping[str, str],
    probation: frozenset[str],
) -> pl.DataFrame:
    joined = people.join(agencies(links, theme), on="child", how="left")
    joined = joined.join(council(frames, links, theme), on="child", how="left")
    joined = joined.join(police(frames, links), on="child", how="left")
    joined = joined.with_columns(
        pl.col("child").replace_strict(homes, default=None, return_dtype=pl.String).alias("household"),
        (_in_return(links, PERPETRATORS) | pl.col("child").is_in(sorted(probation))).alias("perpetrator_on_probation"),
        hidden(pl.col("agencies")).alias("hidden"),
        pl.col("marac").fill_null(False),
        pl.col("contacted", *own_points(theme)).fill_null(False),
        pl.col("incidents").fill_null(0),
        pl.when(pl.col("incidents") > 0).then("police_risk").fill_null(NO_POLICE_RISK).alias("police_risk"),
        pl.col("ethnicity").fill_null(UNKNOWN),
        pl.col("disability").fill_null(UNKNOWN),
    )
    # A child in the council's other lists alone is known to it, and its status is unknown, not absent.
    known_there = pl.col("agencies").list.contains(COUNCIL).fill_null(False)
    status = pl.when(known_there).then(pl.col("case_status").fill_null(UNKNOWN)).otherwise(pl.lit(NOT_KNOWN_TO_COUNCIL))
    joined = joined.with_columns(status.alias("plan_status")).with_columns(decision_points(theme))
    columns = (pl.col(name).cast(kind) for name, kind in CohortFrame.schema.items())
    return CohortFrame.crossing(joined.select(columns).sort("child"))


def _in_return(links: pl.DataFrame, code: str) -> pl.Expr:
    return pl.col("child").is_in(links.filter(pl.col("return") == code)["child"].unique().to_list())
