"""Letters and findings become texts with their place, and only what finds something is taken."""

from tasks.reading_letters.reading import read_letter
from tasks.theming.sources import ReportSource, texts_of_findings, texts_of_letter
from tests.tasks.reading_letters.layouts import letter_2016, letter_2022
from tests.tasks.theming.made_up import SOURCES, finding

LETTER = ReportSource("eastmere", "Eastmere", "letter")


def test_a_letter_s_sentences_carry_page_paragraph_and_leaning() -> None:
    texts = list(texts_of_letter(read_letter(letter_2022()), LETTER))
    assert {text.section for text in texts} == {"headline", "improve", "main", "practice"}
    bullets = [text for text in texts if text.section == "improve"]
    assert [text.text for text in bullets] == ["How soon plans are made.", "The reach of early help."]
    assert {(text.lean.leaning, text.lean.why) for text in bullets} == {("improve", "heading improve")}
    assert (texts[0].page, max(text.page for text in texts)) == (1, 2)
    study = next(text for text in texts if text.section == "practice")
    assert (study.text, study.lean.leaning, study.heading) == (
        "A worker visited daily.",
        "strength",
        "Practice study: highly effective practice",
    )


def test_opening_and_next_steps_find_nothing() -> None:
    texts = " ".join(text.text for text in texts_of_letter(read_letter(letter_2016()), LETTER))
    assert "Between 4 and 8 March" not in texts
    assert "written statement" not in texts
    assert "Point 1" in texts


def test_a_finding_is_one_text_whatever_its_order() -> None:
    findings = [finding(2, "strength", "B. And more.", "unborn"), finding(1, "improvement", "A.")]
    texts = list(texts_of_findings(findings, SOURCES[0]))
    assert [(text.place, text.text, text.lean.leaning, text.tags) for text in texts] == [
        ("F01", "A.", "improve", ()),
        ("F02", "B. And more.", "strength", ("unborn",)),
    ]
