"""A concern on another's remit is written in versions, goes with the copy, and is acknowledged by whom it is to."""

import pytest

from models.events import Owed
from models.lifecycle import Stage
from models.refusals import FormRefusedError
from models.roles import Role
from models.tables import Inspection, RemitConcern, RemitConcernVersion
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tasks.jobs.compile_letter import compile_owed
from tasks.letters.publication import close_accuracy
from tasks.people.notices import words_of as words_of_notice
from tasks.people.persons import members
from tasks.recognition.passing import NAMED
from tasks.remit.people import body_of, may_read, receivers
from tasks.remit.writing import (
    NewerWordsError,
    NoRemitConcernError,
    RemitError,
    acknowledge_concern,
    concern_for,
    concerns_for,
    remit_refusal,
    send_concerns,
    withdraw_concern,
    words_of,
    write_concern,
)
from tests.tasks.findings.test_names_kept_out import somebody
from tests.tasks.passing import ready_for_draft, ready_for_publication
from tests.tasks.steps import actions, ledger_text, moved_to, notices, taken

pytestmark = pytest.mark.parts
TEXT = "Quizzle was late."
CQC, FORCE = "Care Quality Commission", "HM Inspectorate of Constabulary and Fire & Rescue Services"


@pytest.fixture
def people(fieldwork: str) -> dict[str, str]:
    """Return the references of the team of the rehearsal, by inspectorate; the lead is of Ofsted."""
    with transaction() as session:
        team = [person.id for _, person in members(session, fieldwork, Role.LEAD, Role.INSPECTOR)]
        return {body_of(session, person): person for person in team}


def written(
    ref: str, people: dict[str, str], text: str = "Quizzle was late.", identity: str = "", seen: int = 0
) -> str:
    by = f"inspector: {people[CQC]}"
    return write_concern(ref, identity, people[FORCE], text, follows=seen, by=by)


def row_of(identity: str) -> RemitConcern:
    with transaction() as session:
        return session.get_one(RemitConcern, identity)


def copied(ref: str) -> None:
    """Take an inspection to the copy before publication."""
    words = FindingWords("improvement", "EA01", "A heading", "A text.", evidence_kinds=("documents",), cases=("T1",))
    record_finding(ref, words, by="A Lee")
    moved_to(ref, Stage.FINDINGS_DRAFTING)
    ready_for_draft(ref)
    compile_owed(taken(Owed.COMPILE_LETTER, ref))
    ready_for_publication(ref)
    close_accuracy(ref, by="A Lee")
    compile_owed(taken(Owed.COMPILE_LETTER, ref))


def test_it_goes_to_others_alone(fieldwork: str, people: dict[str, str]) -> None:
    with transaction() as session:
        bodies = {each.body for each in receivers(session, fieldwork, CQC)}
        assert body_of(session, "P-00000000") == ""
    assert bodies == {"Ofsted", FORCE, "HM Inspectorate of Probation"}
    with pytest.raises(FormRefusedError) as refused:
        write_concern(fieldwork, "", people[CQC], " ", follows=0, by=f"inspector: {people[CQC]}")
    assert [each.field for each in refused.value.mistakes] == ["to", "text"]
    with pytest.raises(FormRefusedError) as named:
        written(fieldwork, people, f"{somebody(fieldwork)} was not seen.")
    assert named.value.mistakes[0].text == NAMED
    with pytest.raises(RemitError, match="entered under no inspectorate"):
        write_concern(fieldwork, "", people[CQC], "A text.", follows=0, by="inspector: P-00000000")


def test_its_words_are_versions_in_the_store_and_nobody_writes_over_another_unseen(
    fieldwork: str, people: dict[str, str]
) -> None:
    identity = written(fieldwork, people)
    written(fieldwork, people, "Quizzle was very late.", identity, seen=1)
    with pytest.raises(NewerWordsError) as newer:
        written(fieldwork, people, "Quizzle was early.", identity, seen=1)
    assert newer.value.version == 2
    with transaction() as session:
        versions = [session.get_one(RemitConcernVersion, (identity, number)) for number in (1, 2)]
        assert words_of(session, row_of(identity), by="inspector: P-A") == "Quizzle was very late."
    assert versions[0].text_sha256 != versions[1].text_sha256
    assert "Quizzle" not in ledger_text()
    assert actions(fieldwork).count("remit.written") == 2
    assert actions(fieldwork).count("remit.read") == 1


def test_until_it_is_sent_its_own_inspectorate_alone_reads_it(fieldwork: str, people: dict[str, str]) -> None:
    identity = written(fieldwork, people)
    with transaction() as session:
        row = session.get_one(RemitConcern, identity)
        assert {body for body, person in people.items() if may_read(session, row, person)} == {CQC}
        assert concerns_for(session, fieldwork, people["Ofsted"]) == []
        with pytest.raises(NoRemitConcernError):
            concern_for(session, fieldwork, identity, people[FORCE])
    assert notices(fieldwork, "remit_concern") == []
    with pytest.raises(NoRemitConcernError):
        acknowledge_concern(fieldwork, identity, by=f"inspector: {people[FORCE]}")


def test_it_goes_with_the_copy_to_the_named_person_who_acknowledges_it(fieldwork: str, people: dict[str, str]) -> None:
    identity, back = written(fieldwork, people), written(fieldwork, people, "Another.")
    withdraw_concern(fieldwork, back, by=f"inspector: {people[CQC]}")
    copied(fieldwork)
    assert row_of(identity).sent_at is not None
    assert row_of(back).sent_at is None
    (notice,) = notices(fieldwork, "remit_concern")
    assert (notice.person_id, bool(notice.link_id)) == (people[FORCE], True)
    with transaction() as session:
        assert f"/inspections/{fieldwork}/remit/{identity}" in words_of_notice(session, notice).body
        row = session.get_one(RemitConcern, identity)
        assert {body for body, person in people.items() if may_read(session, row, person)} == {CQC, FORCE}
        assert send_concerns(session, session.get_one(Inspection, fieldwork)) == 0
    for person in (people["Ofsted"], people[CQC]):
        with pytest.raises(NoRemitConcernError):
            acknowledge_concern(fieldwork, identity, by=f"inspector: {person}")
    for _ in range(2):
        acknowledge_concern(fieldwork, identity, by=f"inspector: {people[FORCE]}")
    assert row_of(identity).acknowledged_at is not None
    assert actions(fieldwork).count("remit.acknowledged") == 1
    (told,) = notices(fieldwork, "remit_acknowledged")
    assert told.person_id == people[CQC]


def test_what_is_sent_stays_and_what_is_written_then_is_sent_at_once(fieldwork: str, people: dict[str, str]) -> None:
    first = written(fieldwork, people)
    copied(fieldwork)
    for act in (
        lambda: written(fieldwork, people, "Other words.", first, seen=1),
        lambda: withdraw_concern(fieldwork, first, by=f"inspector: {people[CQC]}"),
    ):
        with pytest.raises(RemitError, match="sent already"):
            act()
    assert row_of(written(fieldwork, people, "A second one.")).sent_at is not None
    with pytest.raises(NoRemitConcernError):
        write_concern(fieldwork, first, people[CQC], "Mine.", follows=1, by=f"inspector: {people['Ofsted']}")


def test_it_is_written_until_the_letter_is_published(fieldwork: str, people: dict[str, str]) -> None:
    with transaction() as session:
        inspection = session.get_one(Inspection, fieldwork)
        assert remit_refusal(inspection) == ""
        inspection.stage = Stage.STATEMENT_DUE
    with pytest.raises(RemitError, match="until the letter is published"):
        written(fieldwork, people)


def test_a_form_sent_twice_is_one_concern_until_it_is_taken_back(fieldwork: str, people: dict[str, str]) -> None:
    first = written(fieldwork, people)
    assert written(fieldwork, people, f" {TEXT} ") == first
    other = written(fieldwork, people, "Another concern.")
    assert other != first
    withdraw_concern(fieldwork, first, by=f"inspector: {people[CQC]}")
    assert written(fieldwork, people) not in {first, other}
    assert actions(fieldwork).count("remit.written") == 3
