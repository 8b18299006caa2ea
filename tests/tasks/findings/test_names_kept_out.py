"""Neither a finding nor a comment on the letter names a person of the records; what is refused is kept nowhere (L5)."""

from dataclasses import replace

import polars as pl
import pytest
from sqlmodel import select

from models.lifecycle import Stage
from models.refusals import FormRefusedError
from models.tables import AuditEntry, Correction, Finding
from tasks.accuracy.comments import CommentRefusedError, comment
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.versions import cohort_in_force
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tasks.recognition.passing import NAMED
from tests.tasks.steps import moved_to

pytestmark = pytest.mark.parts

_WORDS = FindingWords(
    "improvement", "EA02", "Plans seldom say by when", "T1 was seen late.", evidence_kinds=("observation",)
)


def somebody(ref: str, return_code: str = "LA-DA") -> str:
    """Return the name of somebody in the records of an inspection."""
    with transaction() as session:
        people = identifiers_of(cohort_in_force(session, ref)).filter(pl.col("return") == return_code)
    people = people.filter(pl.col("forename").str.len_chars() > 2)
    return " ".join(people.select("forename", "surname").drop_nulls().row(0))


def _with(field: str, words: str) -> FindingWords:
    return replace(_WORDS, heading=words) if field == "heading" else replace(_WORDS, text=words)


@pytest.mark.parametrize("field", ["heading", "text"])
def test_l5_a_finding_that_names_a_child_is_refused_at_its_field(fieldwork: str, field: str) -> None:
    name = somebody(fieldwork)
    with pytest.raises(FormRefusedError) as refused:
        record_finding(fieldwork, _with(field, f"{name.upper()} was seen late."), by="P-A")
    assert [(each.field, each.text) for each in refused.value.mistakes] == [(field, NAMED)]
    assert name not in str(refused.value)
    with pytest.raises(FormRefusedError) as numbered:
        record_finding(fieldwork, _with(field, "The child 943 476 5919 was seen late."), by="P-A")
    assert [each.field for each in numbered.value.mistakes] == [field]
    with transaction() as session:
        assert session.exec(select(Finding).where(Finding.inspection == fieldwork)).all() == []
    assert record_finding(fieldwork, _WORDS, by="P-A")


def test_l5_a_comment_that_names_a_child_is_refused(fieldwork: str) -> None:
    for stage in (Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY):
        moved_to(fieldwork, stage)
    name, police = somebody(fieldwork, "POL-1"), f"{fieldwork}/police"
    with pytest.raises(CommentRefusedError, match="Remove the name"):
        comment(fieldwork, police, text=f"It was not {name}.", by="P-B")
    with transaction() as session:
        assert session.exec(select(Correction).where(Correction.inspection == fieldwork)).all() == []
        entries = session.exec(select(AuditEntry).where(AuditEntry.inspection == fieldwork)).all()
        assert not any(name in str(entry.facts) for entry in entries)
    assert comment(fieldwork, police, text="It was not T1.", by="P-B")
