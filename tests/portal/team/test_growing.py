"""A finding grows from evidence notes: their codes, cases for and against, and words are filled in."""

import json
import re

import pytest

from models.lifecycle import Stage
from models.roles import Role
from models.tables import Finding, Note
from models.tables.base import utc_now
from portal.team.findings import added_to, grown
from tasks.findings.findings import FindingWords
from tasks.findings.note_pieces import NotePiece
from tasks.ground.database import transaction
from tasks.notes.taking import take
from tasks.people.persons import members
from tasks.reading.note_sources import NoteSource, note_sources
from tasks.reading.notes import WrittenNote, draw_now
from tasks.reading.visibility import Reader
from tests.portal.driving import Driver, moved_to, words
from tests.portal.team.passing import FINDING
from tests.tasks.steps import actions

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def note(number: int, child: str, judgement: str, *, relabelled: bool = False) -> NoteSource:
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
    return NoteSource(row.id, NotePiece(row.id, 1), WrittenNote(row, f"Text {number}.", relabelled))


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
        notes=("a-1:v1", "a-2:v1", "a-3:v1", "a-4:v1"),
    )
    assert grown([]) == FindingWords("", "", "", "")


def test_notes_are_added_to_a_finding_whose_own_words_come_first_and_once() -> None:
    own = FindingWords("strength", "EA01", "Heading", "Own text.", cases=("T1",), against=("T2",), notes=("b-1",))
    notes = grown([note(1, "T2", "concern"), note(2, "T4", "concern")])
    more = added_to(own, notes)
    assert (more.category, more.area, more.heading) == ("strength", "EA01", "Heading")
    assert more.text == "Own text.\n\nText 1.\n\nText 2."
    # A child who speaks against it goes on to.
    assert (more.cases, more.against) == (("T1", "T4"), ("T2",))
    assert more.notes == ("b-1", "a-1:v1", "a-2:v1")
    assert added_to(more, notes) == more


DEVICE = "00000000000000c1"


def written(ref: str, sequence: int, version: int, text: str, *, device: str = DEVICE, **codes: str) -> str:
    """Let the lead inspector write one version of a note, and return its id; the store keeps the log of a browser."""
    number = codes.pop("number", "1")
    with transaction() as session:
        writer, draw = members(session, ref, Role.LEAD)[0][1].id, draw_now(session, ref)
    entry = {"note": f"{device}-{number}", "version": version, "text": text, "child": "T1", "draw": draw, **codes}
    document = {"device": device, "sequence": sequence, "entries": [entry]}
    take(ref, writer, json.dumps(document).encode(), signed_in=True)
    return f"{device}-{number}"


def finding(ref: str, number: str = "F01") -> Finding:
    with transaction() as session:
        return session.get_one(Finding, (ref, number))


def test_l12_a_paragraph_of_a_note_leads_to_a_finding_and_everybody_sees_what_came_from_where(
    inspector: Driver, reading: str
) -> None:
    moved_to(reading, Stage.FIELDWORK)
    first = written(reading, 1, 1, "CANARY-ONE\n\nCANARY-TWO", area="EA02", judgement="concern", agency="police")
    base = f"/inspections/{reading}"
    shown = inspector.get(f"{base}/notes/{first}").text
    assert f'value="{first}:v1:p2"' in shown
    page = f"{base}/findings/from-notes?note={first}:v1:p2"
    form = inspector.get(page).text
    assert "CANARY-TWO" in form
    assert "CANARY-ONE" not in form
    assert re.search(rf'name="notes" value="{first}:v1:p2" id="notes-1" checked', form)
    data = {"csrf": inspector.token(page), **FINDING, "notes": f"{first}:v1:p2"}
    assert inspector.http.post(f"{base}/findings/new", data=data).status_code == 200
    assert finding(reading).notes == [f"{first}:v1:p2"]
    # The note goes on; the finding keeps the words that were read.
    written(reading, 2, 2, "CANARY-ONE\n\nCANARY-THREE", area="EA02", judgement="concern", agency="police")
    evidence = inspector.get(f"{base}/findings/F01/evidence")
    assert "CANARY-TWO" in evidence.text
    assert "CANARY-THREE" not in evidence.text
    assert "version 1, paragraph 2, T1, changed since" in words(evidence)
    assert "The note has version 2 by now" in words(evidence)
    assert f'href="{base}/notes/{first}"' in evidence.text
    assert actions(reading)[-1] == "notes.read"
    back = words(inspector.get(f"{base}/notes/{first}"))
    assert "It stands behind F01" in back
    assert "version 1, paragraph 2" in back
    # Whoever does not see the agency sees that there is a note, and nothing of it.
    with transaction() as session:
        sources, hidden = note_sources(session, reading, finding(reading).notes, Reader("x", frozenset()), "P-X")
    assert (sources, hidden) == ([], 1)


def test_l12_a_place_of_the_board_and_more_notes_lead_to_a_finding_and_one_can_be_left_out(
    inspector: Driver, reading: str
) -> None:
    moved_to(reading, Stage.FIELDWORK)
    device = "00000000000000c2"
    first = written(reading, 1, 1, "CANARY-FIRST", device=device, area="EA02", criterion="unborn")
    second = written(reading, 2, 1, "CANARY-SECOND", device=device, area="EA02", criterion="unborn", number="2")
    other = written(reading, 3, 1, "CANARY-OTHER", device=device, area="EA01", number="3")
    base = f"/inspections/{reading}"
    board = inspector.get(f"{base}/notes").text
    place = f"{base}/findings/from-notes?area=EA02&amp;criterion=unborn"
    assert f'href="{place}"' in board
    page = place.replace("&amp;", "&")
    form = inspector.get(page).text
    assert form.count('name="notes"') == 2
    assert "CANARY-OTHER" not in form
    data = {"csrf": inspector.token(page), **FINDING, "notes": [f"{first}:v1", f"{second}:v1"]}
    assert inspector.http.post(f"{base}/findings/new", data=data).status_code == 200
    assert "F01, " in inspector.get(f"{base}/notes").text
    page = f"{base}/findings/from-notes?note={other}&finding=F01"
    form = inspector.get(page).text
    assert f'action="{base}/findings/F01"' in form
    assert form.count('name="notes"') == 3
    data = {"csrf": inspector.token(page), **FINDING, "notes": [f"{first}:v1", f"{other}:v1"]}
    assert inspector.http.post(f"{base}/findings/F01", data=data).status_code == 200
    assert finding(reading).notes == [f"{first}:v1", f"{other}:v1"]
    assert finding(reading).version == 2
    wrong = {**data, "notes": "no-such:v1"}
    answer = inspector.http.post(f"{base}/findings/F01", data=wrong)
    assert answer.status_code == 422
    assert "There is no note" in words(answer)


def test_l12_notes_lead_to_a_finding_that_keeps_them(inspector: Driver, reading: str) -> None:
    moved_to(reading, Stage.FIELDWORK)
    device = "00000000000000c3"
    written(reading, 1, 1, "CANARY-NOTE", device=device, area="EA02", judgement="concern", kind="staff")
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
