"""Disclosure control: no small count shown, and none that subtraction gives away."""

import itertools
import re
from dataclasses import replace
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tasks.letters import NO_NUMBERS, chart_svg, numbers, withhold
from tests.examples import examples
from tests.tasks.letters.made_up import cohort

_GRIDS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1, max_size=4)
)


def _totals(cells: list[list[int]]) -> list[list[int | None]]:
    rows: list[list[int | None]] = [[*row, sum(row)] for row in cells]
    columns = [sum(column) for column in zip(*cells, strict=True)]
    return [*rows, [*columns, sum(columns)]]


def _lines(grid: list[list[Any]]) -> list[list[Any]]:
    return [*grid, *(list(column) for column in zip(*grid, strict=True))]


@examples(300)
@given(cells=_GRIDS)
def test_no_small_count_is_shown_and_none_stands_alone_in_its_line(cells: list[list[int]]) -> None:
    grid = _totals(cells)
    shown = withhold(grid)
    flat = list(itertools.chain.from_iterable(shown))
    assert not any(n is not None and 0 < n < 5 for n in flat)
    for true, line in zip(_lines(grid), _lines(shown), strict=True):
        assert line.count(None) != 1 or not any(line)
        assert all(a == b for a, b in zip(true, line, strict=True) if b is not None)


def test_large_counts_are_all_shown() -> None:
    grid = _totals([[10, 20], [30, 40]])
    assert withhold(grid) == grid


def test_the_smallest_neighbours_go_with_a_small_count() -> None:
    made = numbers(cohort())
    assert made.withheld
    assert made.cells[0][0] is None
    assert sum(cell is None for row in made.cells for cell in row) == 4
    assert made.total == cohort().height
    assert made.ages == ("unborn", "0-1", "2-4", "5-7")


def test_the_councils_count_goes_where_it_would_give_away_the_hidden() -> None:
    statuses = ["early_help"] * 40 + ["not known to council"] * 3
    frame = pl.DataFrame({"age_band": ["0-1"] * 43, "plan_status": statuses}).with_columns(
        pl.when(pl.col("plan_status") == "early_help")
        .then(pl.lit(["local_authority"], dtype=pl.List(pl.String)))
        .otherwise(pl.lit(["police"], dtype=pl.List(pl.String)))
        .alias("agencies")
    )
    assert [(count.group, count.children) for count in numbers(frame).agencies] == [
        ("local_authority", None),
        ("police", None),
    ]


def test_nothing_to_count_is_nothing_withheld() -> None:
    assert not NO_NUMBERS.withheld
    assert not numbers(cohort().clear()).ages


def test_l4_the_chart_is_the_same_every_time_and_draws_no_withheld_count() -> None:
    made = numbers(cohort())
    drawn = chart_svg(made)
    assert drawn == chart_svg(made)
    bars = drawn.count('aria-roledescription="bar"')
    assert bars == sum(bool(cell) for row in made.cells for cell in row)


def test_l13_each_bar_says_how_many_groups_it_lacks() -> None:
    made = numbers(cohort())
    marks = re.findall(r">\+ (\d+) groups? withheld<", chart_svg(made))
    assert sorted(map(int, marks)) == sorted(row.count(None) for row in made.cells if None in row)
    whole = replace(made, cells=tuple(tuple(cell or 9 for cell in row) for row in made.cells))
    assert "withheld" not in chart_svg(whole)
