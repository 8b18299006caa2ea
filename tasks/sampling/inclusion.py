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
"""Simulation ends once it has looked at so many children: a plan that is slow to draw is drawn fewer times."""

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
        histograms: group -> number in the sample -> how many of the simulated draws had it.
        size: children in a sample, the mean of the simulated draws.
    """

    method: Mapping[Set, Method]
    draws: int
    probabilities: Mapping[Set, Mapping[str, float]]
    histograms: Mapping[Group, Mapping[int, int]]
    size: float


def inclusion(field: Field, key: str, groups: Mapping[str, Sequence[Group]]) -> Inclusion:
    """Find the probability of each child to be chosen, before any decision of people.

    Children who are alike in everything that the draw looks at have the same probability, so a class of them shares
    its number of choices in the simulated draws. Where a class was chosen too seldom, a wider class shares: children
    who are alike themselves and have as many others in their household.

    Args:
        field: who can be drawn where.
        key: names the stream of chance numbers, so that the same frame and plan give the same answer.
        groups: child -> the groups whose numbers in the sample are counted.
    """
    # Simulated even where both sets are exact: the histograms of groups have no closed form.
    times, histograms, draws = _simulated(field, key, groups)
    exact = {TRACKED: exact_tracked(field), SAMPLED: exact_sampled(field)}
    alike = _alike(field)
    method: dict[Set, Method] = {part: "simulated" if exact[part] is None else "exact" for part in exact}
    probabilities = {part: exact[part] or _shared(field, part, times[part], alike, draws) for part in exact}
    size = sum(sum(counts.values()) for counts in times.values()) / draws
    return Inclusion(method, draws, probabilities, histograms, size)


def _shared(
    field: Field, part: Set, times: Mapping[str, int], alike: Mapping[str, tuple[int, int]], draws: int
) -> dict[str, float]:
    """Return child -> share of the draws that chose it, shared among children who are alike."""
    can = {child for stage in _stages(field, part) for child in stage}
    sizes = Counter(class_ for child in can for class_ in alike[child])
    chosen = Counter(class_ for child, count in times.items() for class_ in alike[child] for _ in range(count))
    probabilities = dict.fromkeys(field.people, 0.0)
    for child in can:
        # The wider class has more choices to count and is a little less exact: it serves where the narrow one has few.
        fine, coarse = alike[child]
        class_ = fine if chosen[fine] >= _OFTEN else coarse
        # Whoever can be drawn has some chance, and a weight is its inverse: Fattorini's estimator (Biometrika 93, 2006)
        # gives those whom no simulated draw chose a chance above zero.
        met, most = (chosen[class_], draws * sizes[class_]) if chosen[class_] else (1, draws * sizes[class_] + 1)
        probabilities[child] = max(round(met / most, DIGITS), 10**-DIGITS)
    return probabilities


def _stages(field: Field, part: Set) -> list[Sequence[str]]:
    return [field.tracked.children] if part == TRACKED else [stage.children for stage in field.points.values()]


def _simulated(
    field: Field, key: str, groups: Mapping[str, Sequence[Group]]
) -> tuple[dict[Set, Counter[str]], dict[Group, Counter[int]], int]:
    chance = Chance(key)
    times: dict[Set, Counter[str]] = {TRACKED: Counter(), SAMPLED: Counter()}
    histograms: dict[Group, Counter[int]] = {group: Counter() for of in groups.values() for group in of}
    draws = 0
    while draws < LEAST_DRAWS or (draws < MOST_DRAWS and chance.steps < MOST_STEPS):
        draws += 1
        pool = Pool(field.people, field.plan.one_per_household)
        tracked = track(field, pool, chance).chosen
        sampled = [child for part in widen(field, pool, chance).chosen.values() for child in part]
        times[TRACKED].update(tracked)
        times[SAMPLED].update(sampled)
        counts = Counter(group for child in (*tracked, *sampled) for group in groups[child])
        for group, histogram in histograms.items():
            histogram[counts[group]] += 1
    return times, histograms, draws


def _alike(field: Field) -> dict[str, tuple[int, int]]:
    """Return child -> number of its class, household and all, and of its wider class, with the household's size."""
    numbers: dict[_Class, int] = {}

    def number(class_: _Class) -> int:
        return numbers.setdefault(class_, len(numbers))

    own = {child: number(_signature(field, candidate)) for child, candidate in field.people.items()}
    homes: dict[str, list[str]] = {}
    for child, candidate in field.people.items():
        homes.setdefault(candidate.household if field.plan.one_per_household else child, []).append(child)
    classes: dict[str, tuple[int, int]] = {}
    for home in homes.values():
        for child in home:
            # A brother or sister in the household lowers the chance, for the first one drawn takes it along.
            others = tuple(sorted(own[other] for other in home if other != child))
            classes[child] = number(("alike", own[child], others)), number(("nearly", own[child], len(others)))
    return classes


def _signature(field: Field, candidate: Candidate) -> _Class:
    points = tuple(sorted(set(candidate.points) & field.points.keys()))
    return "own", candidate.stratum, candidate.child in field.tracked.part_of, points, tuple(sorted(candidate.groups))


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
    probabilities = dict.fromkeys(field.people, 0.0)
    for key, stage in field.points.items():
        size = max(len(stage.children), 1)
        probabilities |= dict.fromkeys(stage.children, round(min(field.quotas[key], size) / size, DIGITS))
    return probabilities


def _live_together(field: Field, children: Iterable[str]) -> bool:
    """Return whether a child or, where the plan takes one per household, a household is named twice."""
    children = list(children)
    per_home = field.plan.one_per_household
    marks = {field.people[child].household if per_home else child for child in children}
    return len(marks) < len(children)
