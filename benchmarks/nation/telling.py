"""What a year came to, in figures and as lines: growth, cost from the first inspection to the last, who missed what."""

from collections import defaultdict
from collections.abc import Iterable
from statistics import fmean, median
from typing import Any

from benchmarks.figures import Figure
from benchmarks.nation.measures import Spent
from benchmarks.nation.year import Notes, spent_by

FLAT = 1.1
_MIB = 1 << 20


def costs(notes: Notes) -> dict[int, tuple[str, Spent]]:
    """Return by number of the inspection its theme and what it cost, for those that came to their end."""
    by_number: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for each in notes.steps:
        by_number[each["number"]].append(each)
    whole = {number: steps for number, steps in by_number.items() if any(step["title"] == "Closed" for step in steps)}
    return {
        number: (steps[0]["theme"], spent_by([step for step in steps if step["counts"]]))
        for number, steps in sorted(whole.items())
    }


def flatness(costs: dict[int, tuple[str, Spent]], of: str) -> float | None:
    """Return what the last inspections cost in relation to the first, each against those of its own theme.

    The first third is compared with the last, by the median in each theme, as one inspection's noise is no growth;
    None where no theme has inspections in both.

    Args:
        costs: of each inspection, by its number.
        of: which cost: `cpu`, or `queries`.
    """
    numbers = sorted(costs)
    third = max(1, len(numbers) // 3)
    first, last = _by_theme(costs, numbers[:third], of), _by_theme(costs, numbers[-third:], of)
    ratios = [median(last[theme]) / median(first[theme]) for theme in first.keys() & last.keys()]
    return fmean(ratios) if ratios and len(numbers) > 1 else None


def _by_theme(costs: dict[int, tuple[str, Spent]], numbers: Iterable[int], of: str) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for number in numbers:
        theme, spent = costs[number]
        found[theme].append(float(getattr(spent, of)))
    return found


def growth(notes: Notes) -> dict[str, float]:
    """Return what an inspection adds to each table, to the store, to the audit, and says to Prefect."""
    before, last = notes.months[0], notes.months[-1]
    inspections = last["inspections"] - before["inspections"]
    found = {"audit entries": (last["audit"] - before["audit"]) / inspections}
    for name, now in last["tables"].items():
        then = before["tables"].get(name, {"rows": 0, "bytes": 0})
        found[f"table {name} rows"] = (now["rows"] - then["rows"]) / inspections
        found[f"table {name} KiB"] = (now["bytes"] - then["bytes"]) / inspections / 1024
    for kind, now in last["store"].items():
        then = before["store"].get(kind, {"objects": 0, "bytes": 0})
        found[f"store {kind} objects"] = (now["objects"] - then["objects"]) / inspections
        found[f"store {kind} MiB"] = (now["bytes"] - then["bytes"]) / inspections / _MIB
    found["calls of Prefect's API"] = sum(each["calls"] for each in notes.steps) / inspections
    found["events for Prefect"] = sum(each["events"] for each in notes.steps) / inspections
    return {name: round(value, 3) for name, value in found.items() if value}


def figures(notes: Notes) -> list[Figure]:
    """Return the figures of a year that ended."""
    found = costs(notes)
    whole = [spent for _, spent in found.values()]
    listed = [
        Figure(f"{label} of the last inspections / the first", ratio, "x", FLAT)
        for label, of in (("processor seconds", "cpu"), ("queries", "queries"))
        if (ratio := flatness(found, of)) is not None
    ]
    if whole:
        note = f"{len(whole)} inspections; {_parts(whole)}"
        listed.append(Figure("processor seconds an inspection", fmean(each.cpu for each in whole), "s", 30, note=note))
        listed.append(Figure("queries an inspection", fmean(each.queries for each in whole), "", 20_000))
    return listed


def _parts(whole: list[Spent]) -> str:
    names = ("own", "children", "postgres", "store")
    return ", ".join(f"{name} {fmean(getattr(each, name) for each in whole):.1f} s" for name in names)


def runs(notes: Notes) -> list[str]:
    """Return what each run of the clock cost by how many inspections were live."""
    lines = []
    by_live: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    for day in notes.days:
        for deployment, spent in day["runs"].items():
            cpu = sum(spent[name] for name in ("own", "children", "postgres", "store"))
            by_live[deployment].append((day["live"], cpu, spent["queries"]))
    for deployment, rows in sorted(by_live.items()):
        most = max(live for live, _, _ in rows)
        full = [row for row in rows if row[0] >= 0.8 * most]
        live, cpu, queries = (fmean(column) for column in zip(*full, strict=True))
        lines.append(
            f"{deployment}: {cpu:.2f} s and {queries:,.0f} queries with {live:.0f} live inspections, "
            f"{1000 * cpu / max(live, 1):.0f} ms and {queries / max(live, 1):.0f} queries each"
        )
    return lines


def steps(notes: Notes) -> list[str]:
    """Return what each step costs on average, the dearest first."""
    by_title: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in notes.steps:
        by_title[each["title"]].append(each)
    spent = {title: spent_by(rows) for title, rows in by_title.items()}
    dearest = sorted(spent.items(), key=lambda pair: -pair[1].cpu / len(by_title[pair[0]]))
    return [
        f"{title}: {cost.cpu / len(by_title[title]):.2f} s, {cost.queries / len(by_title[title]):,.0f} queries"
        for title, cost in dearest
    ]
