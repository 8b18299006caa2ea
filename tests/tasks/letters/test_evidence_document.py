"""What stands behind a letter is a document of its own, with cases, rows, digests, corrections and numbers."""

import json
import re
from typing import Any

import pytest

from tasks.letters.blocks import RunningText, TableBlock
from tasks.letters.compiling import compile_evidence
from tasks.letters.evidence_document import evidence_document
from tests.tasks.letters.made_up import evidence, facts


def _texts(**changes: Any) -> list[str]:
    parts = evidence_document(evidence(**changes)).sections
    return [block.text for part in parts for block in part.blocks if isinstance(block, RunningText)]


def test_it_has_every_format_and_leads_from_a_finding_to_its_rows() -> None:
    made = compile_evidence(evidence())
    assert set(made) == {"pdf", "docx", "odt", "html", "json"}
    page = made["html"].decode()
    for part in ("F01", "T3", "POL-1 version 7, rows 4, 9", "ab" * 6, "For the inspection team and the archive alone."):
        assert part in page
    assert '<svg role="img" aria-label="Bar chart of children by age band' in page
    assert json.loads(made["json"])["findings"][0]["evidence"][0]["case"] == "T3"


def test_l4_it_has_the_same_bytes_every_time() -> None:
    assert compile_evidence(evidence()) == compile_evidence(evidence())


def test_l13_it_says_which_groups_its_chart_leaves_out() -> None:
    assert any("Groups whose number is withheld are not drawn." in text for text in _texts())


def test_it_asks_about_findings_without_enough_evidence() -> None:
    first, *_ = evidence_document(evidence()).sections
    assert first.heading == "Questions to answer before publication"
    assert len(re.findall("F0[23]", str(first))) == 2


def test_corrections_stand_there_and_in_no_letter() -> None:
    sections = evidence_document(evidence(corrections=("The date in F02 was corrected.",))).sections
    assert any("The date in F02 was corrected." in str(part) for part in sections)
    assert not any(part.heading == "Corrections made" for part in evidence_document(evidence()).sections)


@pytest.mark.parametrize(
    ("holders", "sentence"),
    [
        ((), ""),
        (("Reading Council",), "Reading Council holds a list that says who its own children in the sample are."),
        (
            ("Health", "Police"),
            "Health and Police each hold a list that says who their own children in the sample are.",
        ),
    ],
)
def test_l13_it_says_who_can_tell_which_child_a_label_stands_for(holders: tuple[str, ...], sentence: str) -> None:
    (text,) = (text for text in _texts(list_holders=holders) if "Labels such as" in text)
    assert sentence in text
    assert ("hold" in text) is bool(holders)


def test_without_findings_and_numbers_it_has_no_empty_sections() -> None:
    made = evidence_document(evidence(facts(), findings=()))
    assert [part.heading for part in made.sections] == ["The children in numbers"]
    tables = [block for part in made.sections for block in part.blocks if isinstance(block, TableBlock)]
    assert len(tables) == 1
