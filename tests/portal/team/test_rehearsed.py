"""The rehearsal's own persons agree findings, write the letter and read both by the portal's pages alone."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlmodel import select

from deployments.demo import assuring, checking
from deployments.demo.cast import Setting
from deployments.demo.inspecting import record
from deployments.demo.rehearsal import AGENCIES, NAMES
from deployments.demo.web import DemoPerson, sign_in
from deployments.demo.words import FINDINGS, NEW_FORM, REPLIES
from models.events import Owed
from models.ids import agency_id
from models.lifecycle import Stage
from models.states import LetterStatus, ReadyFor
from models.tables import Inspection, Letter, RemitConcern
from tasks.accuracy.comments import corrections_of
from tasks.accuracy.replying import reply_of
from tasks.assuring.readiness import readiness
from tasks.drafting.loading import current_draft
from tasks.findings.findings import findings_of
from tasks.ground.database import transaction
from tasks.jobs.compile_letter import compile_owed
from tasks.jobs.scan_comment_file import scan_comment_file
from tasks.letters.embargo import copy_openings
from tasks.letters.publication import ask_for_draft, close_accuracy
from tasks.people.sign_in_links import outbox_key
from tests.portal.driving import moved_to
from tests.tasks.steps import taken

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


@dataclass
class Told:
    """What of a rehearsal the steps under test ask for."""

    portal: str
    ref: str
    people: dict[str, DemoPerson] = field(default_factory=dict)
    setting: Setting = field(default_factory=Setting.of)

    def person(self, who: str) -> DemoPerson:
        if who not in self.people:
            to = agency_id(self.ref, who) if who in AGENCIES else NAMES[who]
            self.people[who] = sign_in(self.portal, outbox_key(), to, NAMES[who], self.ref)
        return self.people[who]

    def chosen(self) -> list[str]:
        return []

    def stage(self) -> Stage:
        with transaction() as session:
            return Stage(session.get_one(Inspection, self.ref).stage)


def test_findings_pass_the_letter_is_written_and_the_check_of_facts_closes(portal: str, reading: str) -> None:
    story = Told(portal, reading)
    moved_to(reading, Stage.FIELDWORK)
    for words in FINDINGS:
        record(story, words, f"/inspections/{reading}/findings/new")  # type: ignore[arg-type]
    assert "7 findings reviewed, moderated and agreed" in assuring.findings_are_agreed(story)  # type: ignore[arg-type]
    moved_to(reading, Stage.FINDINGS_DRAFTING)
    ask_for_draft(reading)
    assert compile_owed(taken(Owed.COMPILE_LETTER, reading)) == "7 findings"
    assert assuring.letter_is_written(story).endswith("0 of them not written")  # type: ignore[arg-type]
    assuring.letter_is_read(story)  # type: ignore[arg-type]
    with transaction() as session:
        inspection = session.get_one(Inspection, reading)
        assert readiness(session, inspection, ReadyFor.PUBLICATION).is_ready
        assert current_draft(session, reading).is_written
        assert len(findings_of(session, reading)) == 7
    close_accuracy(reading, by="lead_inspector: P-AAAAAAAA")
    compile_owed(taken(Owed.COMPILE_LETTER, reading))
    with transaction() as session:
        assert session.get(Letter, (reading, LetterStatus.PRE_PUBLICATION, 1)) is not None


def test_the_facts_are_checked_and_the_copy_is_read_by_the_pages_of_the_rehearsals_own_persons(
    portal: str, reading: str
) -> None:
    story: Any = Told(portal, reading)
    moved_to(reading, Stage.FIELDWORK)
    for words in FINDINGS:
        record(story, words, f"/inspections/{reading}/findings/new")
    assuring.findings_are_agreed(story)
    moved_to(reading, Stage.FINDINGS_DRAFTING)
    ask_for_draft(reading)
    compile_owed(taken(Owed.COMPILE_LETTER, reading))
    assuring.letter_is_written(story)
    for _ in range(2):
        checking.agencies_comment(story)
    assert scan_comment_file(taken(Owed.SCAN_COMMENT_FILE, reading)) == "not scanned"
    checking.paragraph_is_corrected(story)
    checking.comments_get_replies(story)
    checking.concern_is_written(story)
    assuring.letter_is_read(story)
    close_accuracy(reading, by="lead_inspector: P-AAAAAAAA")
    compile_owed(taken(Owed.COMPILE_LETTER, reading))
    checking.copy_is_read(story)
    with transaction() as session:
        rows = corrections_of(session, reading)
        assert {row.outcome: reply_of(row) for row in rows} == {"accepted": REPLIES[True], "declined": REPLIES[False]}
        (changed,) = [row for row in rows if row.changed_paragraph]
        texts = {each.id: each.text for each in current_draft(session, reading).paragraphs}
        assert NEW_FORM in texts[str(changed.changed_paragraph)]
        (concern,) = session.exec(select(RemitConcern).where(RemitConcern.inspection == reading))
        assert concern.acknowledged_at is not None
        opened = {row.agency for row in copy_openings(session, session.get_one(Inspection, reading))}
    assert len(opened) == 2
