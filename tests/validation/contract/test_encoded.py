"""Encoded names: alike on one day if the names are, nothing in common on another day, nothing without the key."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.contract.encoded import (
    HASHES,
    PREFIX,
    encoding_key,
    from_text,
    likeness,
    signature,
    to_text,
)

KEY = encoding_key(b"a secret of an inspection")
DAY = date(2018, 3, 4)
NAMES = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20)


def like(one: str, other: str, day: date = DAY) -> float:
    """Return the likeness of two names as their encodings have it."""
    return likeness(signature(one, day, KEY), signature(other, day, KEY))


def shared(one: str, other: str) -> float:
    """Return the share of pairs of letters that two names have in common."""
    pairs = [{f"_{name}_"[at : at + 2] for at in range(len(name) + 1)} for name in (one, other)]
    return len(pairs[0] & pairs[1]) / len(pairs[0] | pairs[1])


@given(NAMES, NAMES)
def test_likeness_is_near_the_share_of_pairs_of_letters(one: str, other: str) -> None:
    # Four deviations of 96 places.
    assert abs(like(one, other) - shared(one, other)) < 0.24


@given(NAMES)
def test_the_same_name_is_the_same_and_comes_back_from_its_text(name: str) -> None:
    places = signature(name, DAY, KEY)
    assert like(name, name) == 1
    assert len(places) == HASHES
    assert from_text(to_text(places)) == places


@pytest.mark.parametrize("name", ["oliver", "amelia", "muhammad", "jo"])
def test_a_name_on_another_day_or_under_another_key_has_nothing_in_common_with_itself(name: str) -> None:
    places = signature(name, DAY, KEY)
    assert likeness(places, signature(name, date(2018, 3, 5), KEY)) < 0.25
    assert likeness(places, signature(name, None, KEY)) < 0.25
    assert likeness(places, signature(name, DAY, encoding_key(b"another"))) < 0.25


def test_slips_are_alike_and_brothers_and_sisters_are_not() -> None:
    assert like("katherine", "katharine") > 0.5
    assert like("jayden", "ava") < 0.3
    assert like("ella", "oscar") < 0.3


@pytest.mark.parametrize("cell", ["", "Siân", PREFIX, f"{PREFIX}AAAA", f"{PREFIX}!!!!", f"{PREFIX}{'A' * 200}"])
def test_what_is_no_encoding_is_none(cell: str) -> None:
    assert from_text(cell) is None


def test_no_letters_of_the_name_stand_in_its_text() -> None:
    text = to_text(signature("quizzlebury", DAY, KEY))
    assert "quizz" not in text.lower()
    assert text.startswith(PREFIX)
