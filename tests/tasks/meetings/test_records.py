"""Records of meetings with the area: kept once, words in the store, each reading recorded."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from models.lifecycle import ENDED, Stage
from models.refusals import FormRefusedError
from models.states import Attending
from models.tables import AuditEntry, HeldMeeting, Inspection
from tasks.ground.database import transaction
from tasks.meetings.records import (
    LONGEST,
    RecordError,
    RecordWords,
    UnknownRecordError,
    read_record,
    record_meeting,
    records_of,
    who_may_attend,
)
from tests.tasks.steps import actions, ledger_text

pytestmark = pytest.mark.parts
BY = "lead_inspector: P-7KQ2M4XB"
TEXT = "The director said that the Zebra team has no manager."


def words(ref: str, **change: Any) -> RecordWords:
    with transaction() as session:
        people = sorted(who_may_attend(session, ref))
        today = session.get_one(Inspection, ref).today()
    given = RecordWords("keep_in_touch", today, people[:2], ["director_of_childrens_services"], TEXT)
    return replace(given, **change)


def test_l5_a_record_holds_references_and_its_words_are_in_the_store(area: str) -> None:
    given = words(area)
    identity = record_meeting(area, given, once="a", by=BY)
    assert record_meeting(area, given, once="a", by=BY) == identity
    assert record_meeting(area, given, once="b", by=BY) != identity
    row, text = read_record(area, identity, by="inspector: P-AAAA2222")
    assert text == TEXT
    assert (row.people, row.offices, row.characters) == (given.people, [Attending.CHILDRENS_DIRECTOR], len(TEXT))
    assert "Zebra" not in ledger_text()
    assert actions(area).count("meeting.recorded") == 2
    with transaction() as session:
        (entry,) = session.exec(select(AuditEntry).where(AuditEntry.action == "meeting.read")).all()
        assert (entry.actor, entry.subject) == ("inspector: P-AAAA2222", identity)
        assert {each.id for each in records_of(session, area)} == {
            each.id for each in session.exec(select(HeldMeeting))
        }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "party"}, "kind"),
        ({"day": None}, "on"),
        ({"day": date(2020, 1, 1)}, "on"),
        ({"day": date(2099, 1, 1)}, "on"),
        ({"people": ["P-NOBODY22"]}, "present"),
        ({"offices": ["king"]}, "present"),
        ({"people": [], "offices": []}, "present"),
        ({"text": "  "}, "text"),
        ({"text": "x" * (LONGEST + 1)}, "text"),
    ],
)
def test_each_wrong_field_is_told_of(area: str, change: dict[str, Any], field: str) -> None:
    with pytest.raises(FormRefusedError) as caught:
        record_meeting(area, words(area, **change), once="a", by=BY)
    assert [mistake.field for mistake in caught.value.mistakes] == [field]


@pytest.mark.parametrize("stage", sorted(ENDED))
def test_after_the_end_no_meeting_is_recorded(area: str, stage: Stage) -> None:
    given = words(area)
    with transaction() as session:
        session.get_one(Inspection, area).stage = stage
    with pytest.raises(RecordError):
        record_meeting(area, given, once="a", by=BY)


def test_a_record_of_another_inspection_is_none_here(area: str) -> None:
    given = words(area)
    identity = record_meeting(area, replace(given, day=given.day), once="a", by=BY)
    for ref, name in (("another", identity), (area, "unknown")):
        with pytest.raises(UnknownRecordError):
            read_record(ref, name, by=BY)
