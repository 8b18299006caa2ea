"""How quantifiers are used is counted by word, letter, heading, and whether they count children."""

import pytest

from tasks.wording.alarms import CheckedParagraph, CheckedSection
from tasks.wording.usage import places_in, usage

pytestmark = pytest.mark.pure

PARTS = (
    CheckedSection(
        "headline", "Headline findings", (CheckedParagraph("Most children are seen. Staff meet every week."),)
    ),
    CheckedSection(
        "main",
        "Main findings",
        (CheckedParagraph("Plans are clear."), CheckedParagraph("They act. A small number of children wait.")),
    ),
)


def test_each_sentence_with_a_quantifier_has_its_place() -> None:
    first, second, third = places_in("a", PARTS)
    assert (first.section, first.paragraph, first.sentence, first.word) == ("headline", 1, 1, "most")
    assert (second.quantifier, second.of_children) == ("all", False)
    assert (third.section, third.paragraph, third.sentence, third.quantifier) == ("main", 2, 2, "small_number")


def test_uses_are_counted_over_letters_in_the_order_of_the_quantifiers() -> None:
    places = [*places_in("a", PARTS), *places_in("b", PARTS[:1])]
    most, small, every = usage(places)
    assert (most.quantifier, most.sentences, most.letters, most.of_children) == ("most", 2, 2, 2)
    assert (most.words, most.sections) == ({"most": 2}, {"headline": 2})
    assert (small.sentences, small.letters, small.least, small.most) == (1, 1, 0.0, 0.3)
    assert every.of_children == 0
    assert usage([]) == ()
