"""What a reader can work out of small counts: tables withheld by the rule of thumb before, and by the engine now.

Tables are skewed as those of real areas are: a few groups hold most children, and many hold 1 to 4 or none.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure
from tasks.disclosure.attack import ranges
from tasks.disclosure.protecting import protect
from tasks.disclosure.tables import VALUES, Cell, Method, Publication, Published, Relation, Shown, Table

TABLES = 3_000
_AGES, _STATUSES = range(3, 6), range(3, 10)
_CHILDREN = (60, 150, 400, 1_200)
Rows = list[list[int]]
Protect = Callable[[Table], Published]


def skewed(seed: int) -> Rows:
    """Return a made-up area's children by age and plan status."""
    rng = random.Random(seed)  # noqa: S311 - made-up counts
    height, width = rng.choice(_AGES), rng.choice(_STATUSES)
    ages = [rng.paretovariate(1.2) for _ in range(height)]
    statuses = [rng.paretovariate(0.8) for _ in range(width)]
    rows = [[0] * width for _ in range(height)]
    for _ in range(rng.choice(_CHILDREN)):
        age = rng.choices(range(height), ages)[0]
        rows[age][rng.choices(range(width), statuses)[0]] += 1
    return rows


def table_of(rows: Rows) -> Table:
    """Return rows with their totals, as the letter has them."""
    height, width = range(len(rows)), range(len(rows[0]))
    inner = [Cell(f"{i:02}&{j:02}", rows[i][j]) for i in height for j in width]
    down = [Cell(f"{i:02}", sum(rows[i]), weight=3) for i in height]
    across = [Cell(f"&{j:02}", sum(row[j] for row in rows), weight=3) for j in width]
    relations = (
        *(Relation(f"{i:02}", tuple(f"{i:02}&{j:02}" for j in width)) for i in height),
        *(Relation(f"&{j:02}", tuple(f"{i:02}&{j:02}" for i in height)) for j in width),
        Relation("all", tuple(cell.id for cell in down)),
        Relation("all", tuple(cell.id for cell in across)),
    )
    return Table("skewed", (*inner, *down, *across, Cell("all", sum(map(sum, rows)), weight=10)), relations)


def by_rule_of_thumb(table: Table) -> Published:
    """Withhold as letters did: wherever a line has one withheld number, the smallest other above zero goes too."""
    counts = {cell.id: cell.count for cell in table.cells}
    shown: dict[str, Shown] = {cell.id: None if cell.small else cell.count for cell in table.cells}
    while (cell := _exposing(table.relations, counts, shown)) is not None:
        shown[cell] = None
    return Published(table.name, shown, relations=table.relations, least=1)


def _exposing(relations: Sequence[Relation], counts: dict[str, int], shown: dict[str, Shown]) -> str | None:
    for relation in relations:
        line = (*relation.parts, relation.whole)
        others = [cell for cell in line if shown[cell]]
        if sum(shown[cell] is None for cell in line) == 1 and others:
            return min(others, key=lambda cell: (counts[cell], cell))
    return None


@dataclass(slots=True)
class Attacked:
    """What an attack on many tables came to.

    Attributes:
        exact: tables that give a count of 1 to 4 away exactly.
        narrowed: hidden counts that keep fewer than 4 values.
        hidden: hidden counts in all.
        withheld: withheld cells.
        seconds: of the processor that each table took to be protected, without the attack of the measurement.
    """

    exact: int = 0
    narrowed: int = 0
    hidden: int = 0
    withheld: int = 0
    seconds: list[float] = field(default_factory=list)


def attacked(way: Protect, tables: int) -> Attacked:
    """Protect so many tables, and attack each as a reader could."""
    outcome = Attacked()
    for seed in range(tables):
        table = table_of(skewed(seed))
        began = time.process_time()
        published = way(table)
        outcome.seconds.append(time.process_time() - began)
        small = {cell.id for cell in table.cells if cell.small}
        found = ranges([published])
        outcome.exact += any(found[cell][0] == found[cell][1] for cell in small & found.keys())
        outcome.narrowed += sum(most - least + 1 < VALUES for least, most in found.values())
        outcome.hidden += len(found)
        outcome.withheld += sum(number is None for number in published.shown.values())
    return outcome


def by_engine(method: Method) -> Protect:
    """Return the engine's way, with its own attack and all."""
    return lambda table: protect(Publication(table.name, method, (table,))).published


def figures(_folder: Path, *, quick: bool) -> list[Figure]:
    """Attack tables by the rule of thumb and by both ways of the engine, in one run."""
    tables = TABLES // 20 if quick else TABLES
    ways: list[tuple[str, Protect, bool]] = [
        ("rule of thumb", by_rule_of_thumb, False),
        ("engine, withheld", by_engine(Method.WITHHOLD), True),
        ("engine, rounded", by_engine(Method.ROUND), True),
    ]
    return [figure for name, way, ours in ways for figure in _figures(name, attacked(way, tables), tables, ours)]


def _figures(name: str, outcome: Attacked, tables: int, ours: bool) -> Iterator[Figure]:
    place, anything = f"disclosure by {name}", 1e9
    share = outcome.exact / tables
    yield Figure(f"{place}: tables that give a small count away", share, "", 0 if ours else 1, note=f"{tables} tables")
    note = f"{outcome.hidden} hidden, {outcome.withheld} withheld"
    yield Figure(f"{place}: hidden counts below 4 values", outcome.narrowed, "", 0 if ours else anything, note=note)
    middle = f"median {median(outcome.seconds):.3f} s"
    yield Figure(f"{place}: slowest table", max(outcome.seconds), "s", 1 if ours else anything, note=middle)
