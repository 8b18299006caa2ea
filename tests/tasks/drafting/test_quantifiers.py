"""Sentences with a quantifier are found, and the share behind one is set against its word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.drafting.draft import Binding
from tasks.drafting.quantifiers import carried, fit, quantified, sentences, share_in_words, unbound

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Nearly all children are seen.", ["nearly_all"]),
        ("Children are seen. Most of them alone.", ["most"]),
        ("A small number wait. Some do not. The majority are safe.", ["small_number", "some", "most"]),
        ("They do not wait at all.", []),
        ("At most 3 wait.", []),
        ("Not all plans say so.", ["not_all"]),
        ("A handsome office.", []),
        ("All children are safe.", ["all"]),
    ],
)
def test_each_sentence_has_its_first_quantifier(text: str, codes: list[str]) -> None:
    assert [each.quantifier for each in quantified(text)] == codes


@given(st.lists(st.sampled_from(["Most wait.", "They act.", "Is it some?", "Few do!"]), max_size=6))
def test_sentences_put_together_are_the_text(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == tuple(parts)


def test_cases_stay_with_the_sentence_when_others_change() -> None:
    before = "Most wait. Some act."
    bindings = (Binding(0, "most", ("T1",)), Binding(1, "some", ("T2",), ("T3",)))
    assert carried(before, bindings, "They know. Some act.") == (Binding(1, "some", ("T2",), ("T3",)),)
    assert carried(before, bindings, before) == bindings
    assert [each.place for each in unbound("They know. Some act. Few do.", carried(before, bindings, "Some act."))] == [
        1,
        2,
    ]


@pytest.mark.parametrize(
    ("quantifier", "cases", "against", "expected", "words"),
    [
        ("most", 5, 2, "fits", "5 of 7 cases (71%)"),
        ("most", 2, 5, "fewer", "2 of 7 cases (29%)"),
        ("small_number", 5, 2, "more", "5 of 7 cases (71%)"),
        ("nearly_all", 1, 0, "fits", "1 of 1 case (100%)"),
        ("some", 0, 0, "nothing", "no case is named"),
    ],
)
def test_a_share_is_set_against_its_word(quantifier: str, cases: int, against: int, expected: str, words: str) -> None:
    binding = Binding(0, quantifier, tuple(f"T{n}" for n in range(cases)), tuple(f"S{n}" for n in range(against)))
    assert (fit(binding), share_in_words(binding)) == (expected, words)
