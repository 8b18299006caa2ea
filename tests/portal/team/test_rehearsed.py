"""The rehearsal's own persons agree findings, write the letter and read both by the portal's pages alone."""

from dataclasses import dataclass, field

import pytest

from deployments.demo import assuring
from deployments.demo.inspecting import record
from deployments.demo.story import NAMES
from deployments.demo.web import Person, sign_in
from deployments.demo.words import FINDINGS
from models.events import Owed
from models.lifecycle import Stage
from models.states import LetterStatus, ReadyFor
from models.tables import Inspection, Letter
from tasks.assuring.readiness import readiness
from tasks.drafting.loading import current_draft
from tasks.findings.findings import findings_of
from tasks.ground.database import transaction
from tasks.jobs.compile_letter import compile_owed
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
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, who: str) -> Person:
        if who not in self.people:
            self.people[who] = sign_in(self.portal, outbox_key(), NAMES[who], NAMES[who], self.ref)
        return self.people[who]

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
