"""Strengths and practice stand once each, under the message they carry most of."""

import pytest

from tasks.theming.leaning import Lean
from tasks.theming.practice import OTHER, subjects
from tasks.theming.sources import SourceText
from tests.tasks.theming.made_up import SOURCES, UNBORN, VOICE

pytestmark = pytest.mark.pure


def text(place: str, words: str, section: str = "strengths", leaning: str = "strength") -> SourceText:
    """Return a sentence of a letter."""
    return SourceText(SOURCES[0].id, place, section, words, Lean(leaning))  # type: ignore[arg-type]


def test_sentences_of_a_paragraph_are_quoted_together_under_what_they_carry_most_of() -> None:
    texts = [
        text("p2", "The child\u2019s voice is heard."),
        text("p2", "Midwives act."),
        text("p2", "So do other midwives."),
        text("p10", "Leaders meet."),
        text("p3", "A child has a voice.", "main"),
        text("p4", "No voice of a child.", "practice", "improve"),
    ]
    made = subjects((VOICE, UNBORN), SOURCES, texts)
    assert [(subject.code, subject.label, len(subject.quotations)) for subject in made] == [
        ("unborn", "Unborn", 1),
        ("", OTHER, 1),
    ]
    assert made[0].quotations[0].text == "The child\u2019s voice is heard. Midwives act. So do other midwives."
