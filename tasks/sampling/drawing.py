"""The draw: tracked children, the wider sample by decision point, reserves by rank (docs/sampling.md)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from models.themes import SamplingPlan
from tasks.sampling.candidates import candidates, margin_columns
from tasks.sampling.field import Field
from tasks.sampling.pool import Pool
from tasks.sampling.rankings import by_seed
from tasks.sampling.sample import CHOSEN, RESERVE, SAMPLED, TRACKED, Role, Row, Sample, Set, Share
from tasks.sampling.shortfalls import Taken, margin_shortfalls, sampled_shortfalls, tracked_shortfalls
from tasks.sampling.stages import Tracked, Wider, track, widen

# The outcome of one stage: chosen children, reserves, and the share of each stratum.
_Stage = tuple[list[Row], list[Row], list[Share]]


def draw(frame: pl.DataFrame, plan: SamplingPlan, seed: str, without: Iterable[str] = ()) -> Sample:
    """Draw the tracked children, the wider sample and all reserves from a frozen cohort frame.

    The same frame, plan and seed give the same sample in any row order. The algorithm is written out in
    docs/sampling.md.

    Args:
        frame: one row a child, with the columns of `tasks.sampling.needed(plan)`.
        plan: the theme's sampling plan.
        seed: the revealed seed; its characters are the key of the draw.
        without: children who may not be drawn again (eliminated before a redraw).

    Raises:
        MissingColumnsError: the frame lacks a column that the plan needs.
        RepeatedChildError: the frame has more than one row for a child.
        EmptySeedError: no seed.
    """
    field = field_of(frame, plan, without)
    # Tracked first: whoever is tracked, with the household, leaves the pool of the wider sample.
    pool = Pool(field.people, plan.one_per_household)
    drawn = track(field, pool, by_seed(seed))
    tracked, tracked_reserves, strata = _tracked(field, drawn)
    wider = widen(field, pool, by_seed(seed))
    sampled, sampled_reserves, points = _sampled(field, pool, wider)
    rows = (
        *_labelled("T", tracked),
        *_labelled("S", sampled),
        *_labelled("R", [*tracked_reserves, *sampled_reserves]),
    )
    taken = _taken(wider, {row.child for row in (*tracked, *tracked_reserves)})
    by_margins = [] if field.margins is None else margin_shortfalls(plan, field.margins, _lacking(frame, plan))
    shortfalls = (
        *tracked_shortfalls(plan, strata, len(field.people)),
        *by_margins,
        *sampled_shortfalls(plan, points, taken),
    )
    return Sample(rows, (*strata, *_by_group(field, drawn), *points), shortfalls)


def field_of(frame: pl.DataFrame, plan: SamplingPlan, without: Iterable[str] = ()) -> Field:
    """Return who can be drawn from a frame under a plan; arguments and errors are those of `draw`."""
    people = candidates(frame, plan)
    for child in without:
        people.pop(child, None)
    return Field.of(people, plan)


def _lacking(frame: pl.DataFrame, plan: SamplingPlan) -> list[str]:
    return [name for name in margin_columns(plan) if name not in frame.columns]


def _by_group(field: Field, drawn: Tracked) -> list[Share]:
    """Return how many children of each group of the margins there are, have to be and were chosen."""
    if field.margins is None:
        return []
    filled = Counter(group for child in drawn.chosen for group in field.people[child].margins)
    kept = {need.group: need.kept for need in field.margins.needs}
    sizes = field.margins.groups.items()
    return [Share(TRACKED, group, size, kept.get(group, 0), filled[group]) for group, size in sizes]


def _tracked(field: Field, drawn: Tracked) -> _Stage:
    stage = field.tracked
    filled = Counter(stage.part_of[child] for child in drawn.chosen)
    rows, reserves = [], []
    for key in sorted(filled):
        order = list(drawn.ranking.within(key))
        rows += _rows(field, [c for c in drawn.chosen if stage.part_of[c] == key], TRACKED, CHOSEN, key, order)
        reserves += _rows(field, [c for c in drawn.reserves if stage.part_of[c] == key], TRACKED, RESERVE, key, order)
    sizes = stage.sizes
    return rows, reserves, [Share(TRACKED, key, sizes[key], drawn.places[key], filled[key]) for key in sizes]


def _sampled(field: Field, pool: Pool, wider: Wider) -> _Stage:
    # Reserves only after all points have chosen, or one point's reserve would take another's child. They are taken
    # from the pool in the order of `points`, the scarcest first, and listed below in the order of the plan.
    spare = {key: pool.first(wider.rankings[key], field.plan.sampled_reserves) for key in field.points}
    rows, reserves, shares = [], [], []
    for point in field.plan.decision_points:
        key, order = point.key, list(wider.rankings[point.key])
        rows += _rows(field, wider.chosen[key], SAMPLED, CHOSEN, key, order)
        reserves += _rows(field, spare[key], SAMPLED, RESERVE, key, order)
        shares.append(Share(SAMPLED, key, len(order), point.children, len(wider.chosen[key])))
    return rows, reserves, shares


def _taken(wider: Wider, tracked: set[str]) -> dict[str, Taken]:
    """Return for each decision point why those of its children who were not drawn there could not be."""
    drawn = {child for part in wider.chosen.values() for child in part}
    taken = {}
    for key, ranking in wider.rankings.items():
        rest = set(ranking) - set(wider.chosen[key])
        elsewhere = len(rest & drawn)
        taken[key] = Taken(len(rest & tracked), elsewhere, len(rest - drawn - tracked))
    return taken


def _rows(field: Field, children: Iterable[str], part: Set, role: Role, stratum: str, order: list[str]) -> list[Row]:
    children = list(children)
    # Children of the stratum for each one chosen; a reserve stands for nobody until it is chosen.
    weight = round(len(order) / len(children), 6) if role == CHOSEN and children else None
    homes = {child: field.people[child].household for child in children}
    groups = {child: field.people[child].margins if part == TRACKED else () for child in children}
    rows = [Row("", c, homes[c], part, role, stratum, order.index(c) + 1, weight, groups[c]) for c in children]
    return sorted(rows, key=lambda row: row.rank)


def _labelled(letter: str, rows: list[Row]) -> list[Row]:
    return [replace(row, label=f"{letter}{number}") for number, row in enumerate(rows, 1)]
