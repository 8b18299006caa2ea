"""The draw: tracked children by strata, the wider sample by decision point, reserves by rank (docs/sampling.md)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from models.themes import SamplingPlan
from tasks.sampling.allocation import allocate
from tasks.sampling.candidates import Candidate, candidates
from tasks.sampling.pool import Pool
from tasks.sampling.ranks import ranked
from tasks.sampling.sample import CHOSEN, RESERVE, SAMPLED, TRACKED, Role, Row, Sample, Set, Share
from tasks.sampling.shortfalls import sampled_shortfalls, tracked_shortfalls

# What one stage leaves: chosen children, reserves, and the share of each stratum.
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
    people = candidates(frame, plan)
    for child in without:
        people.pop(child, None)
    pool = Pool(people, plan.one_per_household)
    tracked, tracked_reserves, strata = _tracked(pool, plan, seed)
    sampled, sampled_reserves, points = _sampled(pool, plan, seed)
    rows = (
        *_labelled("T", tracked),
        *_labelled("S", sampled),
        *_labelled("R", [*tracked_reserves, *sampled_reserves]),
    )
    shortfalls = (*tracked_shortfalls(plan, strata, len(people)), *sampled_shortfalls(plan, points))
    return Sample(rows, (*strata, *points), shortfalls)


def _tracked(pool: Pool, plan: SamplingPlan, seed: str) -> _Stage:
    people = pool.people
    order = ranked(seed, TRACKED, (c.child for c in people.values() if c.agencies >= plan.agencies_minimum))
    strata: dict[str, list[str]] = {}
    for child in order:
        strata.setdefault(people[child].stratum, []).append(child)
    sizes = {key: len(strata[key]) for key in sorted(strata)}
    places = allocate(sizes, plan.tracked, plan.stratum_minimum, (people[child].stratum for child in order))
    chosen = pool.first_in_strata(order, places)
    # What a stratum cannot fill goes to whoever is ranked first anywhere.
    chosen += pool.first(order, plan.tracked - len(chosen))
    held = Counter(people[child].stratum for child in chosen)
    spare = [child for key in sorted(held) for child in pool.first(strata[key], plan.tracked_reserves)]
    rows, reserves = [], []
    for key in sorted(held):
        rows += _rows(people, [c for c in chosen if people[c].stratum == key], TRACKED, CHOSEN, key, strata[key])
        reserves += _rows(people, [c for c in spare if people[c].stratum == key], TRACKED, RESERVE, key, strata[key])
    return rows, reserves, [Share(TRACKED, key, sizes[key], places[key], held[key]) for key in sizes]


def _sampled(pool: Pool, plan: SamplingPlan, seed: str) -> _Stage:
    members: dict[str, list[str]] = {point.key: [] for point in plan.decision_points}
    for candidate in pool.people.values():
        for key in set(candidate.points) & members.keys():
            members[key].append(candidate.child)
    orders = {key: ranked(seed, f"{SAMPLED}:{key}", children) for key, children in members.items()}
    # The scarcest point chooses first, or common ones would use up its few children.
    turns = sorted(plan.decision_points, key=lambda point: (len(orders[point.key]), point.key))
    chosen = {point.key: pool.first(orders[point.key], point.children) for point in turns}
    spare = {point.key: pool.first(orders[point.key], plan.sampled_reserves) for point in turns}
    rows, reserves, shares = [], [], []
    for point in plan.decision_points:
        key, order = point.key, orders[point.key]
        rows += _rows(pool.people, chosen[key], SAMPLED, CHOSEN, key, order)
        reserves += _rows(pool.people, spare[key], SAMPLED, RESERVE, key, order)
        shares.append(Share(SAMPLED, key, len(order), point.children, len(chosen[key])))
    return rows, reserves, shares


def _rows(
    people: Mapping[str, Candidate], children: list[str], part: Set, role: Role, stratum: str, order: list[str]
) -> list[Row]:
    weight = round(len(order) / len(children), 6) if role == CHOSEN and children else None
    rows = [Row("", c, people[c].household, part, role, stratum, order.index(c) + 1, weight) for c in children]
    return sorted(rows, key=lambda row: row.rank)


def _labelled(letter: str, rows: list[Row]) -> list[Row]:
    return [replace(row, label=f"{letter}{number}") for number, row in enumerate(rows, 1)]
