"""The plan by margins: which minimums can hold together, and who may be taken so that they do (docs/sampling.md)."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from models.themes import MARGINS, SamplingPlan
from tasks.sampling.candidates import HIDDEN, Candidate, column_and_group, group_key, is_known
from tasks.sampling.cover import Cover, count_of, one_of


@dataclass(frozen=True, slots=True)
class Need:
    """One minimum.

    Attributes:
        group: column and value.
        least: how many children the plan asks for.
        kept: how many of them can hold together with the minimums before.
        children: how many there are who can be tracked.
    """

    group: str
    least: int
    kept: int
    children: int


@dataclass(frozen=True, slots=True)
class Margins:
    """The minimums of a plan on a cohort.

    Attributes:
        places: tracked children in all: those of the plan, or the households if they are fewer.
        claimed: places that minimums may claim.
        needs: the minimums, in the order in which they count.
        groups: column and value -> children who can be tracked, of every group of every margin.
        place_of: group with a minimum -> its place in what the cover counts.
        cover: answers whether minimums can be met.
    """

    places: int
    claimed: int
    needs: tuple[Need, ...]
    groups: Mapping[str, int]
    place_of: Mapping[str, int]
    cover: Cover
    _serving: dict[int, int] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, people: Mapping[str, Candidate], plan: SamplingPlan) -> Self:
        """Work out what of a plan's minimums holds together.

        Args:
            people: the children who can be tracked.
            plan: a plan by margins.
        """
        # Few sets of groups among thousands of children: each is added up once.
        sets = Counter(own.margins for own in people.values())
        groups: Counter[str] = Counter()
        for own, number in sets.items():
            groups.update(dict.fromkeys(own, number))
        homes = {child: person.household if plan.one_per_household else child for child, person in people.items()}
        places = min(plan.tracked, len(set(homes.values())))
        least_of = minimums(plan, groups, len(people), places)
        # The groups of a margin stand together, as the cover wants them; their order is no more than that.
        columns = list(dict.fromkeys(column_and_group(group)[0] for group in least_of))
        grouped = [[group for group in least_of if column_and_group(group)[0] == column] for column in columns]
        place_of = {group: place for place, group in enumerate(group for groups_ in grouped for group in groups_)}
        sums = {own: sum(one_of(place_of[group]) for group in own if group in place_of) for own in sets}
        owns = {child: sums[person.margins] for child, person in people.items()}
        cover = Cover(owns, homes, [len(groups_) for groups_ in grouped], places)
        claimed = max(places - plan.open_places, 0)
        kept = _together(
            cover, {place_of[group]: min(least, groups[group]) for group, least in least_of.items()}, claimed
        )
        needs = [Need(group, least, kept[place_of[group]], groups[group]) for group, least in least_of.items()]
        return cls(places, claimed, tuple(needs), dict(sorted(groups.items())), place_of, cover)

    @property
    def due(self) -> int:
        """Return what is due before anybody is taken."""
        return sum(need.kept * one_of(self.place_of[need.group]) for need in self.needs)

    def own(self, child: str) -> int:
        """Return the groups of a child that have a minimum."""
        return self.cover.owns.get(child, 0)

    def kept_of(self, child: str) -> int:
        """Return the groups of a child of which some minimum is kept: of nothing else a draw takes notice."""
        return self.own(child) & self.cover.open(self.due)

    def walk(self) -> Callable[[str], bool]:
        """Return what says of one child after another, in any order, whether it is taken.

        A child is taken if what is then still due can be met in the places then left. Who is refused once would be
        refused later too, as every child taken leaves less room; so one walk down an order is enough.
        """
        due, left, used = self.due, self.places, frozenset[str]()
        cover, answers = self.cover, dict[Hashable, bool]()
        owns, mixed, still = cover.owns, cover.mixed, cover.open(due)

        def takes(child: str) -> bool:
            nonlocal due, left, used, still
            # Most children met differ in nothing that counts now from one who was tried since the last was taken.
            own = owns[child] & still
            alike: Hashable = (own, cover.homes[child]) if child in mixed else own
            answer = answers.get(alike)
            if answer is None:
                answer = cover.plainly_meets(due - own, left - 1)
                if answer is None:
                    answer = cover.meets(due - own, left - 1, used | {cover.homes[child]})
                answers[alike] = answer
            if answer:
                due, left, used = due - own, left - 1, used | {cover.homes[child]}
                still = cover.open(due)
                answers.clear()
            return answer

        return takes

    def must_serve(self, child: str, chosen: Iterable[str]) -> int:
        """Return the groups whose minimum would not hold if this one of the chosen children left."""
        counts = sum(map(self.own, chosen))
        return sum(one_of(place) for place, kept in self._kept(child) if count_of(counts, place) <= kept)

    def _kept(self, child: str) -> list[tuple[int, int]]:
        """Return the place and the minimum of each group of a child that has one."""
        own, places = self.own(child), [(self.place_of[need.group], need.kept) for need in self.needs if need.kept]
        return [(place, kept) for place, kept in places if count_of(own, place)]

    def serving(self, must: int) -> int:
        """Return how many children who can be tracked are of all these groups."""
        if must not in self._serving:
            self._serving[must] = sum(number for own, number in self.cover.kinds.items() if own & must == must)
        return self._serving[must]

    def shut_out(self) -> frozenset[str]:
        """Return the children whom no sample can have, because the minimums leave no place for them."""
        due, left, cover = self.due, self.places - 1, self.cover
        # With a place to spare it is plain that nobody is.
        if cover.surely_meets(due, left):
            return frozenset()
        # Of most kinds it is plain at once, for whatever household; only the rest are asked about one by one.
        unsure = {own for own in cover.kinds if not cover.surely_meets(cover.after(due, own), left)}
        doubtful = {
            child: (own, cover.homes[child] if child in cover.mixed else "")
            for child, own in cover.owns.items()
            if own in unsure
        }
        first = {alike: cover.homes[child] for child, alike in doubtful.items()}
        out = {
            alike
            for alike, home in first.items()
            if not cover.meets(cover.after(due, alike[0]), left, frozenset({home}))
        }
        return frozenset(child for child, alike in doubtful.items() if alike in out)


def margins_of(people: Mapping[str, Candidate], plan: SamplingPlan) -> Margins | None:
    """Return the minimums of a plan by margins; None for a plan by strata."""
    return Margins.of(people, plan) if plan.plan == MARGINS else None


def minimums(plan: SamplingPlan, groups: Mapping[str, int], children: int, places: int) -> dict[str, int]:
    """Return group -> minimum, in the order in which they count: hidden children first, then as the plan names them.

    Args:
        plan: a plan by margins.
        groups: column and value -> children who can be tracked.
        children: who can be tracked in all.
        places: tracked children in all.
    """
    hidden = group_key(HIDDEN, "yes")
    share = share_of_hidden(plan, groups.get(hidden, 0), children, places)
    least_of = {hidden: share} if share else {}
    # Of a column that the frame lacks nobody has a group; the sample says that, and nothing more of each minimum.
    present = {column_and_group(group)[0] for group in groups}
    for margin in (margin for margin in plan.margins if margin.by in present):
        named = {group_key(margin.by, own.group): own.children for own in margin.minimums}
        for group, least in named.items():
            least_of[group] = max(least_of.get(group, 0), least)
        if margin.every is not None:
            large = [
                group
                for group, size in groups.items()
                if column_and_group(group)[0] == margin.by and size >= margin.every and is_known(group)
            ]
            # The larger group first, so that of two which cannot both be met the smaller gives way.
            for group in sorted(large, key=lambda group: (-groups[group], group)):
                least_of.setdefault(group, 1)
    return least_of


def share_of_hidden(plan: SamplingPlan, hidden: int, children: int, places: int) -> int:
    """Return how many hidden children there must be: their share of the places, at least one where there is any."""
    if not hidden or plan.hidden_below:
        return 0
    return max(places * hidden // children, 1)


def _together(cover: Cover, least_of: Mapping[int, int], places: int) -> dict[int, int]:
    """Return how much of each minimum is kept: as much as can be met together with what is kept of those before.

    Args:
        cover: of the children who can be tracked.
        least_of: place of a group -> its minimum, in the order in which they count.
        places: that minimums may claim.
    """
    kept, due = dict.fromkeys(least_of, 0), 0
    for place, least in least_of.items():
        kept[place] = next((n for n in range(least, 0, -1) if cover.meets(due + n * one_of(place), places)), 0)
        due += kept[place] * one_of(place)
    return kept
