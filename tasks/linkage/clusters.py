"""From pairs to children: union-find in order of strength, refusing a join that contradicts what is already known."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

import polars as pl

# The list that gives one row and one identifier to every child: two of its identifiers are two children.
_REGISTER = "LA-DA"

# The numbers of one kind in a group; most have none or one, and a set costs thirty times as much.
Numbers = str | frozenset[str] | None
Pair = tuple[int, int]


class Guard(IntEnum):
    """What a join must not contradict; each guard includes those before it."""

    PERSON = 0
    """Only the decisions of people."""
    REGISTER = 1
    """The council's list gives two children two identifiers."""
    NUMBERS = 2
    """Valid NHS numbers, UPNs or local identifiers that differ are two children."""
    RETURN = 3
    """An agency whose return lists both knows them as two children."""


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
        numbers: for each kind of number and for the register's own, group -> the numbers of its profiles.
        returns: group -> the returns that list it, a bit each.
        marks: group -> the numbers of the decisions that keep it from another, positive on one side, else negative.
        refused: the joins that were refused, in the order in which they were tried.
        joined: step -> how many times it made two groups one.
    """

    parent: list[int]
    numbers: tuple[list[Numbers], ...]
    returns: list[int]
    marks: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    refused: list[Refused] = field(default_factory=list)
    joined: Counter[str] = field(default_factory=Counter)

    def root(self, n: int) -> int:
        """Return the lowest profile of the group of `n`."""
        parent = self.parent
        while parent[n] != n:
            # Halving the path as it is walked keeps later look-ups near constant, without recursion.
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
        # The lower root wins whatever the order of joins, so that the name of a group depends on content alone (L4).
        a, b = min(a, b), max(a, b)
        self.parent[b] = a
        for kind in self.numbers:
            kind[a] = _both(kind[a], kind[b])
        self.returns[a] |= self.returns[b]
        if b in self.marks:
            self.marks[a] |= self.marks.pop(b)
        return True

    def decided_apart(self, a: int, b: int) -> bool:
        """Return whether a person decided that two groups, by their roots, are two children."""
        return a in self.marks and b in self.marks and any(-mark in self.marks[b] for mark in self.marks[a])

    def contradiction(self, a: int, b: int, guard: Guard) -> JoinRefusal | None:
        """Return why two groups, by their roots, must not be joined; None where the guard allows it."""
        *valid, registered = self.numbers
        # From the surest reason to the weakest: the first one is what people read.
        if self.decided_apart(a, b):
            return JoinRefusal.PERSON
        if guard >= Guard.REGISTER and _disjoint(registered[a], registered[b]):
            return JoinRefusal.REGISTER
        if guard >= Guard.NUMBERS and any(_disjoint(kind[a], kind[b]) for kind in valid):
            return JoinRefusal.NUMBERS
        if guard >= Guard.RETURN and self.returns[a] & self.returns[b]:
            return JoinRefusal.RETURN
        return None

    def grow(self, step: str, guard: Guard, pairs: Iterable[tuple[float, int, int]]) -> None:
        """Join pairs (probability, low, high) in their order, and record the refusals."""
        for probability, low, high in pairs:
            joined = self.join(low, high, guard)
            if isinstance(joined, JoinRefusal):
                self.refused.append(Refused(step, probability, low, high, joined))
            else:
                self.joined[step] += joined

    def roots(self) -> list[int]:
        """Return the group of every profile."""
        return [self.root(n) for n in range(len(self.parent))]


def forest(people: pl.DataFrame, apart: Sequence[Pair] = ()) -> Forest:
    """Return profiles as groups of their own, before any join.

    Args:
        people: profiles with id 0..n-1 in order.
        apart: pairs of profiles whom a person called two children; their groups are never joined, nor through others.
    """
    registered = pl.when(pl.col("return") == _REGISTER).then("la").alias("registered")
    kinds = people.select("nhs", "upn", "la", registered)
    codes = {code: 1 << n for n, code in enumerate(people["return"].unique().sort())}
    planted = Forest(
        parent=list(range(people.height)),
        numbers=tuple(column.to_list() for column in kinds),
        returns=[codes[code] for code in people["return"]],
    )
    # From 1, for the sign of the number says which side of the decision a group is on.
    for number, (left, right) in enumerate(apart, start=1):
        planted.marks[left].add(number)
        planted.marks[right].add(-number)
    return planted


def _set(numbers: str | frozenset[str]) -> frozenset[str]:
    return frozenset((numbers,)) if isinstance(numbers, str) else numbers


def _both(a: Numbers, b: Numbers) -> Numbers:
    if a is None or b is None or a == b:
        return b if a is None else a
    return _set(a) | _set(b)


def _disjoint(a: Numbers, b: Numbers) -> bool:
    if a is None or b is None or a == b:
        return False
    return _set(a).isdisjoint(_set(b))
