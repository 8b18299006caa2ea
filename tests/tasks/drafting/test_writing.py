"""Writing the draft letter: versions are added, nobody's newer words are written over, and words lie in the store."""

from typing import Any

import pytest

from models.refusals import FormRefusedError
from models.states import ParagraphState
from models.tables import ParagraphVersion
from tasks.drafting.checking import ParagraphWords
from tasks.drafting.draft import Binding
from tasks.drafting.loading import current_draft
from tasks.drafting.writing import (
    DraftRefusedError,
    NewerVersionError,
    NoParagraphError,
    bind,
    move_paragraph,
    remove_paragraph,
    removed_paragraphs,
    restore_paragraph,
    write_paragraph,
)
from tasks.ground.database import transaction
from tasks.recognition.passing import NAMED
from tests.tasks.findings.test_names_kept_out import somebody
from tests.tasks.steps import actions, ledger_text

WORDS = ParagraphWords("Most children are seen  in\r\nquizzical time.")


def drafted(ref: str) -> Any:
    with transaction() as session:
        return current_draft(session, ref)


def texts(ref: str, section: str) -> list[str]:
    return [each.text for each in drafted(ref).section(section).paragraphs]


def test_a_draft_has_the_headings_of_its_theme_before_anybody_wrote(fieldwork: str) -> None:
    draft = drafted(fieldwork)
    codes = ["context", "headline", "priority", "improve", "strengths", "main", "practice", "next"]
    assert [section.code for section in draft.sections] == codes
    assert (draft.paragraphs, draft.is_written) == ((), False)


def test_l5_words_lie_in_the_store_and_the_ledger_has_their_digest(fieldwork: str) -> None:
    identity = write_paragraph(fieldwork, None, "headline", WORDS, follows=0, by="P-A")
    paragraph = drafted(fieldwork).section("headline").paragraphs[0]
    assert (paragraph.id, paragraph.version, paragraph.state) == (identity, 1, ParagraphState.WRITTEN)
    assert paragraph.text == "Most children are seen in quizzical time."
    assert "quizzical" not in ledger_text(fieldwork)
    assert actions(fieldwork).count("letter.written") == 1
    assert drafted(fieldwork).is_written


def test_the_same_words_again_are_no_version(fieldwork: str) -> None:
    identity = write_paragraph(fieldwork, None, "headline", WORDS, follows=0, by="P-A")
    write_paragraph(fieldwork, identity, "headline", WORDS, follows=1, by="P-B")
    assert drafted(fieldwork).paragraphs[0].version == 1


def test_a_newer_version_of_another_is_never_written_over_unseen(fieldwork: str) -> None:
    identity = write_paragraph(fieldwork, None, "headline", WORDS, follows=0, by="P-A")
    write_paragraph(fieldwork, identity, "headline", ParagraphWords("First."), follows=1, by="P-A")
    with pytest.raises(NewerVersionError) as refused:
        write_paragraph(fieldwork, identity, "headline", ParagraphWords("Second."), follows=1, by="P-B")
    assert refused.value.version == 2
    assert texts(fieldwork, "headline") == ["First."]
    write_paragraph(fieldwork, identity, "headline", ParagraphWords("First. Second."), follows=2, by="P-B")
    with transaction() as session:
        versions = [session.get_one(ParagraphVersion, (fieldwork, identity, number)) for number in (1, 2, 3)]
    assert [(row.written_by, row.follows) for row in versions] == [("P-A", 0), ("P-A", 1), ("P-B", 2)]


def test_paragraphs_are_put_in_order_within_their_section(fieldwork: str) -> None:
    first, second, third = (
        write_paragraph(fieldwork, None, "main", ParagraphWords(text), follows=0, by="P-A")
        for text in ("A.", "B.", "C.")
    )
    move_paragraph(fieldwork, third, -1, by="P-A")
    assert texts(fieldwork, "main") == ["A.", "C.", "B."]
    move_paragraph(fieldwork, first, -1, by="P-A")
    move_paragraph(fieldwork, second, 1, by="P-A")
    assert texts(fieldwork, "main") == ["A.", "C.", "B."]


def test_a_removed_paragraph_can_be_put_back(fieldwork: str) -> None:
    identity = write_paragraph(fieldwork, None, "main", WORDS, follows=0, by="P-A")
    with pytest.raises(NewerVersionError):
        remove_paragraph(fieldwork, identity, follows=0, by="P-B")
    remove_paragraph(fieldwork, identity, follows=1, by="P-B")
    assert drafted(fieldwork).paragraphs == ()
    with pytest.raises(NoParagraphError):
        write_paragraph(fieldwork, identity, "main", ParagraphWords("Other."), follows=1, by="P-A")
    with transaction() as session:
        assert [row.id for row in removed_paragraphs(session, fieldwork)] == [identity]
    restore_paragraph(fieldwork, identity, by="P-A")
    restore_paragraph(fieldwork, identity, by="P-A")
    assert len(texts(fieldwork, "main")) == 1
    assert actions(fieldwork).count("letter.paragraph-restored") == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (ParagraphWords(" "), "Enter the words"),
        (ParagraphWords("x" * 6001), "6,000 characters or fewer"),
        (ParagraphWords("The child 943 476 5919."), "Remove the long number"),
        (ParagraphWords("Good.", findings=("F77",)), "There is no finding 'F77'"),
        (ParagraphWords("Most are.", bindings=(Binding(0, "most", ("T99",)),)), "There is no case 'T99'"),
        (ParagraphWords("Most are.", bindings=(Binding(0, "most", ("T1",), ("T1",)),)), "cannot show it and speak"),
        (ParagraphWords("They are.", bindings=(Binding(0, "most", ("T1",)),)), "A sentence was changed"),
    ],
)
def test_wrong_values_are_refused_with_their_sentence(fieldwork: str, words: ParagraphWords, sentence: str) -> None:
    with pytest.raises(FormRefusedError, match=sentence):
        write_paragraph(fieldwork, None, "main", words, follows=0, by="P-A")
    assert drafted(fieldwork).paragraphs == ()


def test_names_of_people_in_the_records_are_refused(fieldwork: str) -> None:
    with pytest.raises(FormRefusedError) as refused:
        write_paragraph(
            fieldwork, None, "main", ParagraphWords(f"{somebody(fieldwork)} was seen."), follows=0, by="P-A"
        )
    assert refused.value.mistakes[0].text == NAMED


def test_cases_are_named_without_writing_anew(fieldwork: str) -> None:
    identity = write_paragraph(fieldwork, None, "main", WORDS, follows=0, by="P-A")
    paragraph = drafted(fieldwork).paragraphs[0]
    words = ParagraphWords(paragraph.text, bindings=(Binding(0, "most", ("T1", "T2"), ("T3",)),))
    bind(fieldwork, identity, words, follows=1, by="P-B")
    bind(fieldwork, identity, words, follows=1, by="P-B")
    paragraph = drafted(fieldwork).paragraphs[0]
    assert (paragraph.version, paragraph.bindings[0].share) == (2, 2 / 3)


def test_the_draft_is_open_from_fieldwork_on(chosen: str) -> None:
    with pytest.raises(DraftRefusedError, match="from fieldwork until the facts are checked"):
        write_paragraph(chosen, None, "main", WORDS, follows=0, by="P-A")


@pytest.mark.parametrize("section", ["numbers", "nonsense"])
def test_nothing_is_written_where_the_theme_has_no_prose(fieldwork: str, section: str) -> None:
    with pytest.raises(DraftRefusedError, match="no such section"):
        write_paragraph(fieldwork, None, section, WORDS, follows=0, by="P-A")
