"""Quantifiers of children are set against their cases."""

import pytest

from tasks.drafting.draft import Binding
from tasks.wording.quantified import misused, without_cases

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Most children are seen.", ["most"]),
        ("For a small number of very young children, help is late.", ["a small number"]),
        ("All agencies meet. Some leaders know.", []),
        ("They meet every week during pregnancy.", []),
        ("Nearly all of the unborn babies are known.", ["nearly all"]),
    ],
)
def test_only_what_counts_children_wants_cases(text: str, words: list[str]) -> None:
    assert [each.word for each in without_cases(text, ())] == words
    bound = tuple(Binding(place, "most", ("T1",)) for place in range(2))
    assert list(without_cases(text, bound)) == []


def test_a_word_that_its_cases_do_not_bear_out_is_told_with_one_that_they_do() -> None:
    binding = Binding(0, "most", ("T1", "T2"), ("T3", "T4", "T5", "T6", "T7"))
    ((sentence, wrong, better),) = misused("Most children are seen.", (binding,))
    assert (sentence.place, sentence.word) == (0, "most")
    assert wrong == "Fewer cases show it than “most” says: 2 of 7 cases (29%)."
    assert better == "“most” stands for 51% to 100% of the cases. This share is “a small number” or “a minority”."
    assert list(misused("Most children are seen.", (Binding(0, "most", ("T1", "T2"), ("T3",)),))) == []
    assert list(misused("They are seen.", (binding,))) == []
