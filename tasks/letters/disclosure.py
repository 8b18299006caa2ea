"""Disclosure control: counts of 1 to 4 children are withheld, and the numbers from which they could be worked out."""

from collections.abc import Iterator

import polars as pl

from tasks.cohort.agency_facts import STATUSES
from tasks.cohort.frame import NOT_KNOWN_TO_COUNCIL
from tasks.letters.facts import Count, Numbers

SMALLEST_SHOWN = 5
# Statuses in the order in which people read them, gravest first; others follow by name.
_COUNCIL = "local_authority"
_STATUSES = (*STATUSES, NOT_KNOWN_TO_COUNCIL)
Grid = list[list[int | None]]
_Line = list[tuple[int, int]]


def numbers(frame: pl.DataFrame) -> Numbers:
    """Count a cohort frame's children by age band and plan status, and by agency, with small counts withheld.

    The table with its totals is treated as one grid: wherever a line has exactly one withheld number, the smallest
    other number above zero in that line is withheld too, until none can be worked out by subtraction.
    """
    ages = sorted(frame["age_band"].drop_nulls().unique().to_list(), key=_age_order)
    statuses = sorted(frame["plan_status"].drop_nulls().unique().to_list(), key=_status_order)
    counted = {(a, s): n for a, s, n in frame.group_by("age_band", "plan_status").len().iter_rows()}
    grid: Grid = [[counted.get((age, status), 0) for status in statuses] for age in ages]
    protected = withhold(_with_totals(grid))
    agencies = frame.select(pl.col("agencies").alias("agency")).explode("agency").drop_nulls()
    by_agency = agencies.group_by("agency").len().sort("agency")
    return Numbers(
        ages=tuple(ages),
        statuses=tuple(statuses),
        cells=tuple(tuple(row[:-1]) for row in protected[:-1]),
        age_totals=tuple(row[-1] for row in protected[:-1]),
        status_totals=tuple(protected[-1][:-1]),
        total=protected[-1][-1],
        agencies=tuple(_by_agency(dict(by_agency.iter_rows()), frame.height, _unknown_withheld(statuses, protected))),
    )


def _unknown_withheld(statuses: list[str], protected: Grid) -> bool:
    return NOT_KNOWN_TO_COUNCIL in statuses and protected[-1][statuses.index(NOT_KNOWN_TO_COUNCIL)] is None


def _by_agency(counted: dict[str, int], total: int, unknown_withheld: bool) -> Iterator[Count]:
    """Yield each agency's count, withheld where it, or the rest of the cohort, is few enough to recognise."""
    for name, number in counted.items():
        few = _shown(number) is None or _shown(total - number) is None
        # The council's count and the whole give the children whom the council does not know.
        yield Count(name, None if few or (name == _COUNCIL and unknown_withheld) else number)


def withhold(grid: Grid) -> Grid:
    """Withhold small counts of a grid whose last row and column are totals, then protect them from subtraction."""
    shown: Grid = [[_shown(n) for n in row] for row in grid]
    # Withholding a number in a row may leave its column with one alone, so lines are gone through until none has.
    while (cell := _exposing(grid, shown)) is not None:
        shown[cell[0]][cell[1]] = None
    return shown


def _with_totals(grid: Grid) -> Grid:
    rows: Grid = [[*row, sum(n or 0 for n in row)] for row in grid]
    width = len(rows[0]) if rows else 1
    return [*rows, [sum(row[n] or 0 for row in rows) for n in range(width)]]


def _shown(count: int | None) -> int | None:
    return None if count is None or 0 < count < SMALLEST_SHOWN else count


def _lines(grid: Grid) -> Iterator[_Line]:
    height, width = len(grid), len(grid[0])
    yield from ([(r, c) for c in range(width)] for r in range(height))
    yield from ([(r, c) for r in range(height)] for c in range(width))


def _exposing(grid: Grid, shown: Grid) -> tuple[int, int] | None:
    """Return the next cell to withhold: the smallest in a line with one withheld number that is not zero."""
    for line in _lines(grid):
        withheld = [(r, c) for r, c in line if shown[r][c] is None]
        others = [(r, c) for r, c in line if shown[r][c]]
        if len(withheld) == 1 and others:
            return min(others, key=lambda cell: (grid[cell[0]][cell[1]] or 0, cell))
    return None


def _age_order(band: str) -> tuple[int, str]:
    first = band.split("-")[0]
    return (int(first), band) if first.isdigit() else (-1, band)


def _status_order(status: str) -> tuple[int, str]:
    return (_STATUSES.index(status) if status in _STATUSES else len(_STATUSES), status)
