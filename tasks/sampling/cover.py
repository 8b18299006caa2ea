"""Whether minimums can be met together: is there a set of children, one of each household, who bring all that is due?

Everything here is a whole number and every answer is exact, so that two machines never answer differently (L4).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

# A number of children of each group is one whole number, so many bits for each group: sums and parts of it are then
# one operation, and the draw is simulated thousands of times.
_BITS = 16
_FIELD = (1 << _BITS) - 1


def one_of(place: int) -> int:
    """Return one child of the group in this place, as a number that counts children of every group."""
    return 1 << _BITS * place


def count_of(counts: int, place: int) -> int:
    """Return how many children of the group in this place a number counts."""
    return counts >> _BITS * place & _FIELD


def _undominated(sets: Iterable[int]) -> list[int]:
    """Return the sets of groups that are no part of another, the richest first."""
    best: list[int] = []
    for own in sorted(sets, key=lambda own: (-own.bit_count(), own)):
        if not any(own & other == own for other in best):
            best.append(own)
    return best


class Cover:
    """The children who can be tracked, each as a set of groups, and answers to what they can still meet.

    A child's groups, and what is due of each group, are numbers that `one_of` and `count_of` make and read.

    Attributes:
        owns: child -> groups.
        homes: child -> household.
        kinds: set of groups -> how many children have it.
        mixed: the children whose household has others of other groups. All others of the same groups can stand for
            each other in every answer.
    """

    def __init__(self, owns: Mapping[str, int], homes: Mapping[str, str], margins: Sequence[int], places: int) -> None:
        """Count children by their groups.

        Args:
            owns: child -> groups, one of each margin at most.
            homes: child -> household, or the child itself where several of a household may be taken.
            margins: how many groups each margin has; the groups of a margin have neighbouring places.
            places: tracked children in all.
        """
        self.owns, self.homes, self._places = owns, homes, places
        self._each = sum(one_of(place) for place in range(sum(margins)))
        starts = [sum(margins[:number]) for number in range(len(margins))]
        self._margins = [(_BITS * start, (1 << _BITS * size) - 1) for start, size in zip(starts, margins, strict=True)]
        # Most households have children of one kind; the few that offer a choice are looked at by themselves.
        first: dict[str, int] = {}
        self._mixed: dict[str, set[int]] = {}
        for child, own in owns.items():
            if (before := first.setdefault(home := homes[child], own)) != own:
                self._mixed.setdefault(home, {before}).add(own)
        self.mixed = {child for child, home in homes.items() if home in self._mixed} if self._mixed else set[str]()
        # Of how many households can a set of groups be taken for certain, whichever others are taken: only those that
        # offer nothing else are counted, which may be too few and never too many.
        sure = Counter(first.values())
        sure.subtract(first[home] for home in self._mixed)
        self.kinds, groups = Counter(owns.values()), range(sum(margins))
        self._kinds = [[(own, sure[own]) for own in self.kinds if own & one_of(place)] for place in groups]
        sizes = [sum(self.kinds[own] for own, _ in self._kinds[place]) for place in groups]
        self._by_size = sorted(groups, key=lambda place: (sizes[place], place))
        self._having: dict[int, list[tuple[int, str]]] = {}
        self._whole: dict[int, list[int]] = {}
        self._offers: dict[tuple[int, bool], Sequence[int]] = {}
        self._loose: dict[tuple[int, int, bool], bool] = {}
        self._plain: dict[tuple[int, int], bool | None] = {}
        self._witnesses: dict[tuple[int, int], list[frozenset[str]]] = {}

    def open(self, due: int) -> int:
        """Return one child of each group of which any is due."""
        return due + self._each * (_FIELD >> 1) >> _BITS - 1 & self._each

    def after(self, due: int, own: int) -> int:
        """Return what is still due once a child of these groups is taken."""
        return due - (own & self.open(due))

    def meets(self, due: int, places: int, used: frozenset[str] = frozenset()) -> bool:
        """Return whether so many more children can meet all that is due, none of a household that is used.

        As many households are used as places were filled before.
        """
        plain = self.plainly_meets(due, places)
        if plain is not None:
            return plain
        # Households with whom it was found to be possible serve again as long as none of them is used.
        witnesses = self._witnesses.setdefault((due, places), [])
        if any(not homes & used for homes in witnesses):
            return True
        homes = self._closely(due, places, used)
        if homes is not None:
            witnesses.append(homes - used)
        return homes is not None

    def plainly_meets(self, due: int, places: int) -> bool | None:
        """Return whether so many more children can meet all that is due, where that is plain whoever is taken before.

        Returns:
            None where it depends on who is taken.
        """
        if (due, places) not in self._plain:
            possible = self._loosely(due, places, False)
            self._plain[due, places] = (self.surely_meets(due, places) or None) if possible else False
        return self._plain[due, places]

    def surely_meets(self, due: int, places: int) -> bool:
        """Return whether it is plain that so many more children can meet all that is due, whoever is taken before."""
        return self._loosely(due, places, True)

    def _loosely(self, due: int, places: int, certain: bool) -> bool:
        """Answer as if every kind of child were there without end, which takes no look at single children.

        Args:
            due: for each group, how many are to come.
            places: in so many places.
            certain: count only the kinds of which there are enough households for any choice, so that yes is yes;
                else count every kind, so that no is no.
        """
        if not due:
            return True
        key = due, places, certain
        if key not in self._loose:
            self._loose[key] = self._least(due) <= places and any(
                self._loosely(self.after(due, own), places - 1, certain) for own in self._best(due, certain)
            )
        return self._loose[key]

    def _least(self, due: int) -> int:
        """Return how many children are needed at least: one child is in one group of a margin."""
        # The remainder is the sum of a margin's counts, as each group's place is worth one more than the divisor.
        return max((due >> start & groups) % _FIELD for start, groups in self._margins)

    def _best(self, due: int, certain: bool) -> Sequence[int]:
        """Return the sets of groups still due by which the scarcest can be met, the richest first.

        A set that is part of another can do nothing that this one could not, and is left out.
        """
        key = self.open(due), certain
        if key not in self._offers:
            self._offers[key] = self._richest(*key, self._scarcest(due))
        return self._offers[key]

    def _richest(self, still: int, certain: bool, place: int) -> list[int]:
        if not certain:
            # What is part of another set of the group is part of it whatever is still due.
            if place not in self._whole:
                self._whole[place] = _undominated({own for own, _ in self._kinds[place]})
            return _undominated({own & still for own in self._whole[place]})
        homes: dict[int, int] = {}
        for own, number in self._kinds[place]:
            part = own & still
            homes[part] = homes.get(part, 0) + number
        return _undominated(own for own, number in homes.items() if number >= self._places)

    def _scarcest(self, due: int) -> int:
        return next(place for place in self._by_size if count_of(due, place))

    def _closely(self, due: int, places: int, used: frozenset[str]) -> frozenset[str] | None:
        """Try single children, each household once, and return the households used when all is met, or None.

        Households that are sure to be there for the rest are not named: whichever are used, there are others.
        """
        if self._loosely(due, places, True):
            return used
        if self._loosely(due, places, False):
            for own, home in self._tries(due, used):
                homes = self._closely(self.after(due, own), places - 1, used | {home})
                if homes is not None:
                    return homes
        return None

    def _tries(self, due: int, used: frozenset[str]) -> Iterator[tuple[int, str]]:
        """Go through the children of the scarcest group due; of those who can stand for each other one is enough."""
        still, tried = self.open(due), set()
        for own, home in self._of_group(self._scarcest(due)):
            if home not in used:
                kind = own & still, tuple(sorted(self._mixed.get(home, (own,))))
                if kind not in tried:
                    tried.add(kind)
                    yield own & still, home

    def _of_group(self, place: int) -> list[tuple[int, str]]:
        """Return groups and household of each child of one group; few groups are ever asked for child by child."""
        if place not in self._having:
            group = one_of(place)
            self._having[place] = [(own, self.homes[child]) for child, own in self.owns.items() if own & group]
        return self._having[place]
