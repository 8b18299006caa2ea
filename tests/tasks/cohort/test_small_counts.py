"""No page gives a count from 1 to 4 away: not shown, not by what a line shows, not by the difference of two tables."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.cohort.small_counts import in_words, line, rounded


@pytest.mark.parametrize(
    ("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (412, 410)]
)
def test_counts_are_rounded_to_5_and_small_ones_withheld(count: int, shown: int | None) -> None:
    assert rounded(count) == shown


def test_counts_are_read_with_separators() -> None:
    assert (in_words(None), in_words(12_345)) == ("withheld", "12,345")


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ((3, 400, 12), (None, 400, 10)),
        ((0, 400, 12), (0, 400, 10)),
        # 5 of 6 children in one group: whoever reads 5 and 5 knows that the other group has at most 2.
        ((5, 1), (None, None)),
        # Five groups of one child each, of 5 to 7: none can have four.
        ((1, 1, 1, 1, 1), (None,) * 5),
        ((), ()),
    ],
)
def test_what_would_give_a_small_part_away_is_withheld_too(parts: tuple[int, ...], shown: tuple[int | None]) -> None:
    assert line(parts, sum(parts)) == shown


@pytest.mark.parametrize(("part", "total", "shown"), [(400, 402, 400), (5, 7, None), (398, 402, 400), (400, 400, 400)])
def test_a_part_that_would_give_the_rest_away_is_withheld(part: int, total: int, shown: int | None) -> None:
    assert line([part], total, unshown=total - part) == (shown,)


def possible(shown: int | None) -> list[int]:
    """Return the counts that a reader thinks possible, as far as they matter here."""
    return list(range(1, 40)) if shown is None else [count for count in range(40) if rounded(count) == shown]


def reader_knows(parts: list[int]) -> list[set[int]]:
    """Return for each part what a reader of a line finds possible, by trying every table that would be shown so."""
    shown, total = line(parts, sum(parts)), rounded(sum(parts))
    every = [table for table in product(*(possible(part)[:12] for part in shown)) if sum(table) in possible(total)]
    return [{table[place] for table in every} for place in range(len(parts))]


@given(st.lists(st.integers(0, 11), min_size=1, max_size=3))
def test_a_reader_who_tries_every_table_never_rules_out_one_of_four_values(parts: list[int]) -> None:
    if line(parts, sum(parts)) == (None,) * len(parts):
        return
    for part, values in zip(parts, reader_knows(parts), strict=True):
        assert not 0 < part < 5 or values >= {1, 2, 3, 4}


@given(st.integers(0, 500), st.integers(0, 500))
def test_two_tables_of_the_same_children_are_never_subtracted_to_a_small_count(before: int, now: int) -> None:
    first, second = rounded(before), rounded(now)
    if first is not None and second is not None:
        assert abs(first - second) not in range(1, 5)
        # What the difference can be in truth is never fewer than nine values wide, but at zero.
        widths = [1 if count == 0 else min(count + 2, 500) - max(5, count - 2) for count in (first, second)]
        assert sum(widths) >= 2 or first == second == 0
