"""The notes behind a finding: in the version that was read, as far as a reader sees them, and never what waits."""

import json
from typing import Any

import pytest

from models.roles import Role
from models.tables import Finding
from tasks.findings.note_pieces import NotePiece
from tasks.ground.database import transaction
from tasks.notes.taking import take
from tasks.people.persons import members
from tasks.reading.note_sources import NoteSource, findings_from, note_sources
from tasks.reading.visibility import Reader

pytestmark = pytest.mark.parts


def write(ref: str, device: str, sequence: int, version: int, text: str, *, waits: bool = False) -> str:
    """Write one version of a note on the police as the lead inspector, and return who that is."""
    with transaction() as session:
        writer = members(session, ref, Role.LEAD)[0][1].id
    entry = {"note": f"{device}-1", "version": version, "text": text, "agency": "police", "draw": 0}
    document = {"device": device, "sequence": sequence, "entries": [entry]}
    take(ref, writer, json.dumps(document).encode(), signed_in=not waits)
    return writer


def sources(ref: str, *names: str, reader: Reader | None = None) -> tuple[list[NoteSource], int]:
    with transaction() as session:
        return note_sources(session, ref, names, reader or Reader("x"), "P-NOBODY00")


def test_a_piece_has_the_words_of_its_version_and_says_that_the_note_went_on(fieldwork: str) -> None:
    device = "00000000000000d1"
    write(fieldwork, device, 1, 1, "First.\n\nSecond.")
    write(fieldwork, device, 2, 2, "First, changed.\n\nSecond.")
    note = f"{device}-1"
    found, hidden = sources(fieldwork, f"{note}:v1:p1", f"{note}:v2", note, f"{note}:v1:p9", f"{note}:v7", "no-such")
    assert [each.written.text for each in found] == [
        "First.",
        "First, changed.\n\nSecond.",
        "First, changed.\n\nSecond.",
        "",
    ]
    assert [each.changed_since for each in found] == [True, False, False, True]
    assert found[2].piece == NotePiece(note, 2)
    # A version and a note that are not there.
    assert hidden == 2


def test_whoever_does_not_see_the_agency_sees_that_there_is_a_note_and_its_writer_all_of_it(fieldwork: str) -> None:
    device = "00000000000000d2"
    writer = write(fieldwork, device, 1, 1, "On the police.")
    narrow = Reader("x", frozenset({"health"}))
    assert sources(fieldwork, f"{device}-1", reader=narrow) == ([], 1)
    with transaction() as session:
        own, _ = note_sources(session, fieldwork, [f"{device}-1"], narrow, writer)
    assert [each.written.text for each in own] == ["On the police."]


def test_a_version_that_waits_for_its_writer_is_read_by_nobody(fieldwork: str) -> None:
    device = "00000000000000d3"
    write(fieldwork, device, 1, 1, "Let in.")
    write(fieldwork, device, 2, 2, "It waits.", waits=True)
    found, hidden = sources(fieldwork, f"{device}-1", f"{device}-1:v2")
    assert [each.written.text for each in found] == ["Let in."]
    assert hidden == 1


def test_a_note_leads_to_the_findings_that_name_it_or_a_part_of_it(fieldwork: str) -> None:
    values: dict[str, Any] = {
        "category": "improvement",
        "area": "EA01",
        "text_key": "",
        "text_sha256": "",
        "recorded_by": "P-A",
    }
    with transaction() as session:
        at = members(session, fieldwork, Role.LEAD)[0][0].given_at
        for number, names in enumerate((["a-1:v2:p1", "a-2"], ["a-11"], ["a-1"]), 1):
            row = Finding(inspection=fieldwork, id=f"F0{number}", notes=names, recorded_at=at, **values)
            row.withdrawn_at = at if number == 3 else None
            session.add(row)
        session.flush()
        assert [(row.id, pieces) for row, pieces in findings_from(session, fieldwork, "a-1")] == [
            ("F01", [NotePiece("a-1", 2, 1)])
        ]
