"""The draw once more, written from docs/sampling.md alone in plain Python: the two must always agree."""

import hashlib
import hmac
from typing import Any

from models.themes import SamplingPlan

Child = dict[str, Any]
Got = tuple[int, str, str]


class _Taken:
    """Children or households that can no longer be taken."""

    def __init__(self, plan: SamplingPlan) -> None:
        self._by_household = plan.one_per_household
        self._marks: set[str] = set()

    def take(self, person: Child) -> bool:
        mark = str(person["household"] or person["child"]) if self._by_household else str(person["child"])
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


def _tracked(people: list[Child], plan: SamplingPlan, seed: str, taken: _Taken) -> tuple[list[Got], list[Got]]:
    order = _order(seed, "tracked", [p for p in people if len(set(p["agencies"])) >= plan.agencies_minimum])
    strata: dict[str, list[Child]] = {}
    for person in order:
        strata.setdefault(person["stratum"], []).append(person)
    places = _places({h: len(strata[h]) for h in strata}, plan, [p["stratum"] for p in order])
    chosen: list[Child] = []
    for person in order:
        if places[person["stratum"]] > 0 and taken.take(person):
            places[person["stratum"]] -= 1
            chosen.append(person)
    chosen += taken.up_to(plan.tracked - len(chosen), order)
    got: list[Got] = []
    spare: list[Got] = []
    for h in sorted({p["stratum"] for p in chosen}):
        ranks = {p["child"]: n for n, p in enumerate(strata[h], 1)}
        got += sorted((ranks[p["child"]], p["child"], h) for p in chosen if p["stratum"] == h)
        spare += [(ranks[p["child"]], p["child"], h) for p in taken.up_to(plan.tracked_reserves, strata[h])]
    return got, spare


def _wider(people: list[Child], plan: SamplingPlan, seed: str, taken: _Taken) -> tuple[list[Got], list[Got]]:
    keys = [point.key for point in plan.decision_points]
    orders = {k: _order(seed, f"sampled:{k}", [p for p in people if k in p["decision_points"]]) for k in keys}
    quotas = {point.key: point.children for point in plan.decision_points}
    turns = sorted(keys, key=lambda k: (len(orders[k]), k))
    chosen = {k: taken.up_to(quotas[k], orders[k]) for k in turns}
    spare = {k: taken.up_to(plan.sampled_reserves, orders[k]) for k in turns}

    def numbered(held: dict[str, list[Child]]) -> list[Got]:
        return [(orders[k].index(p) + 1, p["child"], k) for k in keys for p in held[k]]

    return numbered(chosen), numbered(spare)
