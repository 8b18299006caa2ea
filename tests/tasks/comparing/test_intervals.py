"""Shares with intervals: the published values of both formulas, and the laws that any pair of shares keeps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.comparing.intervals import (
    FEWEST,
    AnswerShare,
    ComparedShares,
    RoundChange,
    difference_in_words,
    share_in_words,
)
from tests.examples import examples

shares = st.integers(0, 400).flatmap(lambda of: st.integers(0, of).map(lambda good: AnswerShare(good, of)))


@pytest.mark.parametrize(
    ("good", "of", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_the_published_one(good: int, of: int, low: float, high: float) -> None:
    assert AnswerShare(good, of).interval == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10: the first share less the second.
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((0, 10), (0, 10), -0.2775, 0.2775),
    ],
)
def test_newcombes_interval_is_the_published_one(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    assert ComparedShares(AnswerShare(*other), AnswerShare(*one)).interval == pytest.approx((low, high), abs=5e-5)


@given(shares)
@examples(200)
def test_a_share_lies_in_its_interval_which_lies_between_nothing_and_all(share: AnswerShare) -> None:
    low, high = share.interval
    assert 0 <= low <= share.value <= high <= 1


@given(shares, shares)
@examples(200)
def test_what_is_better_one_way_is_worse_the_other(one: AnswerShare, other: AnswerShare) -> None:
    there, back = ComparedShares(one, other), ComparedShares(other, one)
    assert there.interval == pytest.approx((-back.interval[1], -back.interval[0]))
    turned = {RoundChange.BETTER: RoundChange.WORSE, RoundChange.WORSE: RoundChange.BETTER}
    assert back.change is turned.get(there.change, there.change)
    if there.change is RoundChange.BETTER:
        assert there.difference > 0


@given(shares)
@examples(100)
def test_the_same_again_is_no_change(share: AnswerShare) -> None:
    assert ComparedShares(share, share).change in {RoundChange.UNCLEAR, RoundChange.TOO_FEW}


def test_few_rows_say_nothing_and_many_say_it_with_their_interval() -> None:
    few = ComparedShares(AnswerShare(1, FEWEST - 1), AnswerShare(FEWEST - 1, FEWEST - 1))
    assert few.change is RoundChange.TOO_FEW
    assert difference_in_words(few) == ""
    many = ComparedShares(AnswerShare(60, 100), AnswerShare(75, 100))
    assert many.change is RoundChange.BETTER
    assert share_in_words(many.first) == "60% (50% to 69%), 60 of 100"
    assert difference_in_words(many) == "+15 points (2 to 27)"
    assert share_in_words(AnswerShare(0, 0)) == "no row"
