"""How likely each child of the frame was to be chosen: exact where the plan allows it, else from many chance draws."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.sampling.allocation import allocate
from tasks.sampling.candidates import Candidate
from tasks.sampling.field import Field
from tasks.sampling.pool import Pool
from tasks.sampling.rankings import Chance
from tasks.sampling.sample import SAMPLED, TRACKED, Set
from tasks.sampling.stages import candidates_of, track, widen

Method = Literal["exact", "simulated"]

MOST_DRAWS = 5_000
LEAST_DRAWS = 500
MOST_STEPS = 1_500_000
"""Draws are simulated until they have met so many children: a plan that is slow to draw is drawn fewer times."""

DIGITS = 6
# A class of children that was chosen so often has a probability of its own, known to about a tenth.
_OFTEN = 100
Group = Hashable
_Class = tuple[object, ...]


@dataclass(frozen=True)
class Inclusion:
    """The inclusion probabilities of a plan on a frame.

    Attributes:
        method: how each set's probabilities were found.
        draws: how many draws were simulated.
        probabilities: set -> child -> probability of being chosen for that set, six decimals.
        histograms: group -> number in the sample -> in how many of the simulated draws.
        size: children in a sample, the mean of the simulated draws.
    """

    method: Mapping[Set, Method]
    draws: int
    probabilities: Mapping[Set, Mapping[str, float]]
    histograms: Mapping[Group, Mapping[int, int]]
    size: float


def inclusion(field: Field, key: str, groups: Mapping[str, Sequence[Group]]) -> Inclusion:
    """Find the probability of each child to be chosen, before any decision of people.

    Children who stand alike in every way that the draw looks at have the same probability, so that what the simulated
    draws chose is shared among them. Where such a class was chosen too seldom to tell, it is shared among all who
    stand alike themselves and have as many others in their household.

    Args:
        field: who can be drawn where.
        key: names the stream of chance numbers, so that the same frame and plan give the same answer.
        groups: child -> the groups whose numbers in the sample are counted.
    """
    times, histograms, draws = _simulated(field, key, groups)
    exact = {TRACKED: exact_tracked(field), SAMPLED: exact_sampled(field)}
    alike = _alike(field)
    method: dict[Set, Method] = {part: "simulated" if exact[part] is None else "exact" for part in exact}
    found = {part: exact[part] or _shared(field, part, times[part], alike, draws) for part in exact}
    size = sum(sum(counts.values()) for counts in times.values()) / draws
    return Inclusion(method, draws, found, histograms, size)


def _shared(
    field: Field, part: Set, times: Mapping[str, int], alike: Mapping[str, tuple[int, int]], draws: int
) -> dict[str, float]:
    """Return child -> share of the draws that chose it, shared among children who are alike."""
    can = {child for stage in _stages(field, part) for child in stage}
    sizes = Counter(one for child in can for one in alike[child])
    chosen = Counter(one for child, count in times.items() for one in alike[child] for _ in range(count))
    found = dict.fromkeys(field.people, 0.0)
    for child in can:
        fine, coarse = alike[child]
        one = fine if chosen[fine] >= _OFTEN else coarse
        # Nobody who can be drawn has no chance: Fattorini's estimator (Biometrika 93, 2006) for those never met.
        met, most = (chosen[one], draws * sizes[one]) if chosen[one] else (1, draws * sizes[one] + 1)
        found[child] = max(round(met / most, DIGITS), 10**-DIGITS)
    return found


def _stages(field: Field, part: Set) -> list[Sequence[str]]:
    return [field.tracked.children] if part == TRACKED else [stage.children for stage in field.points.values()]


def _simulated(
    field: Field, key: str, groups: Mapping[str, Sequence[Group]]
) -> tuple[dict[Set, Counter[str]], dict[Group, Counter[int]], int]:
    chance = Chance(key)
    times: dict[Set, Counter[str]] = {TRACKED: Counter(), SAMPLED: Counter()}
    histograms: dict[Group, Counter[int]] = {one: Counter() for of in groups.values() for one in of}
    draws = 0
    while draws < LEAST_DRAWS or (draws < MOST_DRAWS and chance.steps < MOST_STEPS):
        draws += 1
        pool = Pool(field.people, field.plan.one_per_household)
        tracked = track(field, pool, chance).chosen
        sampled = [child for part in widen(field, pool, chance).chosen.values() for child in part]
        times[TRACKED].update(tracked)
        times[SAMPLED].update(sampled)
        counts = Counter(one for child in (*tracked, *sampled) for one in groups[child])
        for one, histogram in histograms.items():
            histogram[counts[one]] += 1
    return times, histograms, draws


def _alike(field: Field) -> dict[str, tuple[int, int]]:
    """Return child -> number of its class, household and all, and of its wider class, with the household's size."""
    numbers: dict[_Class, int] = {}

    def number(one: _Class) -> int:
        return numbers.setdefault(one, len(numbers))

    own = {child: number(_signature(field, one)) for child, one in field.people.items()}
    homes: dict[str, list[str]] = {}
    for child, one in field.people.items():
        homes.setdefault(one.household if field.plan.one_per_household else child, []).append(child)
    classes: dict[str, tuple[int, int]] = {}
    for home in homes.values():
        for child in home:
            others = tuple(sorted(own[other] for other in home if other != child))
            classes[child] = number(("alike", own[child], others)), number(("nearly", own[child], len(others)))
    return classes


def _signature(field: Field, one: Candidate) -> _Class:
    points = tuple(sorted(set(one.points) & field.points.keys()))
    return "own", one.stratum, one.child in field.tracked.part_of, points, tuple(sorted(one.groups))


def exact_tracked(field: Field) -> dict[str, float] | None:
    """Return places / children of each stratum where that is the probability, or None.

    It is where nothing is balanced, every stratum can have its minimum, and no two who can be tracked live together.
    """
    plan, stage = field.plan, field.tracked
    least = sum(min(plan.stratum_minimum, size) for size in stage.sizes.values())
    if candidates_of(field) > 1 or least > plan.tracked or _live_together(field, stage.children):
        return None
    sizes = stage.sizes
    places = allocate(sizes, plan.tracked, plan.stratum_minimum, ())
    chance = {part: round(places[part] / size, DIGITS) for part, size in sizes.items()}
    return {child: chance[stage.part_of[child]] if child in stage.part_of else 0.0 for child in field.people}


def exact_sampled(field: Field) -> dict[str, float] | None:
    """Return quota / children of each decision point where that is the probability, or None.

    It is where nothing is balanced, and nobody who could be drawn at a point, nor anybody of the household, could be
    drawn at another or be tracked.
    """
    everybody = [*field.tracked.children, *(child for stage in field.points.values() for child in stage.children)]
    if candidates_of(field) > 1 or _live_together(field, everybody):
        return None
    found = dict.fromkeys(field.people, 0.0)
    for key, stage in field.points.items():
        size = max(len(stage.children), 1)
        found |= dict.fromkeys(stage.children, round(min(field.quotas[key], size) / size, DIGITS))
    return found


def _live_together(field: Field, children: Iterable[str]) -> bool:
    """Tell whether a child or, where the plan spares households, a household is named twice."""
    children = list(children)
    per_home = field.plan.one_per_household
    marks = {field.people[child].household if per_home else child for child in children}
    return len(marks) < len(children)
