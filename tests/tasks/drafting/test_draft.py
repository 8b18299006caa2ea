"""The draft as a value."""

import pytest

from models.states import ParagraphState
from tasks.drafting.draft import Binding, DraftParagraph, DraftSection, LetterDraft, form_of

pytestmark = pytest.mark.pure


def _draft(*states: ParagraphState) -> LetterDraft:
    paragraphs = tuple(DraftParagraph(f"P{n}", 1, "Words.", state=state) for n, state in enumerate(states))
    return LetterDraft("r", (DraftSection("headline", "Headline findings"), DraftSection("main", "Main", paragraphs)))


@pytest.mark.parametrize(
    ("states", "written"),
    [
        ((), False),
        ((ParagraphState.WRITTEN,), True),
        ((ParagraphState.WRITTEN, ParagraphState.PUT_TOGETHER), False),
    ],
)
def test_a_draft_is_written_when_people_wrote_all_of_it(states: tuple[ParagraphState, ...], written: bool) -> None:
    assert _draft(*states).is_written is written


def test_a_section_has_the_form_of_its_heading() -> None:
    assert [form_of(code) for code in ("headline", "improve", "strengths", "practice")] == [
        *("prose", "bullets", "bullets", "boxes")
    ]
    assert _draft().section("main") is not None
    assert _draft().section("nonsense") is None


def test_a_share_is_of_the_cases_that_are_named() -> None:
    assert Binding(0, "most", ("T1", "T2", "T3"), ("T4",)).share == 0.75
    assert Binding(0, "most").share is None
