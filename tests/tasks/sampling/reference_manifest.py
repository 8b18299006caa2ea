"""A whole manifest once more, to the byte, written from docs/sampling.md alone in plain Python.

It imports nothing of ours when it runs but the rest of the second implementation, so that another Python can run it.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tests.tasks.sampling import reference as plain
from tests.tasks.sampling import reference_margins as margins

if TYPE_CHECKING:
    Child = dict[str, Any]

_WORDS = {
    "age_band": "age",
    "sex": "sex",
    "ethnicity": "ethnic group",
    "plan_status": "plan status",
    "police_risk": "police risk",
    "hidden": "hidden from the council",
    "disability": "disability",
    "marac": "heard by a Marac",
    "perpetrator_on_probation": "perpetrator on probation",
}


def _text(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "".join(_text(item) + "\x1f" for item in value)
    escaped = str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
    return escaped.replace("\x1f", "\\u")


def frame_digest(people: list[Child], columns: list[str]) -> str:
    """Return the digest of a frame."""
    names = sorted(columns)
    rows = sorted("\t".join(_text(person[name]) for name in names) for person in people)
    return hashlib.sha256("\n".join(["\t".join(names), *rows]).encode()).hexdigest()


def _children(number: int) -> str:
    return f"{number} {'child' if number == 1 else 'children'}"


def _tracked_sentences(plan: Any, shares: list[dict[str, Any]], children: int) -> list[str]:
    eligible, chosen = sum(s["children"] for s in shares), sum(s["chosen"] for s in shares)
    texts = []
    if eligible < children:
        texts.append(
            f"{_children(children - eligible)} of {children} known to fewer than {plan.agencies_minimum} agencies "
            "could not be tracked."
        )
    if chosen < plan.tracked:
        texts.append(f"{_children(chosen)} could be tracked of {plan.tracked} planned.")
        if eligible > chosen:
            lives = (
                "child who could be tracked lives" if eligible - chosen == 1 else "children who could be tracked live"
            )
            texts.append(f"{eligible - chosen} more {lives} with a child already chosen.")
    if chosen < plan.tracked_minimum:
        texts.append(f"That is below the lowest number that the theme allows, {plan.tracked_minimum}.")
    return texts


def _plural(number: int, single: str, several: str) -> str:
    return f"{number} {single if number == 1 else several}"


def _strata_sentences(plan: Any, shares: list[dict[str, Any]]) -> list[str]:
    texts, chosen = [], sum(s["chosen"] for s in shares)
    short = sum(s["places"] < min(plan.stratum_minimum, s["children"]) for s in shares)
    if short:
        texts.append(
            f"There are {_plural(len(shares), 'stratum', 'strata')} and {_plural(plan.tracked, 'place', 'places')}: "
            f"{_plural(short, 'stratum', 'strata')} got fewer than the minimum. The children's ranks decided which, so "
            "larger strata had the larger chance."
        )
    rest = (
        "Its other children live with a child already chosen."
        if chosen < plan.tracked
        else "Other strata got the rest."
    )
    return texts + [
        f"Stratum {s['stratum']} filled {s['chosen']} of its {_plural(s['places'], 'place', 'places')}. {rest}"
        for s in shares
        if s["chosen"] < s["places"]
    ]


def _margin_sentences(plan: Any, least: margins.Minimums) -> list[str]:
    texts = [
        f"The cohort does not say of any child: {_WORDS[c]}. Minimums for it could not be kept." for c in least.lacking
    ]
    for group, asked in least.asked.items():
        kept, size = least.kept[group], least.sizes.get(group, 0)
        if kept == asked:
            continue
        if kept == size:
            why = f"The cohort has no {'more such children' if kept else 'such child'} who can be tracked."
        else:
            places = _plural(least.claimed, "place", "places")
            why = f"More cannot be met together with the minimums before it in {places}."
        column, _, value = group.partition(" / ")
        texts.append(f"Minimum of {asked} for {_WORDS[column]} '{value}': {kept or 'none'} could be kept. {why}")
    if plan.hidden_below:
        why = plan.hidden_below.rstrip(".")
        texts.append(f"The plan lets hidden children be fewer than their share of the places: {why}.")
    if out := least.shut_out():
        who = "child who could be tracked has" if out == 1 else "children who could be tracked have"
        texts.append(f"{out} {who} no chance, because the minimums leave no place for them.")
    return texts


def _sampled_sentences(
    plan: Any, points: list[dict[str, Any]], members: dict[str, list[str]], chosen: dict[str, str], tracked: set[str]
) -> list[str]:
    labels, texts = {point.key: point.label for point in plan.decision_points}, []
    for share in (share for share in points if share["chosen"] < share["places"]):
        key = share["stratum"]
        rest = [child for child in members[key] if chosen.get(child) != key]
        elsewhere = sum(child in chosen for child in rest)
        is_tracked = sum(child in tracked for child in rest)
        home = len(rest) - elsewhere - is_tracked
        parts = []
        for number, single, several in (
            (is_tracked, "is tracked or in reserve", "are tracked or in reserve"),
            (elsewhere, "was drawn at another point", "were drawn at another point"),
            (home, "lives with a child already chosen", "live with a child already chosen"),
        ):
            if number:
                parts.append(f"{number} {single if number == 1 else several}")
        why = f", of whom {', '.join(parts[:-1])}{' and ' if len(parts) > 1 else ''}{parts[-1]}" if parts else ""
        texts.append(
            f"{labels[key]}: {_children(share['chosen'])} drawn of {share['places']} planned. "
            f"The cohort has {_children(share['children'])} at this point{why}."
        )
    return texts


def _tracked(
    people: list[Child], eligible: list[Child], plan: Any, seed: str, taken: plain._Taken, columns: list[str]
) -> tuple[list[plain.Got], list[plain.Got], dict[str, int], margins.Minimums | None]:
    """Name each child's stratum, and return chosen and reserves, the places of strata, and what is kept of minimums."""
    for person in people:
        person["stratum"] = " / ".join(plain._word(person[name]) for name in getattr(plan, "strata", ())) or "all"
    if plan.plan == "strata-1":
        got, spare = plain._tracked(people, plan, seed, taken)
        return got, spare, plain.places_of(people, plan, seed), None
    got, spare, least = margins.tracked(eligible, plan, seed, taken, columns)
    return got, spare, {"all": min(plan.tracked, len(eligible))}, least


def reference_manifest(
    people: list[Child],
    columns: list[str],
    plan_record: dict[str, Any],
    seed: str,
    theme: str,
    code_version: str,
    number: int = 1,
    without: tuple[str, ...] = (),
) -> bytes:
    """Return the bytes of the manifest of a draw."""
    plan = json.loads(json.dumps(plan_record), object_hook=lambda fields: SimpleNamespace(**fields))
    digest = frame_digest(people, columns)
    people = [dict(person) for person in people if person["child"] not in without]
    for person in people:
        person["agencies"] = sorted(set(person["agencies"] or []))
        person["decision_points"] = sorted(set(person["decision_points"] or []))
    taken = plain._Taken(plan)
    eligible = [p for p in people if len(p["agencies"]) >= plan.agencies_minimum]
    got, spare, places, least = _tracked(people, eligible, plan, seed, taken, columns)
    sets = least.groups if least else {}
    sampled, spares = plain._wider(people, plan, seed, taken)
    home = {p["child"]: p["child"] if p["household"] is None else p["household"] for p in people}
    members = {
        point.key: [p["child"] for p in people if point.key in p["decision_points"]] for point in plan.decision_points
    }
    sizes: dict[str, int] = {}
    for person in eligible:
        sizes[person["stratum"]] = sizes.get(person["stratum"], 0) + 1
    count: dict[tuple[str, str], int] = {}
    for part, found in (("tracked", got), ("sampled", sampled)):
        for _, _, stratum in found:
            count[part, stratum] = count.get((part, stratum), 0) + 1

    def row(label: str, part: str, role: str, drawn: tuple[int, str, str]) -> dict[str, Any]:
        rank, child, stratum = drawn
        size = sizes[stratum] if part == "tracked" else len(members[stratum])
        weight = round(size / count[part, stratum], 6) if role == "chosen" else None
        line = {"label": label, "child": child, "household": home[child], "set": part, "role": role, "rank": rank}
        groups = {"groups": sets[child]} if part == "tracked" and sets.get(child) else {}
        return {**line, "stratum": stratum, "weight": weight, **groups}

    rows = [row(f"T{n}", "tracked", "chosen", drawn) for n, drawn in enumerate(got, 1)]
    rows += [row(f"S{n}", "sampled", "chosen", drawn) for n, drawn in enumerate(sampled, 1)]
    both = [("tracked", drawn) for drawn in spare] + [("sampled", drawn) for drawn in spares]
    rows += [row(f"R{n}", part, "reserve", drawn) for n, (part, drawn) in enumerate(both, 1)]

    def share(part: str, stratum: str, children: int, places: int, chosen: int) -> dict[str, Any]:
        return {"set": part, "stratum": stratum, "children": children, "places": places, "chosen": chosen}

    strata = [share("tracked", h, sizes[h], places[h], count.get(("tracked", h), 0)) for h in sorted(sizes)]
    texts = _tracked_sentences(plan, strata, len(people))
    shares = list(strata)
    if least:
        held = [child for _, child, _ in got]
        shares += [
            share("tracked", g, n, least.kept.get(g, 0), sum(g in least.groups[c] for c in held))
            for g, n in sorted(least.sizes.items())
        ]
        texts += _margin_sentences(plan, least)
    else:
        texts += _strata_sentences(plan, strata)
    points = [
        share("sampled", point.key, len(members[point.key]), point.children, count.get(("sampled", point.key), 0))
        for point in plan.decision_points
    ]
    in_tracked = {child for _, child, _ in (*got, *spare)}
    texts += _sampled_sentences(plan, points, members, {c: key for _, c, key in sampled}, in_tracked)
    record = {
        "format": "jtai-sample-4",
        "draw": number,
        "without": sorted(without),
        "theme": theme,
        "plan": plan_record,
        "frame_digest": digest,
        "seed": seed,
        "seed_digest": hashlib.sha256(seed.encode()).hexdigest(),
        "code_version": code_version,
        "rows": rows,
        "shares": shares + points,
        "shortfalls": texts,
    }
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
