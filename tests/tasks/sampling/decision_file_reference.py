"""What decisions do to a sample, once more, written from docs/sampling.md alone: lists, labels and nothing else."""

from dataclasses import dataclass, field
from typing import Any

from models.themes import SamplingPlan
from tasks.sampling import Decision, DecisionKind
from tests.tasks.sampling import reference as plain
from tests.tasks.sampling.reference import reference_draw
from tests.tasks.sampling.reference_margins import Minimums

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
        leaves = one.kind in (DecisionKind.ELIMINATE, DecisionKind.REPLACE) and one.child.startswith("S")
        if self.approved and not leaves:
            raise Refused
        if one.kind is DecisionKind.APPROVE:
            tracked = [line for line in self.lines if line[2:4] == ("tracked", "chosen")]
            if len(tracked) < self.plan.tracked_minimum:
                self._need_two(one)
            self.approved = one.by
        elif one.kind is DecisionKind.ELIMINATE:
            self._eliminate(one, self._line(one.child))
        elif one.kind is DecisionKind.REPLACE:
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


@dataclass
class LedgerByMargins(Ledger):
    """The same of a sample by margins; it knows no redraw."""

    seed: str = ""
    given_up: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Work out what holds of the minimums, and the order in which children stand."""
        self.eligible = [p for p in self.people if len(set(p["agencies"] or [])) >= self.plan.agencies_minimum]
        self.least = Minimums(self.eligible, self.plan, list(self.people[0]))
        alone = self.plan.one_per_household
        self.mark = {p["child"]: (alone and p["household"]) or p["child"] for p in self.people}

    def _replace(self, one: Decision) -> None:
        self.given_up = []
        if one.child.startswith("S"):
            return super()._replace(one)
        already = one.child in self.gone
        line = self.gone[one.child] if already else self._line(one.child)
        if line[3] != "chosen" or line[0] in self.given:
            raise Refused
        if not already:
            self._need_two(one)
        due, groups = self._due(line), self.least.groups
        queue = self._reserves(line) + self._cohort(line)
        if not queue:
            raise Refused
        for group in due:
            # Whoever is of the group goes on, and if nobody is, everybody does.
            queue = [other for other in queue if group in groups[other[1]]] or queue
        best = queue[0]
        if not already:
            self._eliminate(one, line)
        used = [int(label[1:]) for label in [o[0] for o in self.lines] + [*self.gone] if label[0] == "T"]
        self.lines = [other for other in self.lines if other != best]
        self.lines.append((f"T{max(used) + 1}", best[1], "tracked", "chosen", "all", best[5]))
        self.given.add(line[0])
        self.given_up = [g for g in due if g not in groups[best[1]]]
        return None

    def _due(self, leaving: Line) -> list[str]:
        groups = self.least.groups
        empty = [line for label, line in self.gone.items() if label not in self.given]
        there = [o for o in (*self.lines, *empty) if o[2:4] == ("tracked", "chosen") and o[0] != leaving[0]]
        return [g for g in self.least.asked if sum(g in groups[o[1]] for o in there) < self.least.kept[g]]

    def _reserves(self, leaving: Line) -> list[Line]:
        held = {self.mark[o[1]] for o in self.lines if o[3] == "chosen" and o[0] != leaving[0]}
        fit = [o for o in self.lines if o[2:4] == ("tracked", "reserve") and self.mark[o[1]] not in held]
        return sorted(fit, key=lambda o: int(o[0][1:]))

    def _cohort(self, leaving: Line) -> list[Line]:
        out = {self.mark[o[1]] for o in (*self.lines, *self.gone.values(), leaving)}
        order = enumerate(plain._order(self.seed, "tracked", self.eligible), 1)
        return [("", p["child"], "tracked", "", "all", n) for n, p in order if self.mark[p["child"]] not in out]
