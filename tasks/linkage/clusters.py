"""From pairs to children: union-find in order of strength, refusing a join that contradicts what is already known."""

from collections.abc import Iterable

import polars as pl

from tasks.linkage.tiers import TIERS

# The list that gives one row and one identifier to every child: two of its identifiers are two children.
_REGISTER = "LA-DA"


class _Group:
    """What the profiles joined so far say: numbers by kind, and the register's own identifiers."""

    __slots__ = ("numbers", "registered")

    def __init__(self, numbers: tuple[str | None, ...], registered: str | None) -> None:
        self.numbers = [{number} if number else set() for number in numbers]
        self.registered = {registered} if registered else set()

    def contradicts(self, other: "_Group", weak: bool) -> bool:
        """Tell whether the two cannot be one child; weak evidence gives way to any pair of numbers that differ."""
        if _disjoint(self.registered, other.registered):
            return True
        return weak and any(_disjoint(a, b) for a, b in zip(self.numbers, other.numbers, strict=True))

    def absorb(self, other: "_Group") -> None:
        for mine, theirs in zip(self.numbers, other.numbers, strict=True):
            mine |= theirs
        self.registered |= other.registered


def _disjoint(a: set[str], b: set[str]) -> bool:
    return bool(a) and bool(b) and not a & b


def clusters(people: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Join profiles along edges, strongest first.

    Args:
        people: profiles with id 0..n-1 in order.
        edges: tier, low, high in the order in which they are tried.

    Returns:
        One row a profile in id order: id, cluster (the lowest id in it), probability: that of the strongest tier by
        which the profile hangs together with another of its cluster, 1.0 for a profile alone.
    """
    groups = [_Group(row[:3], row[2] if row[3] == _REGISTER else None) for row in _evidence(people)]
    parent = list(range(people.height))
    for tier, low, high in edges.iter_rows():
        a, b = _root(parent, low), _root(parent, high)
        if a == b or groups[a].contradicts(groups[b], TIERS[tier].weak):
            continue
        a, b = min(a, b), max(a, b)
        parent[b] = a
        groups[a].absorb(groups[b])
    roots = [_root(parent, n) for n in range(people.height)]
    return pl.DataFrame(
        {"id": range(people.height), "cluster": roots, "probability": _probabilities(roots, edges)},
        schema={"id": pl.Int64, "cluster": pl.Int64, "probability": pl.Float64},
    )


def _evidence(people: pl.DataFrame) -> Iterable[tuple[str | None, ...]]:
    return people.select("nhs", "upn", "la", "return").iter_rows()


def _root(parent: list[int], n: int) -> int:
    while parent[n] != n:
        parent[n] = parent[parent[n]]
        n = parent[n]
    return n


def _probabilities(roots: list[int], edges: pl.DataFrame) -> list[float]:
    found = [1.0] * len(roots)
    alone = [True] * len(roots)
    for tier, low, high in edges.iter_rows():
        if roots[low] == roots[high]:
            for n in (low, high):
                if alone[n]:
                    found[n], alone[n] = TIERS[tier].probability, False
    return found
