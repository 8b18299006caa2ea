"""What the estimate says: plain, with its limits, and with no count from 1 to 4."""

import json
import re

import pytest

from tasks.estimate.estimating import Estimate, Interval, NoEstimate
from tasks.estimate.wording import (
    as_json,
    bound_in_sentence,
    cautions,
    in_sentence,
    lists_in_words,
    put_together_in_words,
    shown_alone,
)

LISTS = (("health", 230), ("local_authority", 3), ("marac+police", 169))
MADE = Estimate(LISTS, 317, 265, unseen=Interval(98, 143, 211), at_least=77, fit=0.4, pairs=16, loose=3)


def test_the_range_is_rounded_and_says_how_often_it_is_right() -> None:
    assert in_sentence(MADE) == (
        "Between 100 and 210 children are probably in none of the lists. The middle of the range is 145. If the "
        "assumptions hold, 95 of 100 such ranges hold the true number."
    )


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (
            Interval(0, 3, 20),
            "Up to 20 children are probably in none of the lists. The middle of the range is fewer than 5.",
        ),
        (Interval(0, 0, 3), "Probably fewer than 5 children are in none of the lists."),
        (Interval(0, 0, 0), "Probably fewer than 5 children are in none of the lists."),
    ],
)
def test_small_numbers_are_not_told(interval: Interval, words: str) -> None:
    assert in_sentence(Estimate(LISTS, 317, 265, unseen=interval)).startswith(words)


@pytest.mark.parametrize("why", NoEstimate)
def test_where_there_is_none_the_reason_is_told(why: NoEstimate) -> None:
    sentence = in_sentence(Estimate(LISTS, 317, 265, none=why))
    assert sentence.startswith("There is no estimate. ")
    assert len(sentence) > 50


def test_a_bound_above_the_range_is_a_hint_that_the_range_is_too_low() -> None:
    assert "may be higher" not in bound_in_sentence(MADE)
    high = Estimate(LISTS, 317, 265, unseen=Interval(10, 20, 30), at_least=50)
    assert "the true number may be higher" in bound_in_sentence(high)
    assert bound_in_sentence(Estimate(LISTS, 317, 265, none=NoEstimate.WIDE)) == ""


def test_cautions_say_what_nobody_means_and_what_cannot_be_seen() -> None:
    text = " ".join(cautions(MADE, links=True))
    assert "none of the lists that were asked for" in text
    assert "cannot be told from the lists" in text
    assert "16 pairs" in text
    assert "taken as right" in " ".join(cautions(MADE, links=False))
    assert "3 lists nothing is left to test" in " ".join(
        cautions(Estimate(LISTS, 1, 1, unseen=Interval(1, 2, 3)), links=True)
    )


def test_lists_are_named_with_rounded_counts_and_those_put_together_are_said() -> None:
    assert [children for _, children in lists_in_words(MADE, shown_alone(MADE))] == ["230", "5", "170"]
    assert len(put_together_in_words(MADE)) == 1


def test_json_holds_no_count_from_1_to_4_but_the_numbers_of_its_sentences() -> None:
    few = Estimate((("police", 3), ("health", 2)), 4, 3, unseen=Interval(1, 2, 3), at_least=2)
    value = as_json(few, shown_alone(few), links=True)
    counts = json.dumps({key: value[key] for key in ("lists", "seen", "in_several", "unseen", "lower_bound")})
    assert not re.search(r": [1-4]\b", counts)
