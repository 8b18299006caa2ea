"""The tracked children of a plan by margins once more, written from docs/sampling.md alone in plain Python.

It imports nothing of ours when it runs but the rest of the second implementation, so that another Python can run it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.tasks.sampling import reference as plain

if TYPE_CHECKING:
    Child = dict[str, Any]
    Due = dict[str, int]

_LETTERS = {"W": "White", "M": "Mixed", "A": "Asian or Asian British", "B": "Black or Black British", "C": "Other"}
_CODES = {"OOTH": "Other", "CHNE": "Other", "REFU": "Not stated", "NOBT": "Not stated"}


def _value(person: Child, column: str) -> str:
    if column != "ethnicity":
        return plain._word(person[column])
    code = (person[column] or "").strip().upper()
    if code in _CODES:
        return _CODES[code]
    return _LETTERS.get(code[:1], "Not stated") if len(code) == 4 else "Not stated"


class Minimums:
    """What of a plan's minimums holds together among the children who can be tracked."""

    def __init__(self, eligible: list[Child], plan: Any, present: list[str]) -> None:
        self.plan, self.eligible = plan, eligible
        named = [margin.by for margin in plan.margins]
        columns = named if "hidden" in named or plan.hidden_below else ["hidden", *named]
        self.columns = [column for column in columns if column in present]
        self.lacking = [column for column in columns if column not in present]
        self.groups = {p["child"]: [f"{c} / {_value(p, c)}" for c in self.columns] for p in eligible}
        self.sizes: dict[str, int] = {}
        for own in self.groups.values():
            for group in own:
                self.sizes[group] = self.sizes.get(group, 0) + 1
        self.homes = {
            p["child"]: p["child"] if p["household"] is None or not plan.one_per_household else p["household"]
            for p in eligible
        }
        self.mates: dict[str, list[str]] = {}
        for child, home in self.homes.items():
            self.mates.setdefault(home, []).append(child)
        self.places = min(plan.tracked, len(self.mates))
        self.claimed = max(self.places - plan.open_places, 0)
        self.asked = self._asked()
        self.kept: Due = {}
        for group, least in self.asked.items():
            number = min(least, self.sizes.get(group, 0))
            while number and not self.possible({**self.kept, group: number}, self.claimed, set()):
                number -= 1
            self.kept[group] = number

    def _asked(self) -> Due:
        asked: Due = {}
        hidden = self.sizes.get("hidden / yes", 0)
        if hidden and not self.plan.hidden_below:
            asked["hidden / yes"] = max(self.places * hidden // len(self.eligible), 1)
        for margin in self.plan.margins if self.eligible else ():
            if margin.by not in self.columns:
                continue
            for least in margin.minimums:
                group = f"{margin.by} / {least.group}"
                asked[group] = max(asked.get(group, 0), least.children)
            if margin.every is not None:
                of_margin = [g for g in self.sizes if g.startswith(f"{margin.by} / ")]
                large = [g for g in of_margin if self.sizes[g] >= margin.every]
                known = [g for g in large if g.partition(" / ")[2] not in ("unknown", "Not stated")]
                for group in sorted(known, key=lambda g: (-self.sizes[g], g)):
                    asked.setdefault(group, 1)
        return asked

    def less(self, due: Due, child: str) -> Due:
        """Return what is still due once a child is taken."""
        return {g: n - (g in self.groups[child]) for g, n in due.items() if n - (g in self.groups[child]) > 0}

    def possible(self, due: Due, places: int, used: set[str]) -> bool:
        """Return whether what is due can be met in so many places by children of households not used."""
        due = {g: n for g, n in due.items() if n}
        if not due:
            return True
        for column in self.columns:
            if sum(n for g, n in due.items() if g.startswith(f"{column} / ")) > places:
                return False
        scarce = min(due, key=lambda g: (self.sizes.get(g, 0), g))
        tried = set()
        for child, own in self.groups.items():
            home = self.homes[child]
            if scarce in own and home not in used:
                rest = self.less(due, child)
                kind = str(sorted(rest.items())), str(sorted(self.groups[mate] for mate in self.mates[home]))
                if kind not in tried:
                    tried.add(kind)
                    if self.possible(rest, places - 1, used | {home}):
                        return True
        return False

    def walk(self, order: list[Child], taken: plain._Taken) -> list[Child]:
        """Take each child down the order with whom all that is due can still be met."""
        due, used, refused = dict(self.kept), set[str](), set[str]()
        chosen: list[Child] = []
        for person in order:
            child = person["child"]
            if len(chosen) == self.places:
                break
            if self.homes[child] in used:
                continue
            rest = self.less(due, child)
            kind = str((sorted(rest.items()), sorted(self.groups[mate] for mate in self.mates[self.homes[child]])))
            if kind in refused:
                continue
            if self.possible(rest, self.places - len(chosen) - 1, used | {self.homes[child]}):
                taken.take(person)
                chosen.append(person)
                due, used, refused = rest, used | {self.homes[child]}, set()
            else:
                refused.add(kind)
        return chosen

    def shut_out(self) -> int:
        """Return how many children no sample can have."""
        return sum(
            not self.possible(self.less(self.kept, child), self.places - 1, {self.homes[child]})
            for child in self.groups
        )

    def reserves(self, chosen: list[Child], order: list[Child], taken: plain._Taken) -> list[Child]:
        """Take reserves for each place, the place that fewest could take first."""
        could = []
        for person in chosen:
            others = [other for other in chosen if other is not person]
            must = [
                g
                for g in self.groups[person["child"]]
                if sum(g in self.groups[o["child"]] for o in others) < self.kept.get(g, 0)
            ]
            fit = [p for p in order if p not in chosen and all(g in self.groups[p["child"]] for g in must)]
            could.append(fit)
        held: list[Child] = []
        for place in sorted(range(len(could)), key=lambda n: (len(could[n]), n)):
            held += taken.up_to(self.plan.tracked_reserves, could[place])
        return held


def tracked(
    eligible: list[Child], plan: Any, seed: str, taken: plain._Taken, present: list[str]
) -> tuple[list[plain.Got], list[plain.Got], Minimums]:
    """Return the chosen children and the reserves by rank, each with rank, child and stratum."""
    least = Minimums(eligible, plan, present)

    def once(ending: str, left: plain._Taken) -> list[Child]:
        return least.walk(plain._order(seed, f"tracked{ending}", eligible), left)

    ending, _ = plain._nearest(plan, taken, plain._shares(eligible, plan), once)
    chosen, order = once(ending, taken), plain._order(seed, f"tracked{ending}", eligible)
    ranks = {p["child"]: n for n, p in enumerate(order, 1)}
    spare = least.reserves(chosen, order, taken)
    got, reserve = (sorted((ranks[p["child"]], p["child"], "all") for p in part) for part in (chosen, spare))
    return got, reserve, least
