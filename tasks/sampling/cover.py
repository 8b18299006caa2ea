"""Whether minimums can be met together: is there a set of children, one of each household, who bring all that is due?

Everything here is a whole number and every answer is exact, so that two machines never answer differently (L4).
"""

from collections.abc import Iterator, Mapping, Sequence

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


class Cover:
    """The children who can be tracked, each as a set of groups, and answers to what they can still meet.

    A child's groups, and what is due of each group, are numbers that `one_of` and `count_of` make and read.

    Attributes:
        owns: child -> groups.
        homes: child -> household.
        alike: child -> what is the same of children who can stand for each other in every answer.
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
        offered: dict[str, set[int]] = {}
        for child, own in owns.items():
            offered.setdefault(homes[child], set()).add(own)
        self._kinds_at = {home: tuple(sorted(kinds)) for home, kinds in offered.items()}
        several = {home for home, kinds in offered.items() if len(kinds) > 1}
        self.alike = {child: (own, homes[child] if homes[child] in several else "") for child, own in owns.items()}
        # Of how many households can a set of groups be taken for certain, whichever others are taken: only those that
        # offer nothing else are counted, which may be too few and never too many.
        sure = dict.fromkeys(owns.values(), 0)
        for kinds in offered.values():
            if len(kinds) == 1:
                sure[min(kinds)] += 1
        homes_of: dict[int, list[str]] = {}
        for child, own in owns.items():
            homes_of.setdefault(own, []).append(homes[child])
        groups = range(sum(margins))
        self._kinds = [[(own, sure[own]) for own in homes_of if own & one_of(place)] for place in groups]
        self._having = [[(own, home) for own, _ in kinds for home in homes_of[own]] for kinds in self._kinds]
        self._by_size = sorted(groups, key=lambda place: (len(self._having[place]), place))
        self._offers: dict[int, list[tuple[int, int]]] = {}
        self._loose: dict[tuple[int, int, bool], bool] = {}
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
        if self.surely_meets(due, places):
            return True
        if not self._loosely(due, places, False):
            return False
        # Households with whom it was found to be possible serve again as long as none of them is used.
        witnesses = self._witnesses.setdefault((due, places), [])
        if any(not homes & used for homes in witnesses):
            return True
        homes = self._closely(due, places, used)
        if homes is not None:
            witnesses.append(homes - used)
        return homes is not None

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

    def _best(self, due: int, certain: bool) -> Iterator[int]:
        """Go through the sets of groups still due by which the scarcest can be met, the richest first.

        A set that is part of one gone through can do nothing that this one could not, and is left out.
        """
        still = self.open(due)
        if still not in self._offers:
            homes: dict[int, int] = {}
            for own, number in self._kinds[self._scarcest(due)]:
                homes[own & still] = homes.get(own & still, 0) + number
            self._offers[still] = sorted(homes.items(), key=lambda offer: (-offer[0].bit_count(), offer[0]))
        before: list[int] = []
        for own, number in self._offers[still]:
            if (number >= self._places or not certain) and not any(own & other == own for other in before):
                before.append(own)
                yield own

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
        for own, home in self._having[self._scarcest(due)]:
            if home not in used:
                kind = own & still, self._kinds_at[home]
                if kind not in tried:
                    tried.add(kind)
                    yield own & still, home
