"""An inspection whose draft letter was sent, for the tests of the check of facts."""

import pytest

from models.events import Owed
from models.lifecycle import Stage
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.jobs.compile_letter import compile_owed
from tests.tasks.passing import ready_for_draft
from tests.tasks.snapshots import once
from tests.tasks.steps import moved_to, taken

FIRST = FindingWords(
    category="improvement",
    area="EA03",
    heading="Plans say too little",
    text="Children waited for three days.",
    evidence_kinds=("case_tracking", "staff"),
    agencies=("police",),
    cases=("T1",),
)


@pytest.fixture
def draft(fieldwork: str) -> str:
    """Return an inspection whose draft letter of three paragraphs agencies can comment on."""

    def made() -> str:
        record_finding(fieldwork, FIRST, by="A Lee")
        moved_to(fieldwork, Stage.FINDINGS_DRAFTING)
        ready_for_draft(fieldwork)
        compile_owed(taken(Owed.COMPILE_LETTER, fieldwork))
        return fieldwork

    return once("commented", made)
