"""The estimate of children in no list, on made-up areas whose truth is known: how often its interval holds it.

`python -m benchmarks.unseen` prints the tables of docs/estimate.md.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.figures import Figure
from tasks.estimate.estimating import Estimate, estimate
from tasks.estimate.fitting import Floats, Pair, design, fit, pairs_of
from tasks.estimate.histories import Histories
from tasks.estimate.profiles import Curve, certainty, possible

AREAS = 500
_FEW = 100
_SEED = 20
_LISTS = (3, 4, 5, 6)
_CHILDREN = (400, 6000)
_LISTED = (0.08, 0.5)
_LISTED_OF_SHORT = (0.03, 0.2)
# Of the logarithm by which a child of one list is likelier in another: mostly likelier, often less likely.
_MEAN, _SPREAD = 0.3, 0.6
# So that a list that depends on many others does not hold every child.
_COUNTER = 0.3
# How much the children of an area differ in how visible they are, in logits; and referrals by one list to the next.
_VISIBILITY, _STRONGLY, _REFERRED = 1.0, 2.0, 0.4
# For each hundred children in lists, doubtful pairs and joins that may be wrong.
_PAIRS, _LOOSE = 0.04, 0.02

Chance = np.random.Generator


@dataclass(frozen=True)
class Area:
    """A made-up area: its children as they are listed, and how many are in no list."""

    given: Histories
    unseen: int


@dataclass(frozen=True)
class Coverage:
    """What estimates came to over many areas: with an estimate, intervals that hold the truth, those below it, width.

    The width is the median of the upper end by the lower one, both of all children.
    """

    areas: int
    made: int
    covered: float
    below: float
    width: float


def pairwise(chance: Chance) -> Area:
    """Return an area whose lists depend on each other two by two, each pair by a strength of its own."""
    return _area(*_listed(chance, 0.0))


def short(chance: Chance) -> Area:
    """Return the same with lists so short that some two of them share hardly a child: most get no estimate."""
    return _area(*_listed(chance, 0.0, _LISTED_OF_SHORT))


def heterogeneous(chance: Chance) -> Area:
    """Return the same, but some children are likelier than others to be in any list at all: nobody knows which."""
    return _area(*_listed(chance, _VISIBILITY))


def strongly_heterogeneous(chance: Chance) -> Area:
    """Return the same, with children who differ so much that some are in most lists and others nearly never in one."""
    return _area(*_listed(chance, _STRONGLY))


def referring(chance: Chance) -> Area:
    """Return an area in which each list adds some children of the one before, and nothing else ties the lists."""
    lists, children = _size(chance)
    listed = chance.random((children, lists)) < chance.uniform(*_LISTED, lists)
    for place in range(1, lists):
        listed[:, place] |= listed[:, place - 1] & (chance.random(children) < chance.uniform(0, _REFERRED))
    return _area(lists, listed @ (1 << np.arange(lists)))


def doubtful(chance: Chance) -> Area:
    """Return an area whose lists depend two by two, and whose links are in doubt as their probabilities say."""
    area = pairwise(chance)
    masks, lists = [int(mask) for mask in area.given.masks], len(area.given.lists)
    pairs, loose = list[tuple[int, int, float]](), list[tuple[int, int, float]]()
    several = [n for n, mask in enumerate(masks) if mask.bit_count() > 1]
    single = [n for n, mask in enumerate(masks) if mask.bit_count() == 1]
    chance.shuffle(several)
    chance.shuffle(single)
    removed = set[int]()
    for p in chance.uniform(0.2, 0.9, int(_PAIRS * len(masks))):
        if chance.random() < p:
            child = several.pop()
            bit = _lowest(masks[child])
            masks[child] ^= bit
            masks.append(bit)
            pairs.append((child, len(masks) - 1, p))
        else:
            pairs.append((single.pop(), single.pop(), p))
    for p in chance.uniform(0.7, 1.0, int(_LOOSE * len(masks))):
        child = several.pop()
        other = next((n for n in reversed(single) if not masks[n] & masks[child]), None)
        if chance.random() >= p and other is not None:
            # Another child, of this list alone, was taken for this one.
            single.remove(other)
            masks[child] |= masks[other]
            loose.append((child, masks[other].bit_length() - 1, p))
            removed.add(other)
        else:
            loose.append((child, masks[child].bit_length() - 1, p))
    kept = [n for n in range(len(masks)) if n not in removed]
    place = {n: number for number, n in enumerate(kept)}
    given = Histories(
        lists=tuple(map(str, range(lists))),
        masks=np.array([masks[n] for n in kept]),
        inside=np.ones(len(kept), bool),
        loose=tuple((place[n], bit, p) for n, bit, p in loose),
        pairs=tuple((place[a], place[b], p) for a, b, p in pairs),
    )
    return Area(given, area.unseen)


KINDS: dict[str, Callable[[Chance], Area]] = {
    "two by two": pairwise,
    "two by two, links in doubt": doubtful,
    "two by two, short lists": short,
    "referrals": referring,
    "children differ in visibility": heterogeneous,
    "children differ strongly": strongly_heterogeneous,
}


def _size(chance: Chance) -> tuple[int, int]:
    return int(chance.choice(_LISTS)), int(np.exp(chance.uniform(*np.log(_CHILDREN))))


def _listed(chance: Chance, visibility: float, listed: tuple[float, float] = _LISTED) -> tuple[int, np.ndarray]:
    """Return how many lists there are, and the mask of every child, in a list or not."""
    lists, children = _size(chance)
    pairs = pairs_of(lists)
    shares = chance.uniform(*listed, lists)
    strengths = chance.normal(_MEAN, _SPREAD, len(pairs))
    tied = [sum(s for s, pair in zip(strengths, pairs, strict=True) if place in pair) for place in range(lists)]
    terms = np.concatenate([[0.0], np.log(shares / (1 - shares)) - _COUNTER * np.array(tied), strengths])
    model = design(lists, pairs)
    visible = visibility * chance.standard_normal((children, 1))
    odds = model @ terms + visible * model[:, 1 : lists + 1].sum(axis=1)
    chances = np.exp(odds - odds.max(axis=1, keepdims=True)).cumsum(axis=1)
    return lists, (chance.random((children, 1)) * chances[:, -1:] > chances).sum(axis=1)


def _area(lists: int, masks: np.ndarray) -> Area:
    seen = masks[masks > 0].astype(np.int64)
    given = Histories(tuple(map(str, range(lists))), seen, np.ones(len(seen), bool))
    return Area(given, int((masks == 0).sum()))


def _lowest(mask: int) -> int:
    return mask & -mask


def covered(kind: str, areas: int, seed: int = _SEED) -> Coverage:
    """Return how the product's own estimate does in so many areas of a kind; the same each time."""
    chance = np.random.default_rng([seed, list(KINDS).index(kind)])
    made = [KINDS[kind](chance) for _ in range(areas)]
    return _coverage([(area, estimate(area.given)) for area in made])


def _coverage(results: Sequence[tuple[Area, Estimate]]) -> Coverage:
    intervals = [(area.unseen, made.seen, made.unseen) for area, made in results if made.unseen]
    within = [interval.low <= truth <= interval.high for truth, _, interval in intervals]
    below = [interval.high < truth for truth, _, interval in intervals]
    widths = [(seen + interval.high) / (seen + interval.low) for _, seen, interval in intervals]
    return Coverage(len(results), len(within), float(np.mean(within)), float(np.mean(below)), median(widths))


def criteria(areas: int, seed: int = _SEED) -> dict[str, tuple[float, float]]:
    """Return coverage and median width where a criterion weighs which pairs of lists depend: areas of 3 or 4 lists."""
    chance = np.random.default_rng([seed, 99])
    made = [area for area in (pairwise(chance) for _ in range(2 * areas)) if len(area.given.lists) <= 4][:areas]
    rows: dict[str, list[tuple[bool, float]]] = {}
    for area in made:
        for name, curve in _weighed(area.given.table):
            low, high = curve.at(0.025), curve.at(0.975)
            seen = len(area.given.masks)
            rows.setdefault(name, []).append((low <= area.unseen <= high, (seen + high) / (seen + low)))
    return {name: (float(np.mean([r[0] for r in rs])), median(r[1] for r in rs)) for name, rs in rows.items()}


def _weighed(table: Floats) -> Iterable[tuple[str, Curve]]:
    """Yield the curves of the full model, of averages by two criteria, and of the model that is best by BIC."""
    lists, seen = int(log(len(table), 2)), float(table.sum())
    unseen = possible(0, 20 * seen, 400)
    models = list(_subsets(pairs_of(lists)))
    designs = [design(lists, pairs) for pairs in models]
    sure = np.stack([certainty(table[None], model, unseen)[0] for model in designs])
    likelihood = np.array([fit(table[None, 1:], model[1:]).likelihood[0] for model in designs])
    terms = np.array([model.shape[1] for model in designs])
    yield "every pair", Curve(unseen, sure[-1])
    criteria_ = {"averaged by AIC": 2 * terms, "averaged by BIC": log(seen) * terms}
    for name, cost in criteria_.items():
        criterion = cost - 2 * likelihood
        yield name, Curve(unseen, np.average(sure, axis=0, weights=np.exp((criterion.min() - criterion) / 2)))
    best = int((criteria_["averaged by BIC"] - 2 * likelihood).argmin())
    yield "best by BIC alone", Curve(unseen, sure[best])


def _subsets(pairs: Sequence[Pair]) -> Iterable[tuple[Pair, ...]]:
    for number in range(len(pairs) + 1):
        yield from combinations(pairs, number)


def figures(_folder: Path, *, quick: bool) -> list[Figure]:
    """Measure how often the interval of 95% holds the truth, for each kind of area."""
    areas = _FEW if quick else AREAS
    results = {kind: covered(kind, areas) for kind in KINDS}
    assumed = results["two by two"].covered
    return [
        *(
            Figure(
                f"unseen children, truth in the interval: {kind}", 100 * row.covered, "%", 0, "more",
                f"{row.made} of {row.areas} areas with an estimate; median width x{row.width:.2f}",
            )
            for kind, row in results.items()
        ),
        Figure("unseen children, off 95%, where lists depend two by two", abs(100 * assumed - 95), "%", 2),
    ]  # fmt: skip


def main() -> None:
    """Print the tables of docs/estimate.md."""
    areas = int(sys.argv[1]) if len(sys.argv) > 1 else AREAS
    print("| lists depend | areas | with an estimate | truth in the interval | truth above it | median width |")
    print("|---|---:|---:|---:|---:|---:|")
    for kind in KINDS:
        row = covered(kind, areas)
        print(
            f"| {kind} | {row.areas} | {row.made} | {100 * row.covered:.1f}% | {100 * row.below:.1f}% "
            f"| x{row.width:.2f} |"
        )
    print("\n| which pairs of lists depend | truth in the interval | median width |\n|---|---:|---:|")
    for name, (share, width) in criteria(areas).items():
        print(f"| {name} | {100 * share:.1f}% | x{width:.2f} |")


if __name__ == "__main__":
    main()
