"""Krippendorff's alpha against the worked examples that he published, and where it is not given at all."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.judging.agreement import LEAST, Level, agreement, alpha
from tests.examples import examples

# Computing Krippendorff's Alpha-Reliability (2011), example C: four observers, twelve units, missing data.
_OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


def units(*observers: str, codes: str = "") -> list[list[int]]:
    rows = [line.split() for line in observers]
    number = {code: place for place, code in enumerate(codes)} or {str(digit): digit for digit in range(10)}
    return [[number[cell] for cell in column if cell != "."] for column in zip(*rows, strict=True)]


@pytest.mark.parametrize(("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_the_published_example_with_missing_data_comes_out(level: Level, published: float) -> None:
    value = alpha(units(*_OBSERVERS), level)
    assert value is not None
    assert round(value, 3) == published


def test_the_published_examples_of_two_observers_come_out() -> None:
    binary = units("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
    five = units("a a b b d c c c e d d a", "b a b b b c c c e d d d", codes="abcde")
    assert round(alpha(binary, "nominal") or 0, 3) == 0.095
    assert round(alpha(five, "nominal") or 0, 3) == 0.692


def test_the_interval_is_as_wide_as_the_published_one_of_the_same_example() -> None:
    # Gwet, K., irrCAC, `krippen.alpha.raw(cac.raw4raters)`, the same twelve units: 0.74342, interval (0.423, 1), worked
    # out by a formula and not by drawing again.
    result = agreement(units(*_OBSERVERS), "nominal")
    assert result.things == 11
    assert (result.alpha, result.low, result.high) == pytest.approx((0.74342, 0.423, 1), abs=0.01)


def test_full_agreement_is_one_and_its_interval_too() -> None:
    result = agreement([(0, 0), (1, 1), (2, 2)] * 4)
    assert (result.alpha, result.low, result.high, result.why) == (1.0, 1.0, 1.0, "")


def test_where_judgements_cannot_carry_it_there_is_none_and_a_reason() -> None:
    nothing, alike = agreement([(1,), (2,)]), agreement([(1, 1)] * 20)
    assert (nothing.alpha, nothing.things, nothing.why) == (
        None,
        0,
        "No child and area has been judged by 2 inspectors yet.",
    )
    assert alike.alpha is None
    assert "cannot be told from chance" in alike.why
    few = agreement([(0, 1), (2, 2)])
    assert few.alpha is not None
    assert few.low is None
    assert f"needs {LEAST} children" in few.why
    rare = agreement([(1, 1)] * 20 + [(1, 2)])
    assert rare.alpha is not None
    assert rare.low is None
    assert "too few" in rare.why


@examples(30)
@given(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=4), min_size=8, max_size=40), st.randoms())
def test_l4_the_order_of_things_and_inspectors_changes_nothing_and_alpha_lies_in_its_interval(
    given: list[list[int]], chance: random.Random
) -> None:
    mixed = [chance.sample(unit, len(unit)) for unit in given]
    chance.shuffle(mixed)
    first, second = agreement(given), agreement(mixed)
    assert first == second
    if first.low is not None and first.high is not None:
        assert first.low <= first.high <= 1


@examples(60)
@given(st.lists(st.lists(st.integers(0, 1), min_size=2, max_size=3), min_size=1, max_size=20))
def test_on_two_codes_all_levels_are_the_same(given: list[list[int]]) -> None:
    values = [alpha(given, level) for level in ("nominal", "ordinal", "interval")]
    assert len({None if value is None else round(value, 9) for value in values}) == 1
