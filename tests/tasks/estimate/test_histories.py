"""Which lists hold whom, and what comes of it where links are in doubt; in any order of rows (L4)."""

import numpy as np
import polars as pl
import pytest

from tasks.estimate.histories import Histories, Memberships, Pairs, histories, relinked


def memberships(rows: list[tuple[str, str, float, bool]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=Memberships.schema, orient="row")


def pairs(*rows: tuple[str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=Pairs.schema, orient="row")


ROWS = [
    ("a", "health", 1.0, True),
    ("a", "police", 0.9, True),
    ("b", "police", 1.0, True),
    ("c", "council", 1.0, True),
    ("c", "health", 0.99, True),
    ("d", "council", 1.0, False),
]


def test_a_child_is_in_the_cell_of_the_lists_that_hold_it() -> None:
    given = histories(memberships(ROWS), Pairs.empty())
    assert given.lists == ("council", "health", "police")
    assert given.table.tolist() == [0, 0, 0, 1, 1, 0, 1, 0]


def test_l4_the_order_of_rows_means_nothing() -> None:
    doubted = pairs(("a", "b", 0.5), ("c", "d", 0.5))
    backwards = histories(memberships(ROWS[::-1]), doubted[::-1])
    forwards = histories(memberships(ROWS), doubted)
    assert (backwards.loose, backwards.pairs, backwards.masks.tolist()) == (
        (forwards.loose, forwards.pairs, forwards.masks.tolist())
    )


def test_the_surest_record_is_the_child_and_the_others_hang_from_it() -> None:
    given = histories(memberships(ROWS), Pairs.empty())
    assert given.loose == ((0, 2, 0.9), (2, 1, 0.99))


def settled(given: Histories) -> np.ndarray:
    return relinked(given, 400, np.random.default_rng(3))


def test_two_children_who_may_be_one_are_sometimes_one() -> None:
    rows = [("a", "health", 1.0, True), ("b", "police", 1.0, True)]
    tables = settled(histories(memberships(rows), pairs(("a", "b", 0.5))))
    # Either one child in both lists, or one in each.
    assert {tuple(table) for table in tables} == {(0, 0, 0, 1), (0, 1, 1, 0)}
    assert tables[:, 3].mean() == pytest.approx(0.5, abs=0.08)


def test_what_a_person_said_is_settled() -> None:
    rows = [("a", "health", 1.0, True), ("b", "police", 1.0, True)]
    tables = settled(histories(memberships(rows), pairs(("a", "b", 1.0))))
    assert {tuple(table) for table in tables} == {(0, 0, 0, 1)}


def test_a_record_that_may_be_anothers_is_sometimes_a_child_of_its_own() -> None:
    rows = [("a", "health", 1.0, True), ("a", "police", 0.7, True)]
    tables = settled(histories(memberships(rows), Pairs.empty()))
    assert {tuple(table) for table in tables} == {(0, 0, 0, 1), (0, 1, 1, 0)}
    assert tables[:, 3].mean() == pytest.approx(0.7, abs=0.08)


def test_a_child_outside_the_cohort_counts_only_as_part_of_one_inside() -> None:
    rows = [("a", "health", 1.0, True), ("d", "police", 1.0, False), ("e", "police", 1.0, False)]
    given = histories(memberships(rows), pairs(("a", "d", 0.5)))
    assert given.table.sum() == 1
    assert {tuple(table) for table in settled(given)} == {(0, 0, 0, 1), (0, 1, 0, 0)}


def test_three_who_may_be_one_become_one_child() -> None:
    rows = [(child, name, 1.0, True) for child, name in zip("abc", ("council", "health", "police"), strict=True)]
    given = histories(memberships(rows), pairs(("a", "b", 1.0), ("b", "c", 1.0), ("a", "c", 1.0)))
    assert {tuple(table) for table in settled(given)} == {(0, 0, 0, 0, 0, 0, 0, 1)}
