"""Whoever's turn it is has a notice: reviewers, the lead, writers and the quality assurer, each once."""

from models.events import Owed
from models.lifecycle import Stage
from models.roles import Role
from models.states import FindingLevel, ReadyFor
from tasks.accuracy.comments import comment
from tasks.accuracy.replying import reply
from tasks.assuring.passing import pass_finding
from tasks.assuring.turns import tell_turns
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tasks.jobs.compile_letter import compile_owed
from tasks.people.notices import words_of
from tasks.people.persons import members
from tests.tasks.assuring.test_passing import WORDS
from tests.tasks.passing import agreed, assured, ready_for_draft, written
from tests.tasks.steps import moved_to, notices, taken


def people(ref: str, role: Role) -> list[str]:
    with transaction() as session:
        return [person.id for _, person in members(session, ref, role)]


def told(ref: str, kind: str) -> list[str]:
    tell_turns(ref)
    tell_turns(ref)
    return sorted(str(row.person_id) for row in notices(ref, kind))


def test_each_turn_has_its_notice_and_nobody_is_told_of_their_own(fieldwork: str) -> None:
    (lead,), inspectors, (assurer,) = (people(fieldwork, role) for role in (Role.LEAD, Role.INSPECTOR, Role.ASSURER))
    assert told(fieldwork, "findings_to_review") == []
    record_finding(fieldwork, WORDS, by=f"inspector: {inspectors[0]}")
    assert told(fieldwork, "findings_to_review") == sorted([lead, *inspectors[1:]])
    pass_finding(fieldwork, "F01", FindingLevel.REVIEWED, version=1, by=f"inspector: {inspectors[1]}")
    assert told(fieldwork, "findings_to_moderate") == [lead]
    agreed(fieldwork)
    # On site more may come.
    assert told(fieldwork, "findings_to_assure") == []
    moved_to(fieldwork, Stage.FINDINGS_DRAFTING)
    assert told(fieldwork, "findings_to_assure") == [assurer]
    ready_for_draft(fieldwork)
    compile_owed(taken(Owed.COMPILE_LETTER, fieldwork))
    # The draft that goes out is put together from findings, so that the letter is theirs to write from now on.
    assert sorted(str(row.person_id) for row in notices(fieldwork, "letter_to_write")) == sorted([lead, *inspectors])
    assert told(fieldwork, "letter_to_write") == sorted([lead, *inspectors])
    said = comment(fieldwork, f"{fieldwork}/police", text="It was two days.", by="police officer: P-AAAAAAAA")
    written(fieldwork, by=lead)
    # The quality assurer reads last: a comment waits for its reply.
    assert told(fieldwork, "findings_to_assure") == [assurer]
    reply(said, "declined", "It was three.", by=f"inspector: {lead}")
    assert told(fieldwork, "findings_to_assure") == [assurer, assurer]
    with transaction() as session:
        bodies = [words_of(session, row).body for row in notices(fieldwork, "findings_to_assure")]
    assert sorted(body.partition(" all is ready for ")[2].partition(".")[0] for body in bodies) == [
        *("publication", "the draft letter")
    ]


def test_what_the_lead_wrote_is_told_to_a_manager(fieldwork: str) -> None:
    (lead,), inspectors = people(fieldwork, Role.LEAD), people(fieldwork, Role.INSPECTOR)
    record_finding(fieldwork, WORDS, by=f"lead_inspector: {lead}")
    pass_finding(fieldwork, "F01", FindingLevel.REVIEWED, version=1, by=f"inspector: {inspectors[0]}")
    tell_turns(fieldwork)
    rows = notices(fieldwork, "findings_to_moderate")
    # A manager, or the role while nobody has it; never the lead inspector, who wrote it.
    assert rows
    assert lead not in {row.person_id for row in rows}


def test_nothing_is_told_before_fieldwork(chosen: str) -> None:
    assert told(chosen, "findings_to_review") == []


def test_a_reading_is_asked_for_again_when_something_changed(fieldwork: str) -> None:
    record_finding(fieldwork, WORDS, by="P-AAAAAAAA")
    moved_to(fieldwork, Stage.FINDINGS_DRAFTING)
    agreed(fieldwork)
    assert len(told(fieldwork, "findings_to_assure")) == 1
    record_finding(fieldwork, WORDS.__class__("strength", "EA01", "H", "T.", evidence_kinds=("staff",)), by="P-A")
    agreed(fieldwork)
    assert len(told(fieldwork, "findings_to_assure")) == 2
    assured(fieldwork, ReadyFor.DRAFT)
    assert len(told(fieldwork, "findings_to_assure")) == 2
