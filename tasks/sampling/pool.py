"""The children still free in a draw: who is taken takes the household along where one per household is the rule."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from tasks.sampling.candidates import Candidate


class Pool:
    """All candidates of one draw, and which of them are taken."""

    def __init__(self, people: Mapping[str, Candidate], one_per_household: bool, taken: Iterable[str] = ()) -> None:
        self.people = people
        self._one_per_household = one_per_household
        self._taken = set(taken)

    def copy(self) -> "Pool":
        """Return a pool from which the same children are free."""
        return Pool(self.people, self._one_per_household, self._taken)

    def take(self, children: Iterable[str]) -> None:
        """Take children whom a copy of this pool gave."""
        self._taken.update(map(self._mark, children))

    def first(self, order: Iterable[str], count: int) -> list[str]:
        """Take the first `count` free children of `order`; fewer when there are no more."""
        return list(islice(self._free(order), max(count, 0)))

    def first_in_strata(self, order: Iterable[str], places: Mapping[str, int]) -> list[str]:
        """Walk down `order` and take each free child whose stratum still has a place."""
        # Strata that are full leave the dictionary, so that the walk ends as soon as the last place is filled.
        left = {key: count for key, count in places.items() if count}
        if not left:
            return []
        open_places = (child for child in order if self.people[child].stratum in left)
        chosen = []
        for child in self._free(open_places):
            key = self.people[child].stratum
            chosen.append(child)
            left[key] -= 1
            if not left[key]:
                del left[key]
            if not left:
                break
        return chosen

    def first_allowed(self, order: Iterable[str], count: int, takes: Callable[[str], bool]) -> list[str]:
        """Walk down `order` and take each free child whom `takes` allows, until there are `count`."""
        chosen: list[str] = []
        if count <= 0:
            return chosen
        # Most of a simulation is spent here, so nothing is looked up twice.
        people, taken, alone = self.people, self._taken, self._one_per_household
        for child in order:
            mark = people[child].household if alone else child
            if mark not in taken and takes(child):
                taken.add(mark)
                chosen.append(child)
                if len(chosen) == count:
                    break
        return chosen

    def _mark(self, child: str) -> str:
        return self.people[child].household if self._one_per_household else child

    def _free(self, order: Iterable[str]) -> Iterator[str]:
        """Take free children of `order`, one each time the caller asks for one."""
        for child in order:
            mark = self._mark(child)
            # Taken here and not when the list is whole: of a household, the first one met shuts out the next.
            if mark not in self._taken:
                self._taken.add(mark)
                yield child
