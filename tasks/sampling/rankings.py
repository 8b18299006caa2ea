"""The order of the children of a stage: by rank under a seed, or by chance, made only as far as it is read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random
from typing import Protocol

from tasks.sampling.field import DrawStage
from tasks.sampling.ranks import ranked

# So many children are copied in no more time than it takes to pick a few of them.
_COPIED = 5_000


class Ranking(Protocol):
    """The children of a stage in an order, as a whole and within each part."""

    def __iter__(self) -> Iterator[str]:
        """Go through the children, the best-ranked first."""
        ...

    def within(self, part: str) -> Iterable[str]:
        """Go through the children of one part in the same order; nothing of the whole is read after this."""
        ...


Rank = Callable[[DrawStage], Ranking]
"""Gives a stage its order."""


def by_seed(seed: str) -> Rank:
    """Return the orders of a draw: each stage by rank under the seed."""
    return lambda stage: Ranked(stage, ranked(seed, stage.name, stage.children))


class Ranked:
    """An order that is worked out as a whole."""

    def __init__(self, stage: DrawStage, order: list[str]) -> None:
        self._stage, self._order = stage, order
        self._parts: dict[str, list[str]] = {}

    def __iter__(self) -> Iterator[str]:
        """Go through the children by rank."""
        return iter(self._order)

    def within(self, part: str) -> list[str]:
        """Return the children of one part by rank."""
        if len(self._stage.parts) == 1:
            return self._order if part in self._stage.parts else []
        if not self._parts:
            for child in self._order:
                self._parts.setdefault(self._stage.part_of[child], []).append(child)
        return self._parts.get(part, [])


class Chance:
    """Orders in which every sequence of children is equally likely; `steps` counts the children met."""

    def __init__(self, key: str) -> None:
        """Begin the stream of chance numbers that a key names.

        Python promises that a seeded `random()` repeats on every version and machine; nothing else of it is used.
        """
        self._uniform = Random(key).random  # noqa: S311 - repeatable on purpose, and no seed of a draw
        self.steps = 0

    def __call__(self, stage: DrawStage) -> Ranking:
        """Return the children of a stage in a fresh chance order."""
        return _Shuffled(self, stage)

    def shuffled(self, children: Sequence[str]) -> Iterator[str]:
        """Go through children in chance order: each step picks one of those left (Fisher and Yates)."""
        if len(children) > _COPIED:
            yield from self._shuffled_in_place(children)
            return
        rest, uniform = [*children], self._uniform
        for left in range(len(rest), 0, -1):
            self.steps += 1
            place = int(uniform() * left)
            yield rest[place]
            rest[place] = rest[left - 1]

    def _shuffled_in_place(self, children: Sequence[str]) -> Iterator[str]:
        """Make the same order without a copy of all children: a draw reads little of a long one."""
        moved: dict[int, int] = {}
        for left in range(len(children), 0, -1):
            self.steps += 1
            # Only places that moved are stored.
            place = int(self._uniform() * left)
            yield children[moved.get(place, place)]
            moved[place] = moved.pop(left - 1, left - 1)


class _Shuffled:
    def __init__(self, chance: Chance, stage: DrawStage) -> None:
        self._chance, self._stage = chance, stage
        self._rest = chance.shuffled(stage.children)
        self._met: list[str] = []

    def __iter__(self) -> Iterator[str]:
        # An order that was read to its end is gone through again and again for reserves.
        return iter(self._met) if len(self._met) == len(self._stage.children) else self._read()

    def _read(self) -> Iterator[str]:
        yield from self._met
        for child in self._rest:
            self._met.append(child)
            yield child

    def within(self, part: str) -> Iterator[str]:
        # Children of the part who were not met yet follow in any order with equal chance, whatever was met so far.
        met = set(self._met)
        yield from (child for child in self._met if self._stage.part_of[child] == part)
        yield from (child for child in self._chance.shuffled(self._stage.parts[part]) if child not in met)
