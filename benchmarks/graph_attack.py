"""Attacks encoded names by their likenesses: the published attack on encodings that keep likeness, without the key.

Who has the file sees how alike each two encodings are, and who has a list of plain names sees how alike these are. The
attack lays the one graph over the other so that likenesses fit best, and reads off the names (Culnane, Rubinstein and
Teague 2017; Vidanage and others 2020; Schäfer and others 2024).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice, permutations
from random import Random
from typing import TypeVar

import numpy as np
import polars as pl

from benchmarks.figures import Figure
from validation.contract.encoded import encoding_key, likeness, signature
from validation.contract.not_values import letters

_KEY = encoding_key(b"the secret of one inspection's pseudonyms")
_ROUNDS, _STEPS, _MOST_TRIED = 12, 24, 5_000
_BIRTHS = 1_600
"""Children born on one day in England and Wales, about."""

_Node = TypeVar("_Node")
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, order=True)
class NamedBirth:
    """A child as the attack sees it where it is plain: forename and surname in small letters, and the day of birth."""

    forename: str
    surname: str
    born: date


def named_births(frame: pl.DataFrame) -> list[NamedBirth]:
    """Return the children of records who have both names and a day of birth."""
    cells = [letters(pl.col(part)).alias(part) for part in ("forename", "surname")]
    return [NamedBirth(*row) for row in frame.select(*cells, "date_of_birth").drop_nulls().iter_rows()]


def overlap(name: str, other: str) -> float:
    """Return the share of pairs of letters that two names have in common, which their encodings are to show."""
    own, theirs = (_pairs(each) for each in (name, other))
    return len(own & theirs) / len(own | theirs)


def _pairs(name: str) -> set[str]:
    padded = f"_{name}_"
    return {padded[at : at + 2] for at in range(len(padded) - 1)}


def _matrix(nodes: Sequence[_Node], alike: Callable[[_Node, _Node], float]) -> Matrix:
    return np.array([[alike(a, b) for b in nodes] for a in nodes], dtype=np.float64)


def under_one_key(children: Sequence[NamedBirth], others: Sequence[NamedBirth]) -> float:
    """Return the share of surnames recovered if the day of birth were no part of the key: what the attack can do.

    Args:
        children: behind the encodings.
        others: whose plain names the attacker has.
    """
    counts = Counter(child.surname for child in children)
    codes = {name: signature(name, None, _KEY) for name in counts}
    # In an order that says nothing of the names.
    own = sorted(counts, key=lambda name: codes[name])
    known_counts = Counter(other.surname for other in others)
    names = sorted(known_counts)
    graphs = _matrix([codes[name] for name in own], likeness), _matrix(names, overlap)
    weights = tuple(
        np.array([number[name] / number.total() for name in order])
        for number, order in ((counts, own), (known_counts, names))
    )
    guessed = _laid_over(*graphs, *weights)
    right = sum(counts[name] for name, at in zip(own, guessed, strict=True) if at >= 0 and names[at] == name)
    return right / len(children)


def _laid_over(own: Matrix, other: Matrix, weight: np.ndarray, other_weight: np.ndarray) -> list[int]:
    """Return the node of the other graph that each own node is taken for; -1 for none.

    Nodes are first matched by how often they occur and by all their likenesses in order, then again and again by their
    likenesses to what the others were matched with.
    """
    at = np.linspace(0, 1, _STEPS)
    shapes = [np.stack([np.quantile(row, at) for row in graph]) for graph in (own, other)]
    often = np.abs(np.log(weight)[:, None] - np.log(other_weight)[None, :])
    cost = often + _STEPS * np.abs(shapes[0][:, None, :] - shapes[1][None, :, :]).mean(axis=2)
    guessed = _assigned(cost)
    for _ in range(_ROUNDS):
        known = [node for node, place in enumerate(guessed) if place >= 0]
        places = [guessed[node] for node in known]
        near = np.abs(own[:, None, known] - other[None, :, places]).mean(axis=2)
        guessed = _assigned(_STEPS * near + often / _STEPS)
    return guessed


def _assigned(cost: Matrix) -> list[int]:
    """Return for each row a column of its own, the cheapest pairs first."""
    guessed, taken = [-1] * cost.shape[0], set[int]()
    for place in np.argsort(cost, axis=None, kind="stable"):
        row, column = divmod(int(place), cost.shape[1])
        if guessed[row] < 0 and column not in taken:
            guessed[row] = column
            taken.add(column)
    return guessed


def by_day(children: Sequence[NamedBirth], others: Sequence[NamedBirth], *, likenesses: bool) -> float:
    """Return the share of surnames recovered, day by day, as the key is.

    Args:
        children: behind the encodings.
        others: whose plain names and days of birth the attacker has.
        likenesses: whether the attacker uses them, or takes any child of the day.
    """
    days: dict[date, set[NamedBirth]] = {}
    for other in others:
        days.setdefault(other.born, set()).add(other)
    encoded: dict[date, set[NamedBirth]] = {}
    for child in children:
        encoded.setdefault(child.born, set()).add(child)
    right = 0
    for day, of_day in encoded.items():
        guesses = _day(sorted(of_day), sorted(days.get(day, ())), likenesses=likenesses)
        right += sum(child.surname == guess for child, guess in guesses)
    return right / sum(map(len, encoded.values()))


def _day(
    children: Sequence[NamedBirth], others: Sequence[NamedBirth], *, likenesses: bool
) -> Iterator[tuple[NamedBirth, str]]:
    """Yield each child of a day with the surname that it is taken to have."""
    if not others:
        return
    children, others = (sorted(group, key=_any_order) for group in (children, others))
    if not likenesses:
        yield from ((child, other.surname) for child, other in zip(children, others, strict=False))
        return
    codes = [tuple(signature(name, child.born, _KEY) for name in (child.forename, child.surname)) for child in children]
    alone = [likeness(*code) for code in codes]
    of_other = [overlap(other.forename, other.surname) for other in others]
    # Of very many orders the first ones are those in which each child alone fits best.
    near = sorted(range(len(others)), key=lambda at: min(abs(of_other[at] - own) for own in alone))[:40]
    best = min(
        islice(permutations(near, min(len(children), len(near))), _MOST_TRIED),
        key=lambda order: _misfit(codes, [others[at] for at in order]),
    )
    yield from ((child, others[at].surname) for child, at in zip(children, best, strict=False))


def _any_order(child: NamedBirth) -> bytes:
    return sha256(repr(child).encode()).digest()


def _misfit(codes: Sequence[tuple[bytes, ...]], others: Sequence[NamedBirth]) -> float:
    """Return how far the likenesses of all names of a day are from those of the names they are taken for."""
    own = [code for pair, _ in zip(codes, others, strict=False) for code in pair]
    plain = [name for other in others for name in (other.forename, other.surname)]
    return sum(abs(likeness(own[a], own[b]) - overlap(plain[a], plain[b])) for a in range(len(own)) for b in range(a))


def in_a_nation(children: Sequence[NamedBirth], *, likenesses: bool) -> float:
    """Return the share of surnames recovered by whoever has a register of all births and no other return.

    Names of others born on a day are drawn from those of the children, so that they are as common.
    """
    chance = Random(7)  # noqa: S311 - no secret
    forenames, surnames = ([getattr(child, part) for child in children] for part in ("forename", "surname"))
    register = list(children)
    for day in sorted({child.born for child in children}):
        register += [NamedBirth(chance.choice(forenames), chance.choice(surnames), day) for _ in range(_BIRTHS)]
    return by_day(children, register, likenesses=likenesses)


def figures(frame: pl.DataFrame, others: pl.DataFrame, name: str) -> Iterator[Figure]:
    """Yield what the attack recovers of one return, encoded, by the plain names of others."""
    children, plain = named_births(frame), named_births(others)
    few = sorted(set(children), key=_any_order)[:100]
    shares = {
        "by the graph, were the day no part of the key": under_one_key(children, plain),
        "by the day of birth alone, with the other returns": by_day(children, plain, likenesses=False),
        "by the day and the graph, with the other returns": by_day(children, plain, likenesses=True),
        "by the day of birth alone, with a register of births": in_a_nation(few, likenesses=False),
        "by the day and the graph, with a register of births": in_a_nation(few, likenesses=True),
    }
    for way, share in shares.items():
        yield Figure(f"linkage {name}, surnames recovered {way}", share, "", 1.0)


def main() -> None:
    """Print what the attack recovers of the made-up area of the benchmarks."""
    from benchmarks.linkage_data import area

    records, _ = area(1_500, 3)
    others = pl.concat([records[code] for code in sorted(records) if code != "POL-1"], how="diagonal")
    for figure in figures(records["POL-1"], others, "1,500 children"):
        print(f"{figure.value:8.4f}  {figure.name}")


if __name__ == "__main__":
    main()
