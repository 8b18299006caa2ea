"""The two stages of a draw, for any orders: tracked children, then the wider sample by decision point."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tasks.sampling.allocation import allocate
from tasks.sampling.field import DrawStage, Field, Target
from tasks.sampling.margins import Margins
from tasks.sampling.pool import Pool
from tasks.sampling.rankings import Rank, Ranking

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Tracked:
    """The tracked children: chosen and reserves, the places that each stratum had, and the order."""

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

    Where the plan balances, each candidate draw ranks the stage anew, and the one nearest to the eligible children is
    taken, the earlier of two equally near.
    """
    attempts = [_tracked_once(field, pool.copy(), rank, number) for number in range(1, candidates_of(field) + 1)]
    best = _nearest(attempts, lambda attempt: attempt.chosen, field, [(field.tracked, 1)])
    # Each candidate took from a copy; only now does the winner take its children, and the reserves follow from what
    # is left. The whole order is read before any part of it, as `Ranking.within` requires.
    pool.take(best.chosen)
    reserves = _in_strata(field, pool, best) if field.margins is None else _in_places(field, field.margins, pool, best)
    return Tracked(best.chosen, tuple(reserves), best.places, best.ranking)


def _in_strata(field: Field, pool: Pool, drawn: Tracked) -> list[str]:
    strata = sorted({field.people[child].stratum for child in drawn.chosen})
    return [c for part in strata for c in pool.first(drawn.ranking.within(part), field.plan.tracked_reserves)]


def _in_places(field: Field, margins: Margins, pool: Pool, drawn: Tracked) -> list[str]:
    """Take reserves for each chosen child: those with whom in its place every minimum holds as before."""
    if not field.plan.tracked_reserves:
        return []
    owns, musts = margins.cover.owns, [margins.must_serve(child, drawn.chosen) for child in drawn.chosen]
    few = [margins.serving(must) - sum(owns[child] & must == must for child in drawn.chosen) for must in musts]
    reserves: list[str] = []
    lines: dict[int, Iterator[str]] = {}
    # The place that few could take chooses first, or a common one would use up its few children. The order is read no
    # further than that takes, for a chance order is made as it is read.
    for _, place in sorted(zip(few, range(len(few)), strict=True)):
        must = musts[place]
        # Whom an earlier place passed over was taken, and stays so: places with the same groups go down one line.
        line = lines.get(must)
        if line is None:
            line = lines[must] = _serving(drawn.ranking, owns, must)
        reserves += pool.first(line, field.plan.tracked_reserves)
    return reserves


def _serving(order: Iterable[str], owns: Mapping[str, int], must: int) -> Iterator[str]:
    return (child for child in order if owns[child] & must == must) if must else iter(order)


def _tracked_once(field: Field, pool: Pool, rank: Rank, number: int) -> Tracked:
    plan, people = field.plan, field.people
    ranking = rank(field.tracked.again(number))
    if field.margins is not None:
        chosen = pool.first_allowed(ranking, field.margins.places, field.margins.walk())
        places = allocate(field.tracked.sizes, plan.tracked, 0, ())
        return Tracked(tuple(chosen), (), places, ranking)
    # A generator: a chance order is made only as far as it is read, and most draws need few strata of it.
    strata = (people[child].stratum for child in ranking)
    places = allocate(field.tracked.sizes, plan.tracked, plan.stratum_minimum, strata)
    chosen = pool.first_in_strata(ranking, places)
    # What a stratum cannot fill goes to whoever is ranked first anywhere.
    chosen += pool.first(ranking, plan.tracked - len(chosen))
    return Tracked(tuple(chosen), (), places, ranking)


def widen(field: Field, pool: Pool, rank: Rank) -> Wider:
    """Choose the wider sample and take it from the pool; balanced as the tracked children are, against all points."""
    attempts = [_wider_once(field, pool.copy(), rank, number) for number in range(1, candidates_of(field) + 1)]
    # A point with fewer children than its quota gives all of them, so it weighs no more than they are.
    mixed = [(stage, min(field.quotas[key], len(stage.children))) for key, stage in field.points.items()]
    best = _nearest(attempts, _all_points, field, mixed)
    for part in best.chosen.values():
        pool.take(part)
    return best


def _wider_once(field: Field, pool: Pool, rank: Rank, number: int) -> Wider:
    rankings = {key: rank(stage.again(number)) for key, stage in field.points.items()}
    return Wider({key: pool.first(rankings[key], field.quotas[key]) for key in field.points}, rankings)


def _all_points(attempt: Wider) -> list[str]:
    return [child for part in attempt.chosen.values() for child in part]


def _nearest(
    attempts: list[_T], children_of: Callable[[_T], Sequence[str]], field: Field, mixed: list[tuple[DrawStage, int]]
) -> _T:
    if len(attempts) == 1:
        return attempts[0]
    # `min` returns the first of equals, which is the rule for two candidates equally near (docs/sampling.md).
    target = Target(field, mixed)
    return min(attempts, key=lambda attempt: target.away(children_of(attempt)))
