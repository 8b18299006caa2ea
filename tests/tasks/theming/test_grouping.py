"""Messages are counted by areas, the way they lean, and everything shows what matched."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.theming.grouping import grouped, in_areas, share_word
from tests.tasks.theming.made_up import AREAS, SOURCES, UNBORN, VOICE, finding, texts

pytestmark = pytest.mark.pure

FOUR = texts(
    *((area, finding(1, "improvement", "Children\u2019s voices are lost.")) for area in AREAS[:3]),
    (AREAS[3], finding(1, "priority_action", "Nothing of it in words.", "child_voice")),
    (AREAS[4], finding(1, "strength", "The voice of the child is heard.", "child_voice")),
    (AREAS[4], finding(2, "strength", "Midwives act early.")),
)


def test_a_message_counts_the_areas_where_it_leans_its_own_way() -> None:
    voice, unborn = grouped((VOICE, UNBORN), SOURCES, FOUR)
    assert [area.area for area in voice.standing] == list(AREAS[:4])
    assert [area.area for area in voice.areas_leaning("strength")] == [AREAS[4]]
    assert (voice.share, voice.of, voice.is_found) == ("most", 6, True)
    assert ([area.area for area in unborn.standing], unborn.share, unborn.is_found) == ([AREAS[4]], "one", False)


def test_every_match_shows_what_matched_and_the_strongest_is_the_weightiest() -> None:
    voice, _ = grouped((VOICE, UNBORN), SOURCES, FOUR)
    assert voice.strongest is not None
    assert (voice.strongest.text.section, voice.strongest.carried_by) == ("priority_action", ("tag child_voice",))
    assert voice.areas[0].matches[0].words == ("voices", "Children's")
    assert all(match.carried_by for area in voice.areas for match in area.matches)


def test_a_message_that_leans_either_way_counts_both_and_never_what_leans_neither() -> None:
    either = VOICE.model_copy(update={"leans": "either"})
    silent = texts((AREAS[5], finding(1, "other", "The voice of the child.")))
    (message,) = grouped((either,), SOURCES, (*FOUR, *silent))
    assert [area.area for area in message.standing] == list(AREAS[:5])
    assert [area.area for area in message.areas] == list(AREAS)


@pytest.mark.parametrize(
    ("areas", "of", "word"),
    [
        (0, 6, "none"),
        (1, 6, "one"),
        (2, 6, "some"),
        (3, 6, "some"),
        (4, 6, "most"),
        (5, 6, "most"),
        (6, 6, "all"),
        (1, 1, "one"),
    ],
)
def test_words_stand_for_shares_of_areas(areas: int, of: int, word: str) -> None:
    assert share_word(areas, of) == word


def test_a_share_never_stands_without_its_figures() -> None:
    assert in_areas(6, 6) == "all areas (6 of 6)"
    assert in_areas(4, 6) == "most areas (4 of 6)"
    assert in_areas(1, 6) == "one area (1 of 6)"
    assert in_areas(0, 6) == "no area (0 of 6)"


@given(st.integers(0, 153), st.integers(1, 153))
def test_more_areas_never_make_a_smaller_word(areas: int, of: int) -> None:
    order = ("none", "one", "some", "most", "all")
    of = max(of, 2)
    areas = min(areas, of)
    assert order.index(share_word(areas, of)) >= order.index(share_word(max(areas - 1, 0), of))


@given(st.randoms(use_true_random=False))
def test_l4_order_of_sources_and_texts_does_not_matter(dice: random.Random) -> None:
    sources, shuffled = list(SOURCES), list(FOUR)
    dice.shuffle(sources)
    dice.shuffle(shuffled)
    assert grouped((VOICE, UNBORN), sources, shuffled) == grouped((VOICE, UNBORN), SOURCES, FOUR)
