"""Changes are told in words that people read, and only large ones become questions."""

import pytest

from tasks.comparing.shares import change_in_words, far_apart, times_in_words


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (410, 95, "-315 (-77%)"),
        (95, 410, "+315 (+332%)"),
        (10, 10, "no change"),
        (0, 10, "+10"),
        (10, 0, "-10 (-100%)"),
    ],
)
def test_a_change_has_its_sign_and_its_share(before: int, now: int, words: str) -> None:
    assert change_in_words(before, now) == words


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (412, 97, "about a quarter"),
        (400, 210, "about half"),
        (400, 130, "about a third"),
        (400, 85, "about a fifth"),
        (400, 41, "about a tenth"),
        (400, 4, "less than a tenth"),
        (400, 0, "none"),
        (100, 210, "about twice as many"),
        (100, 690, "about 7 times as many"),
    ],
)
def test_a_multiple_is_told_in_words(before: int, now: int, words: str) -> None:
    assert times_in_words(before, now) == words


@pytest.mark.parametrize(
    ("before", "now", "far"),
    [
        (412, 97, True),
        (412, 207, False),
        (412, 206, True),
        (97, 412, True),
        (9, 3, False),
        (0, 19, False),
        (0, 20, True),
    ],
)
def test_half_or_twice_is_far_apart_where_there_are_enough(before: int, now: int, far: bool) -> None:
    assert far_apart(before, now) is far
