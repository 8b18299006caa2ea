"""Who can be drawn where, worked out once for all draws from one frame: the eligible in strata, and each point's."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Self

from models.themes import SamplingPlan
from tasks.sampling.candidates import Candidate
from tasks.sampling.margins import Margins, margins_of
from tasks.sampling.sample import SAMPLED, TRACKED


@dataclass(frozen=True, slots=True)
class DrawStage:
    """One stage of a draw: its name, its children, and the stratum that each belongs to, if the stage has strata."""

    name: str
    children: Sequence[str]
    parts: Mapping[str, Sequence[str]]
    part_of: Mapping[str, str]

    @classmethod
    def of(cls, name: str, part_of: Mapping[str, str]) -> Self:
        """Return a stage from child -> part."""
        parts: dict[str, list[str]] = {}
        for child, part in part_of.items():
            parts.setdefault(part, []).append(child)
        return cls(name, tuple(part_of), {part: parts[part] for part in sorted(parts)}, part_of)

    @property
    def sizes(self) -> dict[str, int]:
        """Return how many children each part has."""
        return {part: len(children) for part, children in self.parts.items()}

    def again(self, number: int) -> "DrawStage":
        """Return the stage under the name of its n-th candidate draw; the first keeps the plain name."""
        name = self.name if number == 1 else f"{self.name}#{number}"
        return DrawStage(name, self.children, self.parts, self.part_of)


@dataclass(frozen=True, slots=True)
class Field:
    """The candidates of a plan.

    Attributes:
        plan: the plan.
        people: child -> candidate, sorted by child.
        tracked: the stage of the tracked children.
        points: decision point -> its stage, in the order in which points choose.
        margins: the minimums that hold together, where the plan is one by margins.
    """

    plan: SamplingPlan
    people: Mapping[str, Candidate]
    tracked: DrawStage
    points: Mapping[str, DrawStage]
    margins: Margins | None = None

    @classmethod
    def of(cls, people: Mapping[str, Candidate], plan: SamplingPlan) -> Self:
        """Sort candidates into the stages at which they can be drawn."""
        # Sorted, so that the order of the frame's rows does not reach the draw (L4).
        people = {child: people[child] for child in sorted(people)}
        enough = plan.agencies_minimum
        eligible = {child: candidate.stratum for child, candidate in people.items() if candidate.agencies >= enough}
        members: dict[str, list[str]] = {point.key: [] for point in plan.decision_points}
        for child, candidate in people.items():
            # A frame may name a point twice, and points that the plan has not.
            for key in dict.fromkeys(candidate.points):
                if key in members:
                    members[key].append(child)
        # The scarcest point chooses first, or common ones would use up its few children.
        turns = sorted(members, key=lambda key: (len(members[key]), key))
        points = {key: DrawStage(f"{SAMPLED}:{key}", tuple(members[key]), {}, {}) for key in turns}
        margins = margins_of({child: people[child] for child in eligible}, plan)
        return cls(plan, people, DrawStage.of(TRACKED, eligible), points, margins)

    @property
    def quotas(self) -> dict[str, int]:
        """Return how many children each decision point should give."""
        return {point.key: point.children for point in self.plan.decision_points}


class Target:
    """The shares of groups that a balanced stage should come near to, in whole numbers over one denominator."""

    def __init__(self, field: Field, mixed: Iterable[tuple[DrawStage, int]]) -> None:
        """Mix the groups of stages, each with the weight of the children that it should give."""
        self._field = field
        parts = [(stage, weight) for stage, weight in mixed if stage.children and weight]
        # Over the least common multiple of the sizes every share is a whole number: floats would round unlike on two
        # machines, and of two candidate draws equally near another would be chosen (L4).
        common = lcm(*(len(stage.children) for stage, _ in parts))
        self._whole = common * sum(weight for _, weight in parts)
        self._aim: Counter[str] = Counter()
        for stage, weight in parts:
            for group, count in _counted(field, stage.children).items():
                self._aim[group] += count * weight * common // len(stage.children)

    def away(self, chosen: Sequence[str]) -> Fraction:
        """Return how far children are from the target: the squared differences of shares, summed over groups."""
        counts, size = _counted(self._field, chosen), max(len(chosen), 1)
        groups = self._aim.keys() | counts.keys()
        apart = sum((counts[group] * self._whole - self._aim[group] * size) ** 2 for group in groups)
        return Fraction(apart, max(self._whole * size, 1) ** 2)


def _counted(field: Field, children: Iterable[str]) -> Counter[str]:
    return Counter(group for child in children for group in field.people[child].groups)
