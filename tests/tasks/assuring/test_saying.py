"""What the quality assurer says: on what they have read alone, with a reason, and the draft follows it."""

from dataclasses import replace

import pytest

from models.events import Owed
from models.lifecycle import Stage
from models.states import ReadyFor
from tasks.assuring.passing import withdraw_finding
from tasks.assuring.readiness import assurances_of, readiness
from tasks.assuring.saying import AssuranceRefusedError, reason_of, say
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tasks.jobs.compile_letter import compile_owed
from tasks.ledger.rows import inspection_of
from tests.tasks.assuring.test_passing import WORDS, A
from tests.tasks.passing import ASSURER, agreed
from tests.tasks.steps import actions, ledger_text, moved_to, stage, taken


def digest(ref: str, purpose: ReadyFor = ReadyFor.DRAFT) -> str:
    with transaction() as session:
        return readiness(session, inspection_of(session, ref), purpose).digest


def said(ref: str, *, ready: bool, reason: str = "Because.", given: str = "") -> None:
    say(ref, ReadyFor.DRAFT, ready=ready, reason=reason, digest=given or digest(ref), by=ASSURER)


def test_the_draft_waits_for_the_quality_assurer_and_follows_their_word(fieldwork: str) -> None:
    from tasks.ledger.work import owe

    record_finding(fieldwork, WORDS, by=A)
    moved_to(fieldwork, Stage.FINDINGS_DRAFTING)
    with transaction() as session:
        owe(session, Owed.COMPILE_LETTER, f"{fieldwork}/draft/1", fieldwork)
    assert compile_owed(taken(Owed.COMPILE_LETTER, fieldwork)) == "F01 waits to be reviewed by a second inspector."
    agreed(fieldwork)
    said(fieldwork, ready=False, reason="The quizzical text says too much.")
    assert "quizzical" not in ledger_text(fieldwork)
    said(fieldwork, ready=True)
    said(fieldwork, ready=True)
    assert actions(fieldwork).count("findings.assured") == 2
    assert compile_owed(taken(Owed.COMPILE_LETTER, fieldwork)) == "1 finding"
    assert stage(fieldwork) == Stage.FACTUAL_ACCURACY
    with transaction() as session:
        rows = assurances_of(session, fieldwork)
    assert [(row.number, row.ready, reason_of(row)) for row in rows] == [
        (1, False, "The quizzical text says too much."),
        (2, True, "Because."),
    ]


def test_nothing_is_said_out_of_turn_or_of_what_was_not_read(fieldwork: str) -> None:
    record_finding(fieldwork, WORDS, by=A)
    with pytest.raises(AssuranceRefusedError, match="F01 waits to be reviewed"):
        said(fieldwork, ready=True)
    agreed(fieldwork)
    before = digest(fieldwork)
    record_finding(fieldwork, replace(WORDS, text="Other."), by=A, finding_id="F01")
    agreed(fieldwork)
    with pytest.raises(AssuranceRefusedError, match="was changed since you opened this page"):
        said(fieldwork, ready=True, given=before)
    with pytest.raises(AssuranceRefusedError, match="Enter why"):
        said(fieldwork, ready=True, reason=" ")
    said(fieldwork, ready=True)
    withdraw_finding(fieldwork, "F01", "Wrong.", by=A)
    with pytest.raises(AssuranceRefusedError, match="No finding is recorded yet"):
        said(fieldwork, ready=True)
    given = digest(fieldwork, ReadyFor.PUBLICATION)
    with pytest.raises(AssuranceRefusedError, match='This inspection is at the stage "fieldwork"'):
        say(fieldwork, ReadyFor.PUBLICATION, ready=True, reason="Yes.", digest=given, by=ASSURER)
