"""A whole draft is checked: places of alarms, bullets, headings and lengths."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.drafting.draft import Binding, DraftParagraph, DraftSection, LetterDraft
from tasks.wording.alarms import CheckedParagraph, CheckedSection, parts_of
from tasks.wording.linting import alarms_of_draft, by_rule, has_every_section

pytestmark = pytest.mark.pure


def _list(*texts: str, code: str = "improve") -> CheckedSection:
    return CheckedSection(code, "What needs to improve", tuple(map(CheckedParagraph, texts)), "bullets")


def _rules(parts: Sequence[CheckedSection], *, finished: bool = False) -> list[str]:
    return [alarm.rule for alarm in alarms_of_draft(parts, "2022", finished=finished)]


def test_an_alarm_names_section_paragraph_sentence_and_id() -> None:
    binding = Binding(1, "most", ("T1",), ("T2", "T3", "T4"))
    draft = LetterDraft(
        "r",
        (
            DraftSection("headline", "Headline findings", (DraftParagraph("P01", 1, "Plans are clear."),)),
            DraftSection(
                *("main", "Main findings"),
                (
                    DraftParagraph("P02", 1, "Plans are clear."),
                    DraftParagraph("P03", 1, "QSB meets. Most children wait.", bindings=(binding,)),
                ),
            ),
        ),
    )
    alarms = alarms_of_draft(parts_of(draft), "2022")
    assert [(each.rule, each.section, each.paragraph, each.sentence, each.id) for each in alarms] == [
        *(("acronym", "main", 1, None, "P03"), ("share", "main", 1, 1, "P03"))
    ]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("The timeliness of plans.", []),
        ("How well children are heard by those who must act.", []),
        ("They do not meet.", ["noun_phrase"]),
        ("Ensure that plans are on time.", ["noun_phrase"]),
        ("The police should share more.", ["noun_phrase"]),
        (" ".join(["The reach of", *["help"] * 60]), ["bullets"]),
    ],
)
def test_what_needs_to_improve_is_named_in_short_noun_phrases(text: str, rules: list[str]) -> None:
    assert _rules([_list(text)]) == rules


def test_a_list_is_not_told_that_it_is_short_while_it_is_written() -> None:
    part = _list("The reach of help.")
    assert _rules([part]) == []
    assert _rules([part], finished=True) == ["bullets", "length", "length"]
    assert "bullets" in _rules([_list(*["The reach of help."] * 13)])


def test_a_draft_has_every_section_when_there_are_words_under_each() -> None:
    empty = CheckedSection("main", "Main findings", ())
    assert not has_every_section([_list("The reach of help."), empty])
    assert has_every_section([_list("The reach of help."), CheckedSection("practice", "Practice studies", ())])


def test_only_practice_studies_have_headings_of_their_own() -> None:
    text = CheckedParagraph("Plans are clear.", "A worker in each refuge")
    assert _rules([CheckedSection("practice", "Practice studies", (text,), "boxes")]) == []
    assert _rules([CheckedSection("main", "Main findings", (text,))]) == ["heading"]
    long = CheckedParagraph("Plans are clear.", "A worker visits each refuge and they tell us of it.")
    assert _rules([CheckedSection("practice", "Practice studies", (long,), "boxes")]) == ["heading"]


def test_a_section_longer_than_in_any_letter_is_told_so() -> None:
    text = CheckedParagraph(" ".join(["Plans are clear."] * 260))
    (alarm,) = alarms_of_draft([CheckedSection("headline", "Headline findings", (text,))], "2022")
    assert (alarm.rule, alarm.paragraph) == ("length", None)
    assert (alarm.wrong, "46 to 729" in alarm.better) == ("The section has 780 words.", True)


def test_practice_studies_are_measured_together() -> None:
    studies = [
        CheckedSection("practice", "Practice study", (CheckedParagraph(" ".join(["Plans are clear."] * 60)),))
        for _ in range(2)
    ]
    assert "length" not in [a.rule for a in alarms_of_draft(studies, "2022", finished=True) if a.section]


def test_the_first_place_of_each_rule_is_given_with_the_number_of_places() -> None:
    alarms = alarms_of_draft(
        [CheckedSection("main", "Main findings", (CheckedParagraph("We read 2 cases. We saw 3 cases."),))], "2022"
    )
    assert [(alarm.sentence, number) for alarm, number in by_rule(alarms)] == [(0, 2)]


@given(st.lists(st.text(max_size=80), max_size=5))
def test_any_words_can_be_checked(texts: list[str]) -> None:
    parts = [
        CheckedSection("main", "Main findings", tuple(CheckedParagraph(text, bindings=()) for text in texts)),
        _list(*texts),
    ]
    places = [(each.section, each.paragraph) for each in alarms_of_draft(parts, "2022", finished=True)]
    assert all(paragraph is None or paragraph < len(texts) for _, paragraph in places)
