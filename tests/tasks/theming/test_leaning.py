"""A text leans by its heading, its category or its own words, and says why."""

import pytest

from tasks.theming.leaning import by_category, by_heading, by_words

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("sentence", "leaning", "why"),
    [
        ("Work with fathers is not effective.", "improve", "word not"),
        ("Midwives work well together.", "strength", "word well"),
        ("Partners meet each week.", "neither", ""),
        ("Good plans come too late.", "improve", "word too"),
        ("Records don\u2019t say so.", "improve", "word n\u2019t"),
        ("Staff notice what matters.", "neither", ""),
        ("Children do wellbeing exercises.", "neither", ""),
    ],
)
def test_prose_leans_by_its_words_and_lack_outweighs_praise(sentence: str, leaning: str, why: str) -> None:
    lean = by_words(sentence)
    assert (lean.leaning, lean.why) == (leaning, why)


def test_headings_decide_for_all_below_them() -> None:
    leans = {code: by_heading(code) for code in ("strengths", "improve", "priority", "main", "headline")}
    assert {code: lean.leaning if lean else None for code, lean in leans.items()} == {
        "strengths": "strength",
        "improve": "improve",
        "priority": "improve",
        "main": None,
        "headline": None,
    }


@pytest.mark.parametrize(
    ("heading", "leaning"),
    [
        ("Practice study: highly effective practice", "strength"),
        ("Practice study: areas for improvement", "improve"),
        ("Case study", "strength"),
    ],
)
def test_a_practice_study_says_in_its_heading_which_it_is(heading: str, leaning: str) -> None:
    lean = by_heading("practice", heading)
    assert lean is not None
    assert lean.leaning == leaning


def test_findings_lean_by_their_category() -> None:
    categories = ("strength", "practice_study", "improvement", "priority_action", "another")
    assert [by_category(each).leaning for each in categories] == [
        *("strength", "strength", "improve", "improve", "neither")
    ]
