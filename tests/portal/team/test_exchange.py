"""Notes and findings leave as a project and come back with their words and codes; who took or sent them is recorded."""

import json

import pytest
from sqlmodel import col, select

from models.lifecycle import Stage
from models.tables import AuditEntry, ImportedNote, Note
from portal.team.projects import _read
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tasks.notes.taking import take
from tasks.reading.notes import draw_now
from tests.portal.driving import Driver, moved_to, words
from tests.portal.team.test_projects import GOOD, HOSTILE
from tests.scanning import packed, using

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]
_DEVICE = "00000000000000e1"


def _written(ref: str) -> None:
    with transaction() as session:
        draw = draw_now(session, ref)
    codes = {"child": "T1", "draw": draw, "area": "EA08", "agency": "health", "kind": "staff", "judgement": "concern"}
    entries = [
        {"note": f"{_DEVICE}-1", "version": 1, "text": "CANARY-E1 nobody asked\nthe child.", "criterion": "", **codes},
        {"note": f"{_DEVICE}-2", "version": 1, "text": "CANARY-E2", "criterion": "child_voice"},
    ]
    take(ref, "P-WRITER00", json.dumps({"device": _DEVICE, "sequence": 1, "entries": entries}).encode(), signed_in=True)
    moved_to(ref, Stage.FIELDWORK)
    found = FindingWords(
        "strength", "EA08", "Midwives asked.", "CANARY-E3 text.", evidence_kinds=("staff",), cases=("T1",)
    )
    record_finding(ref, found, by="P-WRITER00")


def _entries(ref: str, action: str) -> list[AuditEntry]:
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == ref, AuditEntry.action == action)
        return list(session.exec(query.order_by(col(AuditEntry.number))))


def test_a_project_leaves_with_words_and_codes_and_comes_in_again_where_it_is_new(
    inspector: Driver, police: Driver, reading: str
) -> None:
    _written(reading)
    base = f"/inspections/{reading}/exchange"
    assert f'href="{base}"' in inspector.get(f"/inspections/{reading}/notes").text
    answer = inspector.get(f"{base}/project.qdpx")
    assert answer.headers["content-disposition"] == f'attachment; filename="{reading}.qdpx"'
    (entry,) = _entries(reading, "exchange.exported")
    assert (entry.facts["notes"], entry.facts["findings"]) == (2, 1)
    project = _read(answer.content)
    pieces = {piece["text"]: piece for piece in project["pieces"]}  # type: ignore[attr-defined]
    assert set(pieces) == {
        "CANARY-E1 nobody asked\nthe child.",
        "CANARY-E2",
        "Midwives asked.\n\nCANARY-E3 text.",
    }
    names = project["codes"]
    coded = {names[code][-1] for code in pieces["CANARY-E1 nobody asked\nthe child."]["codes"]}  # type: ignore[index]
    assert {"T1", "Health services", "Concern", "Talking to front-line staff and managers"} <= coded
    # Nothing of it is new where it came from.
    again = inspector.post(base, files={"file": ("a.qdpx", answer.content)})
    assert "0 notes added, 3 here already." in words(again)
    with transaction() as session:
        for row in session.exec(select(Note)):
            session.delete(row)
    # Where it is new, notes and their codes are as they were, and are those of the person who brought them.
    elsewhere = inspector.post(base, files={"file": ("a.qdpx", answer.content)})
    assert "2 notes added, 1 here already." in words(elsewhere)
    listed = words(inspector.get(f"/inspections/{reading}/notes"))
    assert "CANARY-E1 nobody asked the child." in listed
    with transaction() as session:
        notes = session.exec(select(Note).where(Note.child == "T1")).all()
    assert [(note.area, note.agency, note.kind, note.judgement) for note in notes] == [
        ("EA08", "health", "staff", "concern")
    ]
    assert notes[0].person_id != "P-WRITER00"
    for path in (base, f"{base}/project.qdpx"):
        assert police.get(path).status_code == 404


def test_another_programs_project_becomes_notes_with_what_is_unknown_in_words(inspector: Driver, reading: str) -> None:
    base = f"/inspections/{reading}/exchange"
    answer = inspector.post(base, files={"file": ("a.qdpx", GOOD)})
    assert "4 notes added, 0 here already. 1 code of other programs stands in the words of the notes." in words(answer)
    listed = words(inspector.get(f"/inspections/{reading}/notes"))
    assert "Codes in the file: Area of evaluation" in listed
    with transaction() as session:
        assert len(session.exec(select(ImportedNote)).all()) == 4


@pytest.mark.parametrize("name", ["a bomb", "an entity of our files", "a way up", "no zip"])
def test_a_hostile_file_is_refused_and_leaves_nothing(inspector: Driver, reading: str, name: str) -> None:
    make, sentence = HOSTILE[name]
    base = f"/inspections/{reading}/exchange"
    answer = inspector.post(base, files={"file": ("a.qdpx", make())})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "Select a file." in words(inspector.post(base))
    with transaction() as session:
        assert session.exec(select(Note).where(Note.inspection == reading)).all() == []


def test_a_project_that_brings_malware_is_not_opened(inspector: Driver, reading: str, scanner: str) -> None:
    base = f"/inspections/{reading}/exchange"
    with using(scanner):
        answer = inspector.post(base, files={"file": ("a.qdpx", packed("sources/a.txt", around=GOOD))})
    assert "found Eicar-Test-Signature" in words(answer)
    with transaction() as session:
        assert session.exec(select(Note).where(Note.inspection == reading)).all() == []
