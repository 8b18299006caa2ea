"""The estimate: how many children are in no list that was asked for, with its interval, or why there is none."""

from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from math import ceil, floor, isinf

import numpy as np

from tasks.estimate.fitting import Floats, design, fit, pairs_of
from tasks.estimate.histories import Histories, relinked
from tasks.estimate.profiles import averaged

FEWEST_LISTS, MOST_LISTS = 3, 6
FEWEST_SHARED = 20
"""Children in several lists; with fewer, chance alone decides what comes out."""
FEWEST_OF_PAIR = 10
"""Children whom each two lists share; where two share fewer, intervals hold the truth too seldom (docs/estimate.md)."""
WIDEST = 5.0
"""An interval whose upper end is more than so many times its lower one, of all children, says nothing."""

_LOW, _MIDDLE, _HIGH = 0.025, 0.5, 0.975
# Unseen children are looked for up to so many times those seen.
_REACH = 20.0
_LINKAGES = 40
_SIMULATED = 199
# Where fewer than this share of simulated tables fit as badly, no model of pairs fits.
_FITS = 0.01


class NoEstimate(StrEnum):
    """Why there is no estimate."""

    LISTS = "lists"
    SHARED = "shared"
    FIT = "fit"
    WIDE = "wide"


@dataclass(frozen=True, slots=True)
class Interval:
    """A number of children with its 95% interval."""

    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What can be said of children in no list.

    Attributes:
        lists: the lists used, by name, with the number of children in each.
        seen: children in at least one of them.
        shared: of these, children in several.
        none: why there is no estimate; None where there is one.
        unseen: children in no list.
        at_least: Chao's lower bound of them.
        fit: the share of tables simulated under the model that fit worse; None where three lists leave nothing to
            test.
        pairs: doubtful pairs that were settled by chance, again and again.
        loose: links that were loosened by chance, again and again.
    """

    lists: tuple[tuple[str, int], ...]
    seen: int
    shared: int
    none: NoEstimate | None = None
    unseen: Interval | None = None
    at_least: int | None = None
    fit: float | None = None
    pairs: int = 0
    loose: int = 0


def estimate(given: Histories) -> Estimate:
    """Estimate how many children are in no list.

    Every two lists may depend on each other. Dropping dependences that a criterion finds not worth their cost makes
    intervals narrower than the truth (docs/estimate.md), so that none is dropped.

    Args:
        given: the histories of the children; three to six lists.
    """
    table = given.table
    sizes = np.array([bin(cell).count("1") for cell in range(len(table))])
    seen, shared = int(table.sum()), int(table[sizes > 1].sum())
    base = Estimate(_lists(given, table), seen, shared, pairs=len(given.pairs), loose=len(given.loose))
    if not FEWEST_LISTS <= len(given.lists) <= MOST_LISTS:
        return replace(base, none=NoEstimate.LISTS)
    if shared < FEWEST_SHARED or _least_shared(table, len(given.lists)) < FEWEST_OF_PAIR:
        return replace(base, none=NoEstimate.SHARED)
    chance = _chance(given)
    pairs = pairs_of(len(given.lists))
    model = design(len(given.lists), pairs)
    goodness = _goodness(table, model, chance)
    if goodness is not None and goodness < _FITS:
        return replace(base, none=NoEstimate.FIT, fit=goodness)
    doubt = given.pairs or given.loose
    tables = relinked(given, _LINKAGES, chance) if doubt else table[None]
    curve = averaged(tables, model, _REACH)
    low, middle, high = (curve.at(share) for share in (_LOW, _MIDDLE, _HIGH))
    if isinf(high) or seen + high > WIDEST * (seen + low):
        return replace(base, none=NoEstimate.WIDE, fit=goodness)
    unseen = Interval(floor(low), round(middle), ceil(high))
    return replace(base, unseen=unseen, at_least=chao(table, sizes), fit=goodness)


def chao(table: Floats, sizes: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    """Return Chao's lower bound of the children in no list, with the correction for small numbers.

    Args:
        table: children by cell.
        sizes: of each cell, in how many lists its children are.

    Returns:
        (t - 1) / t * f1 (f1 - 1) / (2 (f2 + 1)), where f1 children are in one of t lists and f2 in two
        (Chao, Biometrics 43, 1987).
    """
    once, twice, lists = float(table[sizes == 1].sum()), float(table[sizes == 2].sum()), int(sizes.max())
    return floor((lists - 1) / lists * once * (once - 1) / (2 * (twice + 1)))


def _least_shared(table: Floats, lists: int) -> float:
    """Return the number of children in two lists, of those two that share the fewest."""
    cells = np.arange(len(table))
    pairs = ((1 << low) | (1 << high) for low, high in pairs_of(lists))
    return min(float(table[cells & pair == pair].sum()) for pair in pairs)


def _goodness(table: Floats, model: Floats, chance: np.random.Generator) -> float | None:
    """Return the share of simulated tables that fit the model no better; None where it has a term for each cell."""
    cells, seen = model[1:], table[None, 1:]
    if cells.shape[0] == cells.shape[1]:
        return None
    expected = fit(seen, cells).expected
    drawn = chance.multinomial(int(seen.sum()), expected[0] / expected.sum(), _SIMULATED).astype(float)
    worse = _distance(drawn, fit(drawn, cells).expected) >= _distance(seen, expected)
    return float((1 + worse.sum()) / (1 + _SIMULATED))


def _distance(tables: Floats, expected: Floats) -> Floats:
    return np.asarray(((tables - expected) ** 2 / np.maximum(expected, 1e-9)).sum(axis=1))


def _chance(given: Histories) -> np.random.Generator:
    """Return the random numbers of these children: the same for the same children, on any machine (L4)."""
    digest = sha256("|".join(given.lists).encode() + given.masks.tobytes() + repr((given.loose, given.pairs)).encode())
    return np.random.default_rng(int.from_bytes(digest.digest()[:8]))


def _lists(given: Histories, table: Floats) -> tuple[tuple[str, int], ...]:
    cells = np.arange(len(table))
    return tuple((name, int(table[cells >> place & 1 == 1].sum())) for place, name in enumerate(given.lists))
