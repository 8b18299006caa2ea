"""Which lists hold each child, and the tables that come of it for each way in which doubtful links may turn out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.frames import Frame, FrameColumn
from tasks.estimate.fitting import Floats

# A doubtful pair is never as good as certain, whatever its number says: something made it doubtful.
_LEAST, _MOST = 0.05, 0.95
# The stated probabilities may all be too high or too low together, for they share their evidence: in logits.
_SHARED_DOUBT = 1.0


class Memberships(Frame):
    """Which list holds which child."""

    child = FrameColumn(pl.String(), "The pseudonym.")
    list_ = FrameColumn(pl.String(), "The list, or several that count as one.")
    probability = FrameColumn(pl.Float64(), "That the list's record is about this child.", least=0, most=1)
    inside = FrameColumn(pl.Boolean(), "Whether the child is in the cohort.")
    key = ("child", "list")


class Pairs(Frame):
    """Two children who may be one."""

    child = FrameColumn(pl.String(), "The pseudonym.")
    other_child = FrameColumn(pl.String(), "The other's.")
    probability = FrameColumn(pl.Float64(), "That they are one.", least=0, most=1)


@dataclass(frozen=True, slots=True)
class Histories:
    """Children by the lists that hold them, as numbers; bit `i` of a mask says whether list `i` holds the child.

    Attributes:
        lists: their names.
        masks: of each child.
        inside: whether the child is in the cohort; one who is not counts only as part of a child who is.
        loose: child, bit, probability of each record that may be another child's.
        pairs: child, other child, probability of each two children who may be one.
    """

    lists: tuple[str, ...]
    masks: NDArray[np.int64]
    inside: NDArray[np.bool_]
    loose: tuple[tuple[int, int, float], ...] = ()
    pairs: tuple[tuple[int, int, float], ...] = ()

    @property
    def table(self) -> Floats:
        """Return the number of children by cell, as the records are linked now."""
        return _counted(self.masks[self.inside], len(self.lists))


def histories(memberships: pl.DataFrame, pairs: pl.DataFrame) -> Histories:
    """Return the histories of children; the same for any order of rows (L4).

    Args:
        memberships: of `Memberships`.
        pairs: of `Pairs`; those of children without a list are left out.
    """
    lists = tuple(sorted(memberships["list"].unique()))
    bits = {name: place for place, name in enumerate(lists)}
    ordered = memberships.with_columns(bit=pl.col("list").replace_strict(bits, return_dtype=pl.Int64))
    ordered = ordered.sort("child", -pl.col("probability"), "bit")
    masks = ordered.group_by("child", maintain_order=True).agg(
        (pl.lit(1, pl.Int64) * 2 ** pl.col("bit")).sum().cast(pl.Int64).alias("mask"), pl.col("inside").any()
    )
    place = {child: number for number, child in enumerate(masks["child"])}
    # The surest record is the child; the others hang by their probabilities from it.
    hanging = ordered.filter(~pl.col("child").is_first_distinct() & (pl.col("probability") < 1))
    listed = pairs.filter(pl.col("child").is_in(list(place)) & pl.col("other_child").is_in(list(place)))
    return Histories(
        lists=lists,
        masks=masks["mask"].to_numpy().astype(np.int64),
        inside=masks["inside"].to_numpy().astype(bool),
        loose=tuple((place[c], b, p) for c, b, p in hanging.select("child", "bit", "probability").iter_rows()),
        pairs=tuple(
            (place[low], place[high], p)
            for low, high, p in listed.select("child", "other_child", "probability").sort(pl.all()).iter_rows()
        ),
    )


def relinked(given: Histories, times: int, chance: np.random.Generator) -> Floats:
    """Return tables, each with the doubtful links settled anew by their probabilities.

    Args:
        given: the histories as linked.
        times: how many tables.
        chance: the source of random numbers.
    """
    # Arrays once, and not for every table: an area may have a hundred thousand links.
    loose, pairs = np.array(given.loose).reshape(-1, 3), np.array(given.pairs).reshape(-1, 3)
    return np.stack([_counted(_masks(given, loose, pairs, chance), len(given.lists)) for _ in range(times)])


def _masks(given: Histories, loose: Floats, pairs: Floats, chance: np.random.Generator) -> NDArray[np.int64]:
    """Return the masks of the children of the cohort under one outcome of all that is doubtful."""
    masks, inside = given.masks.copy(), given.inside.copy()
    torn = loose[_happens(1 - loose[:, 2], chance)].astype(np.int64)
    torn = torn[inside[torn[:, 0]]]
    bits = 1 << torn[:, 1]
    np.bitwise_and.at(masks, torn[:, 0], ~bits)
    clipped = np.clip(pairs[:, 2], _LEAST, _MOST)
    odds = np.log(clipped / (1 - clipped)) + _SHARED_DOUBT * chance.standard_normal()
    # A person who said that two children are one has settled it.
    together = _happens(np.where(pairs[:, 2] == 1, 1.0, 1 / (1 + np.exp(-odds))), chance)
    for low, high in _joined([(int(low), int(high)) for low, high, _ in pairs[together]]):
        masks[low] |= masks[high]
        inside[low] |= inside[high]
        inside[high] = False
    return np.concatenate([masks[inside], bits])


def _happens(probabilities: Floats, chance: np.random.Generator) -> NDArray[np.bool_]:
    return chance.random(len(probabilities)) < probabilities


def _joined(pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield for each pair that makes two groups one the two children who stand for them."""
    parent: dict[int, int] = {}

    def root(n: int) -> int:
        while n in parent:
            n = parent[n]
        return n

    for pair in pairs:
        low, high = sorted(map(root, pair))
        if low != high:
            parent[high] = low
            yield low, high


def _counted(masks: NDArray[np.int64], lists: int) -> Floats:
    table = np.bincount(masks, minlength=1 << lists).astype(float)
    table[0] = 0
    return table
