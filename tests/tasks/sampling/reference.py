"""The draw once more, written from docs/sampling.md alone in plain Python: the two must always agree.

It imports nothing of ours when it runs, so that another Python can run it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.themes import SamplingPlan

    Child = dict[str, Any]
    Got = tuple[int, str, str]


class _Taken:
    """Children or households that can no longer be taken."""

    def __init__(self, plan: SamplingPlan) -> None:
        self._by_household = plan.one_per_household
        self._marks: set[str] = set()

    def copy(self, plan: SamplingPlan) -> _Taken:
        other = _Taken(plan)
        other._marks = set(self._marks)
        return other

    def take(self, person: Child) -> bool:
        home = person["child"] if person["household"] is None else person["household"]
        mark = str(home if self._by_household else person["child"])
        if mark in self._marks:
            return False
        self._marks.add(mark)
        return True

    def up_to(self, wanted: int, order: list[Child]) -> list[Child]:
        held: list[Child] = []
        for person in order:
            if len(held) < wanted and self.take(person):
                held.append(person)
        return held


def _order(seed: str, stage: str, people: list[Child]) -> list[Child]:
    def key(person: Child) -> tuple[bytes, str]:
        message = f"{stage}|{person['child']}".encode()
        return hmac.new(seed.encode(), message, hashlib.sha256).digest(), person["child"]

    return sorted(people, key=key)


def _word(value: object) -> str:
    if value is None:
        return "unknown"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _in_rounds(least: dict[str, int], places: int, order: list[str]) -> dict[str, int]:
    given = dict.fromkeys(least, 0)
    turns = list(dict.fromkeys(order))
    turn = 0
    while places:
        stratum = turns[turn % len(turns)]
        if given[stratum] < least[stratum]:
            given[stratum] += 1
            places -= 1
        turn += 1
    return given


def _places(sizes: dict[str, int], plan: SamplingPlan, order: list[str]) -> dict[str, int]:
    given = {h: min(plan.stratum_minimum, n) for h, n in sizes.items()}
    left = plan.tracked - sum(given.values())
    if left < 0:
        return _in_rounds(given, plan.tracked, order)
    still = {h for h in sizes if given[h] < sizes[h]}
    while left and still:
        total = sum(sizes[h] for h in still)
        exhausted = {h for h in still if left * sizes[h] // total >= sizes[h] - given[h]}
        if not exhausted:
            return _by_remainder(sizes, given, left, still)
        left -= sum(sizes[h] - given[h] for h in exhausted)
        given.update({h: sizes[h] for h in exhausted})
        still -= exhausted
    return given


def _by_remainder(sizes: dict[str, int], given: dict[str, int], left: int, still: set[str]) -> dict[str, int]:
    total = sum(sizes[h] for h in still)
    shares = {h: left * sizes[h] // total for h in still}
    for h in sorted(still, key=lambda h: (-(left * sizes[h] % total), h))[: left - sum(shares.values())]:
        shares[h] += 1
    return {h: n + shares.get(h, 0) for h, n in given.items()}


def reference_draw(people: list[Child], plan: SamplingPlan, seed: str) -> list[tuple[str, str, str, str, str, int]]:
    """Return (label, child, set, role, stratum, rank) of every row."""
    taken = _Taken(plan)
    for person in people:
        person["stratum"] = " / ".join(_word(person[name]) for name in plan.strata) or "all"
    tracked, reserves = _tracked(people, plan, seed, taken)
    sampled, spares = _wider(people, plan, seed, taken)
    rows = [(f"T{n}", c, "tracked", "chosen", h, r) for n, (r, c, h) in enumerate(tracked, 1)]
    rows += [(f"S{n}", c, "sampled", "chosen", h, r) for n, (r, c, h) in enumerate(sampled, 1)]
    both = [("tracked", *x) for x in reserves] + [("sampled", *x) for x in spares]
    return rows + [(f"R{n}", c, part, "reserve", h, r) for n, (part, r, c, h) in enumerate(both, 1)]


_BROAD = {"WBRI": "White", "ABAN": "Asian or Asian British", "unknown": "Not stated"}


def _groups(person: Child, column: str) -> list[tuple[str, str]]:
    value = person[column]
    if column == "ethnicity":
        value = _BROAD[value]
    return [(column, str(one)) for one in (sorted(set(value)) if isinstance(value, list) else [_word(value)])]


def _shares(people: list[Child], plan: SamplingPlan) -> dict[tuple[str, str], Fraction]:
    shares: dict[tuple[str, str], Fraction] = {}
    for person in people:
        for column in plan.balance.by if plan.balance else ():
            for group in _groups(person, column):
                shares[group] = shares.get(group, Fraction()) + Fraction(1, len(people))
    return shares


def _nearest(
    plan: SamplingPlan,
    taken: _Taken,
    wanted: dict[tuple[str, str], Fraction],
    once: Callable[[str, _Taken], list[Child]],
) -> tuple[str, _Taken]:
    """Return the ending of the stage's name and what is taken after it, for the candidate draw nearest to `wanted`."""
    best: tuple[Fraction, str, _Taken] | None = None
    for number in range(1, (plan.balance.candidates if plan.balance else 1) + 1):
        ending, left = ("" if number == 1 else f"#{number}"), taken.copy(plan)
        got = _shares(once(ending, left), plan)
        away = sum(((got.get(g, Fraction()) - wanted.get(g, Fraction())) ** 2 for g in {*got, *wanted}), Fraction())
        if best is None or away < best[0]:
            best = (away, ending, left)
    assert best
    return best[1], best[2]


def _tracked_once(plan: SamplingPlan, order: list[Child], taken: _Taken) -> list[Child]:
    sizes: dict[str, int] = {}
    for person in order:
        sizes[person["stratum"]] = sizes.get(person["stratum"], 0) + 1
    places = _places(sizes, plan, [p["stratum"] for p in order])
    chosen: list[Child] = []
    for person in order:
        if places[person["stratum"]] > 0 and taken.take(person):
            places[person["stratum"]] -= 1
            chosen.append(person)
    return chosen + taken.up_to(plan.tracked - len(chosen), order)


def places_of(people: list[Child], plan: SamplingPlan, seed: str) -> dict[str, int]:
    """Return the places of each stratum in the candidate draw that counts."""
    eligible = [p for p in people if len(set(p["agencies"])) >= plan.agencies_minimum]

    def once(ending: str, left: _Taken) -> list[Child]:
        return _tracked_once(plan, _order(seed, f"tracked{ending}", eligible), left)

    ending, _ = _nearest(plan, _Taken(plan), _shares(eligible, plan), once)
    order = [p["stratum"] for p in _order(seed, f"tracked{ending}", eligible)]
    return _places({stratum: order.count(stratum) for stratum in sorted(order)}, plan, order)


def _tracked(people: list[Child], plan: SamplingPlan, seed: str, taken: _Taken) -> tuple[list[Got], list[Got]]:
    eligible = [p for p in people if len(set(p["agencies"])) >= plan.agencies_minimum]

    def once(ending: str, left: _Taken) -> list[Child]:
        return _tracked_once(plan, _order(seed, f"tracked{ending}", eligible), left)

    ending, _ = _nearest(plan, taken, _shares(eligible, plan), once)
    chosen, order = once(ending, taken), _order(seed, f"tracked{ending}", eligible)
    got: list[Got] = []
    spare: list[Got] = []
    for h in sorted({p["stratum"] for p in chosen}):
        stratum = [p for p in order if p["stratum"] == h]
        ranks = {p["child"]: n for n, p in enumerate(stratum, 1)}
        got += sorted((ranks[p["child"]], p["child"], h) for p in chosen if p["stratum"] == h)
        spare += [(ranks[p["child"]], p["child"], h) for p in taken.up_to(plan.tracked_reserves, stratum)]
    return got, spare


def _wider(people: list[Child], plan: SamplingPlan, seed: str, taken: _Taken) -> tuple[list[Got], list[Got]]:
    keys = [point.key for point in plan.decision_points]
    members = {k: [p for p in people if k in p["decision_points"]] for k in keys}
    quotas = {point.key: point.children for point in plan.decision_points}
    turns = sorted(keys, key=lambda k: (len(members[k]), k))

    def orders(ending: str) -> dict[str, list[Child]]:
        return {k: _order(seed, f"sampled:{k}{ending}", members[k]) for k in keys}

    def once(ending: str, left: _Taken) -> dict[str, list[Child]]:
        found = orders(ending)
        return {k: left.up_to(quotas[k], found[k]) for k in turns}

    given = {k: min(quotas[k], len(members[k])) for k in keys}
    wanted: dict[tuple[str, str], Fraction] = {}
    for k in keys:
        for group, share in _shares(members[k], plan).items():
            wanted[group] = wanted.get(group, Fraction()) + share * Fraction(given[k], max(sum(given.values()), 1))
    ending, _ = _nearest(plan, taken, wanted, lambda e, left: [p for part in once(e, left).values() for p in part])
    ordered, chosen = orders(ending), once(ending, taken)
    spare = {k: taken.up_to(plan.sampled_reserves, ordered[k]) for k in turns}

    def numbered(held: dict[str, list[Child]]) -> list[Got]:
        return [(ordered[k].index(p) + 1, p["child"], k) for k in keys for p in held[k]]

    return numbered(chosen), numbered(spare)
