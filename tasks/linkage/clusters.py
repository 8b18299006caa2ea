"""From pairs to children: union-find in order of strength, refusing a join that contradicts what is already known."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import NamedTuple

import polars as pl

from tasks.linkage.normalise import PLACE, undoubled

# The list that gives one row and one identifier to every child: two of its identifiers are two children.
_REGISTER = "LA-DA"

# The numbers of one kind in a group; most have none or one, and a set costs thirty times as much.
Numbers = str | frozenset[str] | None
Pair = tuple[int, int]


class Guard(IntEnum):
    """What a join must not contradict; each guard includes those before it."""

    PERSON = 0
    """Only the decisions of people."""
    NAMES = 1
    """A return that holds two forenames or two sexes holds two children, unless a number is the same."""
    REGISTER = 2
    """The council's list gives two children two identifiers."""
    NUMBERS = 3
    """Valid NHS numbers, UPNs or local identifiers that differ are two children."""
    RETURN = 4
    """An agency whose return lists both knows them as two children."""


class JoinRefusal(StrEnum):
    """Why two profiles were not joined."""

    PERSON = "a person said that they are 2 children"
    REGISTER = "the council's list holds both"
    NUMBERS = "their numbers differ"
    RETURN = "one agency holds both"
    NAMES = "one return holds both, under 2 forenames or sexes"
    RIVAL = "the record may as well be another child's"
    PLACE = "no forename is held, and there is more than one child"
    SEXES = "the sexes differ"
    BIRTHLESS = "a date of birth is missing, and the forenames are only alike"
    DEFAULT_BIRTH = "1 January is often entered where the birth is not known"
    EARLIER = "an earlier version of the cohort held them as 2 children"
    LINKED = "their numbers differ, though they are linked"
    COPIED = "they share a number, and forename or birth differ"


@dataclass(frozen=True, slots=True)
class Refused:
    """A pair that some evidence would join and other evidence keeps apart."""

    step: str
    probability: float
    low: int
    high: int
    why: JoinRefusal


class Mention(NamedTuple):
    """What one profile says that tells two children of one return apart.

    Attributes:
        code: the return.
        forename: as given, or what stands for it (`twin2`), without doubled letters; None where nothing does.
        surname: as given, without doubled letters.
        sex: M or F, or None.
        nhs: its NHS number.
        upn: its UPN.
        la: its local identifier.
        birth: its date of birth.
    """

    code: str
    forename: str | None
    surname: str | None
    sex: str | None
    nhs: str | None
    upn: str | None
    la: str | None
    birth: date | None

    def other_child(self, other: "Mention") -> bool:
        """Return whether one return holds both as two children: no number is the same, and a forename or sex is not.

        Forenames are compared as given, but for letters that are doubled in the one (Philip, Phillip): twins are called
        Jan and Jana, or Noah and Noa, so that neither a slip nor a short form can be told from another child's name.
        """
        if self.code != other.code or self._share_number(other):
            return False
        if self.sex is not None and other.sex is not None and self.sex != other.sex:
            return True
        if self.forename is None or other.forename is None or self.forename == other.forename:
            return False
        return (self.forename, self.surname) != (other.surname, other.forename)

    def born_apart(self, other: "Mention") -> bool:
        """Return whether one return holds both under two dates of birth."""
        births = {self.birth, other.birth}
        return self.code == other.code and None not in births and len(births) == 2

    def _share_number(self, other: "Mention") -> bool:
        numbers = (self.nhs, other.nhs), (self.upn, other.upn), (self.la, other.la)
        return any(number is not None and number == another for number, another in numbers)


@dataclass
class Forest:
    """The groups into which profiles have grown; a group goes by its lowest profile.

    Attributes:
        parent: profile -> another of its group, or itself.
        numbers: for each kind of number and for the register's own, group -> the numbers of its profiles.
        returns: group -> the returns that list it, a bit each.
        mentions: profile -> what tells it from others of its return.
        members: group of several -> its profiles.
        candidates: profile -> the profiles to which some evidence would join it.
        earlier: group -> the children of an earlier version whose records it holds.
        marks: group -> the numbers of the decisions that keep it from another, positive on one side, else negative.
        refused: the joins that were refused, or made against numbers, in the order in which they were tried.
        joined: step -> how many times it made two groups one.
    """

    parent: list[int]
    numbers: tuple[list[Numbers], ...]
    returns: list[int]
    mentions: Sequence[Mention] = ()
    members: dict[int, list[int]] = field(default_factory=dict)
    candidates: dict[int, list[int]] = field(default_factory=dict)
    earlier: dict[int, frozenset[str]] = field(default_factory=dict)
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
        self.members.setdefault(a, [a]).extend(self.members.pop(b, (b,)))
        if b in self.marks:
            self.marks[a] |= self.marks.pop(b)
        if b in self.earlier:
            self.earlier[a] = self.earlier.get(a, frozenset()) | self.earlier.pop(b)
        return True

    def group(self, root: int) -> Sequence[int]:
        """Return the profiles of a group, by its root."""
        return self.members.get(root, (root,))

    def named_apart(self, a: int, b: int) -> bool:
        """Return whether some return holds two children of these groups, by their roots: cannot-link of every pair."""
        if not self.returns[a] & self.returns[b]:
            return False
        mentions = self.mentions
        return any(mentions[n].other_child(mentions[m]) for n in self.group(a) for m in self.group(b))

    def two_children(self, a: int, b: int) -> bool:
        """Return whether numbers or some return say that two groups, by their roots, are two children."""
        if self.numbered_apart(a, b) or self.named_apart(a, b):
            return True
        if not self.returns[a] & self.returns[b]:
            return False
        mentions = self.mentions
        return any(mentions[n].born_apart(mentions[m]) for n in self.group(a) for m in self.group(b))

    def contested(self, a: int, b: int) -> bool:
        """Return whether a group could as well be joined to a third one that is another child than the second."""
        return self._rival(a, b) or self._rival(b, a)

    def _rival(self, a: int, b: int) -> bool:
        # A twin is the usual rival: as like to the record as the child whom it is about.
        others = {self.root(n) for member in self.group(a) for n in self.candidates.get(member, ())} - {a, b}
        return any(self.two_children(b, c) and not self.contradiction(a, c, Guard.NUMBERS) for c in others)

    def decided_apart(self, a: int, b: int) -> bool:
        """Return whether a person decided that two groups, by their roots, are two children."""
        return a in self.marks and b in self.marks and any(-mark in self.marks[b] for mark in self.marks[a])

    def contradiction(self, a: int, b: int, guard: Guard) -> JoinRefusal | None:
        """Return why two groups, by their roots, must not be joined; None where the guard allows it."""
        *valid, registered = self.numbers
        # From the surest reason to the weakest: the first one is what people read.
        if self.decided_apart(a, b):
            return JoinRefusal.PERSON
        if guard >= Guard.NAMES and self.named_apart(a, b):
            # Where numbers say so as well they are two children, and nobody need be asked.
            return JoinRefusal.RETURN if self.numbered_apart(a, b) else JoinRefusal.NAMES
        if guard >= Guard.REGISTER and _disjoint(registered[a], registered[b]):
            return JoinRefusal.REGISTER
        if guard >= Guard.NUMBERS and any(_disjoint(kind[a], kind[b]) for kind in valid):
            return JoinRefusal.NUMBERS
        if guard >= Guard.RETURN and self.returns[a] & self.returns[b]:
            return JoinRefusal.RETURN
        if guard >= Guard.REGISTER and self._earlier_apart(a, b):
            return JoinRefusal.EARLIER
        return None

    def _earlier_apart(self, a: int, b: int) -> bool:
        return a in self.earlier and b in self.earlier and self.earlier[a].isdisjoint(self.earlier[b])

    def numbered_apart(self, a: int, b: int) -> bool:
        """Return whether numbers say that two groups, by their roots, are two children."""
        return any(_disjoint(kind[a], kind[b]) for kind in self.numbers)

    def grow(self, step: str, guard: Guard, pairs: Iterable[tuple[float, int, int]], *, rivals: bool = False) -> None:
        """Join pairs (probability, low, high) in their order, and record the refusals.

        Args:
            step: what the pairs are joined by.
            guard: what a join must not contradict.
            pairs: the strongest first.
            rivals: whether a pair is refused where one side could as well be a third record's child.
        """
        for probability, low, high in pairs:
            a, b = self.root(low), self.root(high)
            joined: JoinRefusal | bool
            if rivals and a != b and self.contested(a, b):
                joined = self.contradiction(a, b, guard) or JoinRefusal.RIVAL
            else:
                # Looked at before the join: afterwards both are one group and contradict nothing.
                against = guard in (Guard.NAMES, Guard.REGISTER) and a != b and self.numbered_apart(a, b)
                joined = self.join(a, b, guard)
                if joined is True and against:
                    # Joined in spite of numbers that differ, so that a person is shown it.
                    self.refused.append(Refused(step, probability, low, high, JoinRefusal.LINKED))
            if isinstance(joined, JoinRefusal):
                self.refused.append(Refused(step, probability, low, high, joined))
            else:
                self.joined[step] += joined

    def leave(self, step: str, why: JoinRefusal, pairs: Iterable[tuple[float, int, int]]) -> None:
        """Record pairs that are never joined by the program, for a person to decide."""
        self.refused += [Refused(step, probability, low, high, why) for probability, low, high in pairs]

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
        mentions=_mentions(people),
    )
    # From 1, for the sign of the number says which side of the decision a group is on.
    for number, (left, right) in enumerate(apart, start=1):
        planted.marks[left].add(number)
        planted.marks[right].add(-number)
    return planted


def _mentions(people: pl.DataFrame) -> list[Mention]:
    forename, surname = undoubled(pl.coalesce("given", PLACE)), undoubled(pl.col("surname"))
    columns = people.select("return", forename, surname, "sex", "nhs", "upn", "la", "dob")
    return [Mention._make(row) for row in columns.iter_rows()]


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
