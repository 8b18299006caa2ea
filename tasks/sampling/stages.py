"""The two stages of a draw, whatever gives the orders: tracked children by strata, then the wider sample by point."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tasks.sampling.allocation import allocate
from tasks.sampling.field import DrawStage, Field, Target
from tasks.sampling.pool import Pool
from tasks.sampling.rankings import Rank, Ranking

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Tracked:
    """The tracked children: chosen and reserves by stratum, the places that each stratum had, and the order."""

    chosen: tuple[str, ...]
    reserves: tuple[str, ...]
    places: Mapping[str, int]
    ranking: Ranking


@dataclass(frozen=True, slots=True)
class Wider:
    """The wider sample: chosen children and the order at each decision point."""

    chosen: Mapping[str, list[str]]
    rankings: Mapping[str, Ranking]


def candidates_of(field: Field) -> int:
    """Return how many candidate draws each stage has; one where nothing is balanced."""
    return field.plan.balance.candidates if field.plan.balance else 1


def track(field: Field, pool: Pool, rank: Rank) -> Tracked:
    """Choose the tracked children and their reserves, and take them from the pool.

    Where the plan balances, each candidate draw ranks the stage anew, and the one nearest to the eligible children
    counts, the earlier of two equally near.
    """
    tries = [_tracked_once(field, pool.copy(), rank, number) for number in range(1, candidates_of(field) + 1)]
    best = _nearest(tries, lambda one: one.chosen, field, [(field.tracked, 1)])
    pool.take(best.chosen)
    held = sorted({field.people[child].stratum for child in best.chosen})
    reserves = [c for part in held for c in pool.first(best.ranking.within(part), field.plan.tracked_reserves)]
    return Tracked(best.chosen, tuple(reserves), best.places, best.ranking)


def _tracked_once(field: Field, pool: Pool, rank: Rank, number: int) -> Tracked:
    plan, people = field.plan, field.people
    ranking = rank(field.tracked.again(number))
    strata = (people[child].stratum for child in ranking)
    places = allocate(field.tracked.sizes, plan.tracked, plan.stratum_minimum, strata)
    chosen = pool.first_in_strata(ranking, places)
    # What a stratum cannot fill goes to whoever is ranked first anywhere.
    chosen += pool.first(ranking, plan.tracked - len(chosen))
    return Tracked(tuple(chosen), (), places, ranking)


def widen(field: Field, pool: Pool, rank: Rank) -> Wider:
    """Choose the wider sample and take it from the pool; balanced as the tracked children are, against all points."""
    tries = [_wider_once(field, pool.copy(), rank, number) for number in range(1, candidates_of(field) + 1)]
    mixed = [(stage, min(field.quotas[key], len(stage.children))) for key, stage in field.points.items()]
    best = _nearest(tries, lambda one: [child for part in one.chosen.values() for child in part], field, mixed)
    for part in best.chosen.values():
        pool.take(part)
    return best


def _wider_once(field: Field, pool: Pool, rank: Rank, number: int) -> Wider:
    rankings = {key: rank(stage.again(number)) for key, stage in field.points.items()}
    return Wider({key: pool.first(rankings[key], field.quotas[key]) for key in field.points}, rankings)


def _nearest(
    tries: list[_T], children_of: Callable[[_T], Sequence[str]], field: Field, mixed: list[tuple[DrawStage, int]]
) -> _T:
    if len(tries) == 1:
        return tries[0]
    target = Target(field, mixed)
    return min(tries, key=lambda one: target.away(children_of(one)))
