"""The board counts notes with words, and names what has no note yet."""

from datetime import UTC, datetime
from typing import Any

from models.tables import Note
from tasks.reading.notes import coverage


def note(**codes: Any) -> Note:
    now = datetime(2025, 3, 10, tzinfo=UTC)
    given: dict[str, Any] = {"characters": 5, **codes}
    return Note(
        inspection="r", id="n", person_id="P", device="d", version=1, sequence=1, begun_at=now, changed_at=now, **given
    )


def test_an_empty_note_is_no_evidence() -> None:
    covered = coverage([note(child="T1", characters=0)], {"child": ["T1"]})
    assert covered.without == {"child": ["T1"]}


def test_a_label_that_was_given_anew_has_no_evidence_yet_and_everything_else_of_the_note_counts() -> None:
    covered = coverage([note(child="T1", agency="police")], {"child": ["T1"], "agency": ["police"]}, {"n"})
    assert covered.without == {"child": ["T1"], "agency": []}


def test_notes_are_counted_by_area_criterion_and_judgement() -> None:
    notes = [
        note(area="EA01", criterion="child_voice", judgement="concern", child="T1"),
        note(area="EA01", criterion="child_voice", judgement="concern"),
        note(area="EA01", agency="police"),
        note(child="T2"),
    ]
    covered = coverage(notes, {"child": ["T1", "T2", "T3"], "agency": ["police", "health"]})
    assert covered.board == {("EA01", ""): {"none": 1}, ("EA01", "child_voice"): {"concern": 2}}
    assert covered.without == {"child": ["T3"], "agency": ["health"]}
