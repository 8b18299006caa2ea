"""Phrases are met whole, by words alone, and say which words they met."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.theme_reports import PHRASE
from models.themes import shipped, theme
from tasks.theming.phrases import met

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("phrase", "sentence", "words"),
    [
        ("perpetrator* + risk|danger*", "The risk from perpetrators is high.", ("perpetrators", "risk")),
        (
            "perpetrator* + risk|danger*",
            "Perpetrators\u2019 dangerousness is known.",
            ("Perpetrators'", "dangerousness"),
        ),
        ("voice* + child*", "A childminder has a voice.", ("voice", "childminder")),
        ("own right", "Each is a victim in their own  right.", ("own  right",)),
        ("long-term", "A long term plan", ("long term",)),
        ("long-term", "A long-term plan", ("long-term",)),
        ("early years", "Early-years settings", ("Early-years",)),
    ],
)
def test_a_phrase_is_met_by_all_its_terms(phrase: str, sentence: str, words: tuple[str, ...]) -> None:
    assert [each.words for each in met([phrase], sentence)] == [words]


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("perpetrator* + risk", "Perpetrators are risky."),
        ("victim", "Victims are heard."),
        ("own right", "Their own rights"),
        ("unborn", "Newborn and reborn"),
        ("school*", "Preschool children"),
    ],
)
def test_a_phrase_is_not_met_by_parts_of_words_or_some_of_its_terms(phrase: str, sentence: str) -> None:
    assert not list(met([phrase], sentence))


_WORDS = st.text(alphabet="abcdefgh'-*| +", min_size=1, max_size=30)


@given(_WORDS, st.text(max_size=60))
def test_what_the_theme_s_form_lets_through_never_breaks_and_meets_only_words_of_the_sentence(
    phrase: str, sentence: str
) -> None:
    if re.match(PHRASE, phrase):
        for each in met([phrase], sentence):
            assert all(word in sentence.replace("\u2019", "'") for word in each.words)


def test_every_phrase_that_ships_is_met_by_its_own_words() -> None:
    for name in shipped():
        for message in theme(name).messages:
            for phrase in message.phrases:
                own = " ".join(term.split("|")[0].replace("*", "") for term in phrase.split(" + "))
                assert list(met([phrase], own)), phrase
