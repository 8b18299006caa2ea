"""A first draft is put together from agreed findings: each in its sections, once, and marked as not written."""

import pytest

from models.states import ParagraphState
from tasks.drafting.checking import ParagraphWords
from tasks.drafting.loading import current_draft
from tasks.drafting.putting_together import put_together
from tasks.drafting.writing import DraftRefusedError, bind, remove_paragraph, write_paragraph
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tests.tasks.passing import agreed


def findings(ref: str) -> None:
    for category, heading in (
        ("strength", "Nearly all children are seen"),
        ("priority_action", "Children wait"),
        ("practice_study", "One family"),
    ):
        record_finding(
            ref,
            FindingWords(category, "EA01", heading, f"Text of {category}.", evidence_kinds=("staff",), cases=("T1",)),
            by="P-AAAAAAAA",
        )


def test_only_agreed_findings_are_put_together_each_once(fieldwork: str) -> None:
    findings(fieldwork)
    with pytest.raises(DraftRefusedError, match="No finding is agreed yet"):
        put_together(fieldwork, by="P-A")
    agreed(fieldwork)
    assert put_together(fieldwork, by="P-A") == 5
    assert put_together(fieldwork, by="P-A") == 0
    with transaction() as session:
        draft = current_draft(session, fieldwork)
    there = [section for section in draft.sections if section.paragraphs]
    assert [(section.code, [each.text for each in section.paragraphs]) for section in there] == [
        ("headline", ["Children wait. Nearly all children are seen."]),
        ("priority", ["Text of priority_action."]),
        ("strengths", ["Nearly all children are seen"]),
        ("main", ["Text of strength."]),
        ("practice", ["Text of practice_study."]),
    ]
    assert {each.state for each in draft.paragraphs} == {ParagraphState.PUT_TOGETHER}
    assert draft.section("practice").paragraphs[0].heading == "One family"  # type: ignore[union-attr]
    assert draft.section("strengths").paragraphs[0].bindings[0].cases == ("T1",)  # type: ignore[union-attr]


def test_naming_cases_is_no_writing_and_changed_words_are(fieldwork: str) -> None:
    findings(fieldwork)
    agreed(fieldwork)
    put_together(fieldwork, by="P-A")
    with transaction() as session:
        first = current_draft(session, fieldwork).paragraphs[0]
    same = ParagraphWords(first.text, first.heading, first.findings, first.bindings)
    # The very same words are no version, so the paragraph stays marked.
    write_paragraph(fieldwork, first.id, "headline", same, follows=1, by="P-A")
    bind(fieldwork, first.id, ParagraphWords(first.text, "", ("F01",)), follows=1, by="P-A")
    with transaction() as session:
        assert first.id in {each.id for each in current_draft(session, fieldwork).unwritten}
    write_paragraph(fieldwork, first.id, "headline", ParagraphWords("Leaders act."), follows=2, by="P-A")
    with transaction() as session:
        assert first.id not in {each.id for each in current_draft(session, fieldwork).unwritten}


def test_what_was_taken_out_is_not_put_together_again(fieldwork: str) -> None:
    findings(fieldwork)
    agreed(fieldwork)
    put_together(fieldwork, by="P-A")
    remove_paragraph(fieldwork, "P01", follows=1, by="P-A")
    assert put_together(fieldwork, by="P-A") == 0
