"""How likely each child of the frame was to be chosen: exact where the plan allows it, else from many chance draws."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.sampling.allocation import allocate
from tasks.sampling.candidates import Candidate
from tasks.sampling.field import Field
from tasks.sampling.margins import Margins
from tasks.sampling.pool import Pool
from tasks.sampling.rankings import Chance
from tasks.sampling.sample import SAMPLED, TRACKED, Set
from tasks.sampling.stages import candidates_of, track, widen

Method = Literal["exact", "simulated"]

MOST_DRAWS = 5_000
LEAST_DRAWS = 500
MOST_STEPS = 1_500_000
"""Simulation ends once it has looked at so many children: a plan that is slow to draw is drawn fewer times."""

MARGIN_DRAWS = 2_000
MARGIN_STEPS = 750_000
"""The same of a plan by margins, of which each child looked at costs more: fewer draws tell nearly as much."""

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
    alike, margins = _alike(field) if field.margins is None else {}, field.margins
    method: dict[Set, Method] = {part: "simulated" if exact[part] is None else "exact" for part in exact}
    probabilities = {
        part: exact[part]
        or (
            _shared(field, part, times[part], alike, draws)
            if margins is None
            else _pooled(field, margins, part, times[part], draws)
        )
        for part in exact
    }
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


def _pooled(field: Field, margins: Margins, part: Set, times: Mapping[str, int], draws: int) -> dict[str, float]:
    """Return child -> share of the draws that chose it, shared among children who are alike, so that nothing is lost.

    A class that was chosen too seldom is pooled with other such classes alone, wider and wider. So the chances sum to
    the children of a sample. Whom no sample can have has the chance 0.
    """
    none = margins.shut_out() if part == TRACKED else frozenset[str]()
    left = sorted({child for stage in _stages(field, part) for child in stage} - none)
    probabilities = dict.fromkeys(field.people, 0.0)
    levels = _levels(field, margins, part)
    for number, class_of in enumerate(levels, 1):
        sizes = Counter(class_of[child] for child in left)
        chosen: Counter[_Class] = Counter()
        for child in left:
            chosen[class_of[child]] += times.get(child, 0)
        last = number == len(levels)
        for child in left:
            class_ = class_of[child]
            if chosen[class_] >= _OFTEN or last:
                # Whoever can be drawn has some chance, as above.
                met, most = chosen[class_] or 1, draws * sizes[class_] + (not chosen[class_])
                probabilities[child] = max(round(met / most, DIGITS), 10**-DIGITS)
        left = [child for child in left if chosen[class_of[child]] < _OFTEN]
    return probabilities


def _levels(field: Field, margins: Margins, part: Set) -> list[dict[str, _Class]]:
    """Return the classes of children from narrow to wide: child -> class.

    The narrowest are exact: the draw looks at nothing but the groups with a minimum, and at who lives with whom; for
    the wider sample also at the decision points.
    """
    own: dict[str, _Class] = {}
    for child, candidate in field.people.items():
        eligible = child in field.tracked.part_of
        kept = margins.kept_of(child) if eligible else 0
        points = () if part == TRACKED else tuple(sorted(set(candidate.points) & field.points.keys()))
        own[child] = (points, kept.bit_count(), eligible, kept, tuple(sorted(candidate.groups)))
    homes: dict[str, list[str]] = {}
    for child, candidate in field.people.items():
        # Where a home gives one child at most, its other children take the chance of this one.
        if part == SAMPLED or child in field.tracked.part_of:
            homes.setdefault(candidate.household if field.plan.one_per_household else child, []).append(child)
    others: dict[str, _Class] = {}
    for home in homes.values():
        others |= {child: tuple(sorted(own[other] for other in home if other != child)) for child in home}
    children = others.keys()
    return [
        {child: (*own[child], others[child]) for child in children},
        {child: (*own[child], len(others[child])) for child in children},
        own,
        {child: own[child][:2] for child in children},
        {child: own[child][:1] for child in children},
        dict.fromkeys(children, ()),
    ]


def _stages(field: Field, part: Set) -> list[Sequence[str]]:
    return [field.tracked.children] if part == TRACKED else [stage.children for stage in field.points.values()]


def _simulated(
    field: Field, key: str, groups: Mapping[str, Sequence[Group]]
) -> tuple[dict[Set, Counter[str]], dict[Group, Counter[int]], int]:
    chance = Chance(key)
    times: dict[Set, Counter[str]] = {TRACKED: Counter(), SAMPLED: Counter()}
    histograms: dict[Group, Counter[int]] = {group: Counter() for of in groups.values() for group in of}
    draws = 0
    most, steps = (MOST_DRAWS, MOST_STEPS) if field.margins is None else (MARGIN_DRAWS, MARGIN_STEPS)
    # Steps and not seconds end it: the same number of draws on every machine (L4).
    while draws < LEAST_DRAWS or (draws < most and chance.steps < steps):
        draws += 1
        # Tracked children first and from one pool, as in a real draw: who is tracked is not sampled.
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
    if field.margins and field.margins.due:
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
