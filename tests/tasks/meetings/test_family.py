"""Planned meetings and consent: told by the council alone, by label, checked, kept apart from the ledger, and read."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.england import ENGLAND
from models.lifecycle import ENDED, Stage
from models.refusals import FormRefusedError
from models.states import ConsentAnswer, ConsentOf
from models.tables import AuditEntry, Consent, Inspection, PlannedMeeting
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.meetings.family import (
    LONGEST,
    ConsentWords,
    MeetingError,
    PlannedWords,
    UnknownMeetingError,
    cancel,
    consents_of,
    own_labels,
    plan,
    record_consent,
    unanswered,
)
from tasks.reading.meetings import read_family_meetings
from tasks.reading.visibility import Reader
from tests.scanning import EICAR, clamd, using
from tests.tasks.steps import actions, ledger_text

pytestmark = pytest.mark.parts
BY = "local_authority officer: P-7KQ2M4XB"
TEXT = "Room 4 of the Zebra Centre; ring 0118 496 0000."


def council(ref: str) -> str:
    return f"{ref}/local_authority"


def labels(ref: str) -> list[str]:
    with transaction() as session:
        return own_labels(session, council(ref))


def now(ref: str) -> datetime:
    with transaction() as session:
        return session.get_one(Inspection, ref).now()


def planned(ref: str) -> PlannedWords:
    begins = (now(ref) + timedelta(days=3)).astimezone(ENGLAND).replace(hour=14, minute=30, second=0, microsecond=0)
    return PlannedWords(labels(ref)[0], "core_group", begins, "council_office", "chair", TEXT)


def answer(ref: str, **change: Any) -> ConsentWords:
    given = ConsentWords(labels(ref)[0], "mother", "agreed", "social_worker", now(ref).astimezone(ENGLAND).date())
    return replace(given, **change)


def test_l5_a_planned_meeting_is_a_label_and_codes_and_its_words_are_in_the_store(chosen: str) -> None:
    identity = plan(council(chosen), planned(chosen), by=BY)
    with transaction() as session:
        row = session.get_one(PlannedMeeting, identity)
        assert (row.child, row.kind, row.venue, row.ask_for) == (
            labels(chosen)[0],
            "core_group",
            "council_office",
            "chair",
        )
    assert TEXT in store.get(row.words_key).decode()
    assert "Zebra" not in ledger_text()
    assert actions(chosen)[-1] == "meeting.planned"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"child": "T99"}, "child"),
        ({"child": ""}, "child"),
        ({"kind": "party"}, "kind"),
        ({"begins_at": None}, "on"),
        ({"begins_at": datetime(2020, 1, 1, tzinfo=ENGLAND)}, "on"),
        ({"begins_at": datetime(2099, 1, 1, tzinfo=ENGLAND)}, "on"),
        ({"venue": ""}, "where"),
        ({"ask_for": "Jane"}, "ask_for"),
        ({"text": "x" * (LONGEST + 1)}, "text"),
    ],
)
def test_each_wrong_field_of_a_meeting_is_told_of(chosen: str, change: dict[str, Any], field: str) -> None:
    with pytest.raises(FormRefusedError) as caught:
        plan(council(chosen), replace(planned(chosen), **change), by=BY)
    assert [mistake.field for mistake in caught.value.mistakes] == [field]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"child": "T99"}, "child"),
        ({"of": "neighbour"}, "of"),
        ({"answer": "perhaps"}, "answer"),
        ({"answer": "withdrawn"}, "answer"),
        ({"asked_by": ""}, "asker"),
        ({"answered_on": None}, "on"),
        ({"answered_on": datetime(2020, 1, 1, tzinfo=ENGLAND).date()}, "on"),
        ({"answered_on": datetime(2099, 1, 1, tzinfo=ENGLAND).date()}, "on"),
        ({"text": "x" * (LONGEST + 1)}, "text"),
    ],
)
def test_each_wrong_field_of_an_answer_is_told_of(chosen: str, change: dict[str, Any], field: str) -> None:
    with pytest.raises(FormRefusedError) as caught:
        record_consent(council(chosen), answer(chosen, **change), by=BY)
    assert [mistake.field for mistake in caught.value.mistakes] == [field]


def test_the_newest_answer_of_each_person_holds_and_earlier_ones_are_kept(chosen: str) -> None:
    first = labels(chosen)[0]
    not_asked = answer(chosen, answer="not_asked", asked_by="", answered_on=None)
    for given in (not_asked, answer(chosen), answer(chosen, answer="withdrawn"), answer(chosen, of="child")):
        record_consent(council(chosen), given, by=BY)
    with transaction() as session:
        holding = {row.of: row.answer for row in consents_of(session, chosen, first)}
        assert holding == {ConsentOf.CHILD: ConsentAnswer.AGREED, ConsentOf.MOTHER: ConsentAnswer.WITHDRAWN}
        assert sorted(row.number for row in session.exec(select(Consent))) == [1, 2, 3, 4]
        assert unanswered(session, council(chosen)) == labels(chosen)[1:]


def test_an_answer_in_another_inspection_is_no_agreement_here(chosen: str) -> None:
    record_consent(council(chosen), answer(chosen), by=BY)
    with transaction() as session:
        other = Inspection(**{**session.get_one(Inspection, chosen).model_dump(), "ref": "other", "area_gss": "E1"})
        session.add(other)
        session.flush()
        session.exec(select(Consent)).one().inspection = "other"
    with pytest.raises(FormRefusedError, match="They have not agreed before"):
        record_consent(council(chosen), answer(chosen, answer="withdrawn"), by=BY)


def test_only_the_council_tells_and_only_of_its_own_meetings(chosen: str) -> None:
    identity = plan(council(chosen), planned(chosen), by=BY)
    police = f"{chosen}/police"
    for act in (
        lambda: plan(police, planned(chosen), by="police"),
        lambda: record_consent(police, answer(chosen), by="police"),
        lambda: cancel(identity, police, by="police"),
        lambda: cancel("unknown", council(chosen), by=BY),
    ):
        with pytest.raises(UnknownMeetingError):
            act()


@pytest.mark.parametrize("stage", [*sorted(ENDED), Stage.PUBLISHED])
def test_an_inspection_that_is_over_takes_nothing(chosen: str, stage: Stage) -> None:
    words, given = planned(chosen), answer(chosen)
    with transaction() as session:
        session.get_one(Inspection, chosen).stage = stage
    with pytest.raises(MeetingError):
        plan(council(chosen), words, by=BY)
    with pytest.raises(MeetingError):
        record_consent(council(chosen), given, by=BY)


def test_consent_can_be_withdrawn_while_the_inspection_is_paused(chosen: str) -> None:
    record_consent(council(chosen), answer(chosen), by=BY)
    with transaction() as session:
        session.get_one(Inspection, chosen).stage = Stage.DEFERRED
    assert record_consent(council(chosen), answer(chosen, answer="withdrawn"), by=BY)


def test_words_in_which_the_scanner_finds_something_are_not_kept(chosen: str, tmp_path: Path) -> None:
    with clamd(tmp_path / "clamd") as address, using(address), pytest.raises(MeetingError, match="Eicar"):
        plan(council(chosen), replace(planned(chosen), text=EICAR.decode()), by=BY)
    with transaction() as session:
        assert session.exec(select(PlannedMeeting)).all() == []


def test_a_reader_sees_what_is_to_come_and_each_reading_is_recorded(chosen: str) -> None:
    first = plan(council(chosen), planned(chosen), by=BY)
    second = plan(council(chosen), replace(planned(chosen), text=""), by=BY)
    record_consent(council(chosen), answer(chosen, text="Meet her at school."), by=BY)
    for _ in range(2):
        cancel(second, council(chosen), by=BY)
    with transaction() as session:
        shown = read_family_meetings(session, chosen, Reader("inspector: P-AAAA2222"), labels(chosen)[0])
        hidden = read_family_meetings(session, chosen, Reader("inspector: x", frozenset({"police"})))
    (meeting,) = shown.coming(now(chosen))
    assert (meeting.meeting.id, meeting.text) == (first, TEXT)
    assert [each.text for each in shown.consents] == ["Meet her at school."]
    assert len(shown.planned) == 2
    assert shown.coming(now(chosen) + timedelta(days=9)) == []
    assert (hidden.planned, hidden.consents) == ((), ())
    with transaction() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "family-meetings.read")).all()
    assert [(row.actor, row.facts["records"]) for row in entries] == [("inspector: P-AAAA2222", 3)]
    assert actions(chosen).count("meeting.cancelled") == 1


def test_a_form_sent_twice_is_one_meeting_until_that_is_cancelled(chosen: str) -> None:
    words = planned(chosen)
    with ThreadPoolExecutor(4) as several:
        (identity,) = set(several.map(lambda _: plan(council(chosen), words, by=BY), range(4)))
    others = [plan(council(chosen), replace(words, text=text), by=BY) for text in ("Room 5.", "")]
    assert len({identity, *others}) == 3
    cancel(identity, council(chosen), by=BY)
    assert plan(council(chosen), words, by=BY) not in {identity, *others}
    assert actions(chosen).count("meeting.planned") == 4


def test_an_answer_sent_twice_is_one_and_the_same_one_after_another_is_a_new_one(chosen: str) -> None:
    first = record_consent(council(chosen), answer(chosen), by=BY)
    assert record_consent(council(chosen), answer(chosen), by=BY) == first
    other = record_consent(council(chosen), answer(chosen, answer="not_agreed"), by=BY)
    assert record_consent(council(chosen), answer(chosen), by=BY) not in {first, other}
    assert record_consent(council(chosen), answer(chosen, of="father"), by=BY) != first
    assert actions(chosen).count("consent.recorded") == 4
