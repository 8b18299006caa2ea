"""How far inspectors agree: Krippendorff's alpha, with an interval by drawing the judged things again. Pure.

Krippendorff, K. (2011), Computing Krippendorff's Alpha-Reliability, has the formulae by the names used here.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

Level = Literal["nominal", "ordinal", "interval"]
Distance = Callable[[int, int], float]
_Matrix = dict[tuple[int, int], float]

DRAWS = 1000
LEAST = 5
"""Fewer things than this, judged by two, give no interval: drawing so few again says nothing."""
_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far judgements agree.

    Attributes:
        alpha: 1 is full agreement, 0 what chance alone gives; None where the judgements cannot carry it.
        low: the lower end of the interval, which has 95 in 100 of the values drawn again; None where there is none.
        high: its upper end.
        things: how many things two or more inspectors judged.
        why: why alpha or its interval is missing, in a sentence; empty where both are there.
    """

    alpha: float | None
    low: float | None
    high: float | None
    things: int
    why: str = ""


def alpha(units: Iterable[Sequence[int]], level: Level) -> float | None:
    """Return Krippendorff's alpha, or None where nothing is judged twice or no two judgements differ.

    Args:
        units: the judgements of each thing, as places on the scale; one judged once tells nothing.
        level: nominal, ordinal or interval.
    """
    return _alpha(_coincidences(Counter(tuple(sorted(unit)) for unit in units)), level)


def agreement(units: Sequence[Sequence[int]], level: Level = "ordinal", *, seed: int = 1) -> Agreement:
    """Return alpha with its interval; the same judgements give the same figures (L4).

    Args:
        units: the judgements of each thing, as places on the scale.
        level: of the scale.
        seed: of the draws.
    """
    patterns = Counter(tuple(sorted(unit)) for unit in units if len(unit) > 1)
    things, value = patterns.total(), _alpha(_coincidences(patterns), level)
    if value is None:
        why = "All judgements are the same, so agreement cannot be told from chance." if things else ""
        return Agreement(None, None, None, things, why or "No child and area has been judged by 2 inspectors yet.")
    if things < LEAST:
        why = f"There is no interval: it needs {LEAST} children and areas that 2 inspectors judged."
        return Agreement(value, None, None, things, why)
    drawn = sorted(_drawn_again(patterns, level, seed))
    # Draws in which all judgements are the same have no alpha, and an interval of the others would be too hopeful.
    if len(drawn) < _SHARE * DRAWS:
        return Agreement(value, None, None, things, "There is no interval: too few of the judgements differ.")
    tail = round(len(drawn) * (1 - _SHARE) / 2)
    return Agreement(value, drawn[tail], drawn[-1 - tail], things)


def _drawn_again(patterns: Counter[tuple[int, ...]], level: Level, seed: int) -> Iterable[float]:
    # Sorted, so that the order in which things are listed changes nothing.
    kinds = sorted(patterns)
    weights, chance = [patterns[kind] for kind in kinds], random.Random(seed)  # noqa: S311 - no secret
    for _ in range(DRAWS):
        value = _alpha(_coincidences(Counter(chance.choices(kinds, weights, k=patterns.total()))), level)
        if value is not None:
            yield value


def _coincidences(patterns: Counter[tuple[int, ...]]) -> _Matrix:
    """Return the coincidence matrix: each pair of judgements of one thing, both ways, by the others of the thing."""
    matrix: _Matrix = {}
    # In one order, so that sums are the same to the last digit (L4).
    for pattern, times in sorted(patterns.items()):
        for pair in permutations(pattern, 2):
            matrix[pair] = matrix.get(pair, 0) + times / (len(pattern) - 1)
    return matrix


def _alpha(matrix: _Matrix, level: Level) -> float | None:
    margins: Counter[int] = Counter()
    for (value, _), number in matrix.items():
        margins[value] += number  # type: ignore[assignment]  # a thing judged by three counts in halves
    total, apart = sum(margins.values()), _distance(margins, level)
    expected = sum(margins[c] * margins[k] * apart(c, k) for c in margins for k in margins)
    if not expected:
        return None
    observed = sum(number * apart(c, k) for (c, k), number in matrix.items())
    return 1 - (total - 1) * observed / expected


def _distance(margins: Counter[int], level: Level) -> Distance:
    def ordinal(c: int, k: int) -> float:
        between = sum(margins[g] for g in margins if min(c, k) <= g <= max(c, k))
        return float((between - (margins[c] + margins[k]) / 2) ** 2)

    distances: dict[Level, Distance] = {
        "nominal": lambda c, k: float(c != k),
        "ordinal": ordinal,
        "interval": lambda c, k: float((c - k) ** 2),
    }
    return distances[level]
