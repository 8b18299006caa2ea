"""What decisions do to a sample, once more, written from docs/sampling.md alone: lists, labels and nothing else."""

from dataclasses import dataclass, field
from typing import Any

from models.themes import SamplingPlan
from tasks.sampling import Decision, Kind
from tests.tasks.sampling.reference import reference_draw

Line = tuple[str, str, str, str, str, int]
"""Label, child, set, role, stratum, rank."""


class Refused(Exception):  # noqa: N818 - it is no fault
    """The rules do not allow the decision."""


@dataclass
class Ledger:
    """A sample as people change it."""

    people: list[dict[str, Any]]
    plan: SamplingPlan
    lines: list[Line]
    gone: dict[str, Line] = field(default_factory=dict)
    out: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    approved: str = ""

    def decide(self, one: Decision) -> None:
        """Take one decision, or refuse it and change nothing."""
        leaves = one.kind in (Kind.ELIMINATE, Kind.REPLACE) and one.child.startswith("S")
        if self.approved and not leaves:
            raise Refused
        if one.kind is Kind.APPROVE:
            tracked = [line for line in self.lines if line[2:4] == ("tracked", "chosen")]
            if len(tracked) < self.plan.tracked_minimum:
                self._need_two(one)
            self.approved = one.by
        elif one.kind is Kind.ELIMINATE:
            self._eliminate(one, self._line(one.child))
        elif one.kind is Kind.REPLACE:
            self._replace(one)
        else:
            self.out |= {line[1] for line in self.gone.values()}
            left = [dict(person) for person in self.people if person["child"] not in self.out]
            self.lines, self.gone, self.given = reference_draw(left, self.plan, one.new_seed), {}, set()

    def _line(self, label: str) -> Line:
        found = [line for line in self.lines if line[0] == label]
        if not found:
            raise Refused
        return found[0]

    def _need_two(self, one: Decision) -> None:
        if not one.second_approver or one.second_approver.lower() == one.by.lower():
            raise Refused

    def _eliminate(self, one: Decision, line: Line) -> None:
        self._need_two(one)
        self.lines.remove(line)
        self.gone[line[0]] = line

    def _replace(self, one: Decision) -> None:
        already = one.child in self.gone
        line = self.gone[one.child] if already else self._line(one.child)
        if line[3] != "chosen" or line[0] in self.given:
            raise Refused
        home = {person["child"]: person["household"] or person["child"] for person in self.people}
        held = {home[other[1]] for other in self.lines if other[3] == "chosen" and other[0] != line[0]}
        free = [
            other
            for other in self.lines
            if other[2:5] == (line[2], "reserve", line[4])
            and not (self.plan.one_per_household and home[other[1]] in held)
        ]
        if not free:
            raise Refused
        if not already:
            self._eliminate(one, line)
        next_one, letter = min(free, key=lambda other: int(other[0][1:])), line[0][0]
        used = [int(label[1:]) for label in [other[0] for other in self.lines] + [*self.gone] if label[0] == letter]
        self.lines.remove(next_one)
        self.lines.append((f"{letter}{max(used) + 1}", next_one[1], line[2], "chosen", line[4], next_one[5]))
        self.given.add(line[0])
