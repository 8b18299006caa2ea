"""A finding grows from evidence notes: their codes, cases for and against, and words are filled in."""

import json
import re

import pytest

from models.lifecycle import Stage
from models.roles import Role
from models.tables import Finding, Note
from models.tables.base import utc_now
from portal.team.findings import grown
from tasks.findings.findings import FindingWords
from tasks.ground.database import transaction
from tasks.notes.taking import take
from tasks.people.persons import members
from tasks.reading.notes import Written, draw_now
from tests.portal.driving import Driver, moved_to, words
from tests.portal.team.passing import FINDING

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def note(number: int, child: str, judgement: str, *, relabelled: bool = False) -> Written:
    row = Note(
        inspection="r",
        id=f"a-{number}",
        person_id="P",
        device="a",
        version=1,
        sequence=1,
        child=child,
        area="EA02",
        agency="police",
        kind="staff",
        judgement=judgement,
        criterion="unborn",
        begun_at=utc_now(),
        changed_at=utc_now(),
    )
    return Written(row, f"Text {number}.", relabelled)


def test_what_most_notes_judge_is_its_kind_and_the_others_speak_against_it() -> None:
    notes = [note(1, "T1", "concern"), note(2, "T2", "concern"), note(3, "T3", "strength")]
    gone = note(4, "T4", "concern", relabelled=True)
    assert grown([*notes, gone]) == FindingWords(
        category="improvement",
        area="EA02",
        heading="",
        text="Text 1.\n\nText 2.\n\nText 3.\n\nText 4.",
        tags=("unborn",),
        agencies=("police",),
        evidence_kinds=("staff",),
        cases=("T1", "T2"),
        # A label of an earlier draw may stand for another child now.
        against=("T3",),
        notes=("a-1", "a-2", "a-3", "a-4"),
    )
    assert grown([]) == FindingWords("", "", "", "")


def test_l12_notes_lead_to_a_finding_that_keeps_them(inspector: Driver, reading: str) -> None:
    moved_to(reading, Stage.FIELDWORK)
    device = "00000000000000c1"
    with transaction() as session:
        writer, draw = members(session, reading, Role.LEAD)[0][1].id, draw_now(session, reading)
    entry = {"note": f"{device}-1", "version": 1, "text": "CANARY-NOTE", "child": "T1", "draw": draw}
    entry |= {"area": "EA02", "judgement": "concern", "kind": "staff"}
    document = {"device": device, "sequence": 1, "entries": [entry]}
    take(reading, writer, json.dumps(document).encode(), signed_in=True)
    base = f"/inspections/{reading}"
    assert f'href="{base}/findings/from-notes?note={device}-1"' in inspector.get(f"{base}/notes/{device}-1").text
    assert "Use for a finding" in words(inspector.get(f"{base}/notes"))
    page = f"{base}/findings/from-notes?note={device}-1"
    form = inspector.get(page).text
    assert "CANARY-NOTE" in form
    assert re.search(r'value="T1" checked', form)
    data = {"csrf": inspector.token(page), **FINDING, "notes": f"{device}-1"}
    assert inspector.http.post(f"{base}/findings/new", data=data).status_code == 200
    with transaction() as session:
        assert session.get_one(Finding, (reading, "F01")).notes == [f"{device}-1"]
    assert "Note 1" in words(inspector.get(f"{base}/findings/F01/standing"))
