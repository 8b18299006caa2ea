"""From pairs to children: union-find in order of strength, refusing a join that contradicts what is already known."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

import polars as pl

# The list that gives one row and one identifier to every child: two of its identifiers are two children.
_REGISTER = "LA-DA"

# What a group holds of one kind of number; most hold none or one, and a set costs thirty times as much.
Held = str | frozenset[str] | None
Pair = tuple[int, int]


class Guard(IntEnum):
    """What a join must not contradict; each guard holds the ones before it as well."""

    PERSON = 0
    """Only what people said."""
    REGISTER = 1
    """The council's list gives two children two identifiers."""
    NUMBERS = 2
    """Valid NHS numbers, UPNs or local identifiers that differ are two children."""
    RETURN = 3
    """An agency that holds both already knows them as two children."""


class JoinRefusal(StrEnum):
    """Why two profiles were not joined."""

    PERSON = "a person said that they are two children"
    REGISTER = "the council's list holds both"
    NUMBERS = "their numbers differ"
    RETURN = "one agency holds both"


@dataclass(frozen=True, slots=True)
class Refused:
    """A pair that some evidence would join and other evidence keeps apart."""

    step: str
    probability: float
    low: int
    high: int
    why: JoinRefusal


@dataclass
class Forest:
    """The groups into which profiles have grown; a group goes by its lowest profile.

    Attributes:
        parent: profile -> another of its group, or itself.
        held: for each kind of number and for the register's own, group -> what its profiles hold.
        returns: group -> the returns that it stands in, a bit each.
        marks: group -> the numbers of the decisions that keep it apart, positive on one side, negative on the other.
        refused: the joins that were refused, in the order in which they were tried.
        joined: step -> how many times it made two groups one.
    """

    parent: list[int]
    held: tuple[list[Held], ...]
    returns: list[int]
    marks: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    refused: list[Refused] = field(default_factory=list)
    joined: Counter[str] = field(default_factory=Counter)

    def root(self, n: int) -> int:
        """Return the lowest profile of the group of `n`."""
        parent = self.parent
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    def join(self, low: int, high: int, guard: Guard) -> JoinRefusal | bool:
        """Make the groups of two profiles one.

        Returns:
            True where two groups became one, False where they were one already, or why they must not be.
        """
        a, b = self.root(low), self.root(high)
        if a == b:
            return False
        if why := self.contradiction(a, b, guard):
            return why
        a, b = min(a, b), max(a, b)
        self.parent[b] = a
        for kind in self.held:
            kind[a] = _both(kind[a], kind[b])
        self.returns[a] |= self.returns[b]
        if b in self.marks:
            self.marks[a] |= self.marks.pop(b)
        return True

    def told_apart(self, a: int, b: int) -> bool:
        """Tell whether a person said that two groups, by their roots, are two children."""
        return a in self.marks and b in self.marks and any(-mark in self.marks[b] for mark in self.marks[a])

    def contradiction(self, a: int, b: int, guard: Guard) -> JoinRefusal | None:
        """Return what speaks against two groups, by their roots, being one; None where the guard lets them pass."""
        *numbers, registered = self.held
        if self.told_apart(a, b):
            return JoinRefusal.PERSON
        if guard >= Guard.REGISTER and _disjoint(registered[a], registered[b]):
            return JoinRefusal.REGISTER
        if guard >= Guard.NUMBERS and any(_disjoint(kind[a], kind[b]) for kind in numbers):
            return JoinRefusal.NUMBERS
        if guard >= Guard.RETURN and self.returns[a] & self.returns[b]:
            return JoinRefusal.RETURN
        return None

    def grow(self, step: str, guard: Guard, pairs: Iterable[tuple[float, int, int]]) -> None:
        """Join pairs (probability, low, high) in their order, and remember what was refused."""
        for probability, low, high in pairs:
            done = self.join(low, high, guard)
            if isinstance(done, JoinRefusal):
                self.refused.append(Refused(step, probability, low, high, done))
            else:
                self.joined[step] += done

    def roots(self) -> list[int]:
        """Return the group of every profile."""
        return [self.root(n) for n in range(len(self.parent))]


def forest(people: pl.DataFrame, apart: Sequence[Pair] = ()) -> Forest:
    """Plant profiles, each a group of its own.

    Args:
        people: profiles with id 0..n-1 in order.
        apart: pairs of profiles whom a person called two children; their groups are never joined, nor through others.
    """
    registered = pl.when(pl.col("return") == _REGISTER).then("la").alias("registered")
    kinds = people.select("nhs", "upn", "la", registered)
    codes = {code: 1 << n for n, code in enumerate(people["return"].unique().sort())}
    found = Forest(
        parent=list(range(people.height)),
        held=tuple(column.to_list() for column in kinds),
        returns=[codes[code] for code in people["return"]],
    )
    for number, (one, other) in enumerate(apart, start=1):
        found.marks[one].add(number)
        found.marks[other].add(-number)
    return found


def _set(held: str | frozenset[str]) -> frozenset[str]:
    return frozenset((held,)) if isinstance(held, str) else held


def _both(a: Held, b: Held) -> Held:
    if a is None or b is None or a == b:
        return b if a is None else a
    return _set(a) | _set(b)


def _disjoint(a: Held, b: Held) -> bool:
    if a is None or b is None or a == b:
        return False
    return _set(a).isdisjoint(_set(b))
