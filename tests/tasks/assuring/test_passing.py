"""Findings pass levels by other people's word: nobody passes their own, and a change sets them back."""

from dataclasses import replace

import pytest

from models.lifecycle import Stage
from models.states import FindingLevel, ThreadKind
from models.tables import Finding
from tasks.assuring.passing import PassRefusedError, pass_finding, passes_of, withdraw_finding
from tasks.assuring.threads import open_thread, settle
from tasks.findings.findings import FindingWords, all_findings, findings_of
from tasks.findings.recording import FindingRefusedError, record_finding
from tasks.ground.database import transaction
from tasks.people.persons import author_in
from tasks.recognition.passing import NAMED
from tests.tasks.findings.test_names_kept_out import somebody
from tests.tasks.steps import actions, ledger_text, moved_to, notices

WORDS = FindingWords(
    "improvement", "EA02", "Plans seldom say by when", "They were seen late.", evidence_kinds=("observation",)
)
A, B, LEAD, MANAGER = (
    *("inspector: P-AAAAAAAA", "inspector: P-BBBBBBBB"),
    *("lead_inspector: P-CCCCCCCC", "manager: P-DDDDDDDD"),
)


def row_of(ref: str, finding: str = "F01") -> Finding:
    with transaction() as session:
        return session.get_one(Finding, (ref, finding))


def passed(ref: str, level: FindingLevel, by: str, version: int = 1) -> None:
    pass_finding(ref, "F01", level, version=version, by=by)


def test_a_finding_passes_by_a_second_inspector_and_the_lead(fieldwork: str) -> None:
    record_finding(fieldwork, WORDS, by=A)
    for level, by in ((FindingLevel.REVIEWED, B), (FindingLevel.MODERATED, LEAD), (FindingLevel.AGREED, LEAD)):
        passed(fieldwork, level, by)
        passed(fieldwork, level, by)
        assert row_of(fieldwork).level == level
    with transaction() as session:
        assert [(each.level, each.by) for each in passes_of(session, fieldwork)] == [
            (FindingLevel.RECORDED, A),
            (FindingLevel.REVIEWED, B),
            (FindingLevel.MODERATED, LEAD),
            (FindingLevel.AGREED, LEAD),
        ]
    assert actions(fieldwork).count("finding.passed") == 3


def test_l5_whom_a_priority_action_is_about_is_told_when_it_is_agreed_and_without_its_words(fieldwork: str) -> None:
    record_finding(fieldwork, replace(WORDS, category="priority_action", agencies=("police",)), by=A)
    for level, by in ((FindingLevel.REVIEWED, B), (FindingLevel.MODERATED, LEAD), (FindingLevel.AGREED, LEAD)):
        assert notices(fieldwork, "priority_action") == []
        passed(fieldwork, level, by)
    (notice,) = notices(fieldwork, "priority_action")
    assert (notice.agency_id, notice.facts) == (f"{fieldwork}/police", {})


def test_l11_nobody_passes_what_they_wrote_or_changed_last_in_whatever_role(fieldwork: str) -> None:
    record_finding(fieldwork, WORDS, by=A)
    record_finding(fieldwork, replace(WORDS, text="Other."), by=LEAD, finding_id="F01")
    for by in (A, A.replace("inspector", "lead_inspector"), LEAD):
        with pytest.raises(PassRefusedError, match="You wrote finding F01 or changed it last. Another inspector"):
            passed(fieldwork, FindingLevel.REVIEWED, by, 2)
    passed(fieldwork, FindingLevel.REVIEWED, B, 2)
    with pytest.raises(PassRefusedError, match="A programme manager moderates"):
        passed(fieldwork, FindingLevel.MODERATED, LEAD, 2)
    passed(fieldwork, FindingLevel.MODERATED, MANAGER, 2)


def test_no_level_is_left_out_and_what_was_not_read_is_not_passed(fieldwork: str) -> None:
    record_finding(fieldwork, WORDS, by=A)
    with pytest.raises(PassRefusedError, match="is recorded, so it cannot be moderated now"):
        passed(fieldwork, FindingLevel.MODERATED, LEAD)
    record_finding(fieldwork, replace(WORDS, text="Other."), by=A, finding_id="F01")
    with pytest.raises(PassRefusedError, match="was changed since you opened it. Read version 2"):
        passed(fieldwork, FindingLevel.REVIEWED, B)


def test_a_change_sets_a_finding_back_and_the_audit_says_from_where(fieldwork: str) -> None:
    record_finding(fieldwork, WORDS, by=A)
    passed(fieldwork, FindingLevel.REVIEWED, B)
    record_finding(fieldwork, replace(WORDS, text="Other."), by=A, finding_id="F01")
    assert row_of(fieldwork).level == FindingLevel.RECORDED
    assert "set_back_from" in ledger_text(fieldwork)
    passed(fieldwork, FindingLevel.REVIEWED, B, 2)


def test_nothing_is_agreed_while_people_still_talk_about_it(fieldwork: str) -> None:
    record_finding(fieldwork, WORDS, by=A)
    passed(fieldwork, FindingLevel.REVIEWED, B)
    passed(fieldwork, FindingLevel.MODERATED, LEAD)
    thread = open_thread(fieldwork, "F01", ThreadKind.COMMENTS, "By whom?", by=B)
    with pytest.raises(PassRefusedError, match="1 thread of comments is open on finding F01"):
        passed(fieldwork, FindingLevel.AGREED, LEAD)
    settle(fieldwork, "F01", thread, is_settled=True, by=A)
    open_thread(fieldwork, "F01", ThreadKind.DISAGREEMENT, "It was 3 days.", by=B)
    with pytest.raises(PassRefusedError, match="A disagreement on finding F01 is not decided"):
        passed(fieldwork, FindingLevel.AGREED, LEAD)


def test_a_finding_is_withdrawn_with_a_reason_that_lies_in_the_store(fieldwork: str) -> None:
    record_finding(fieldwork, WORDS, by=A)
    for text, sentence in ((" ", "Enter why"), ("x" * 2001, "2,000 characters"), (somebody(fieldwork), NAMED[:20])):
        with pytest.raises(PassRefusedError, match=sentence):
            withdraw_finding(fieldwork, "F01", text, by=A)
    withdraw_finding(fieldwork, "F01", "The quizzical file was another child's.", by=A)
    assert "quizzical" not in ledger_text(fieldwork)
    with transaction() as session:
        assert findings_of(session, fieldwork) == []
        assert [row.id for row in all_findings(session, fieldwork)] == ["F01"]
    with pytest.raises(PassRefusedError, match="or it is withdrawn"):
        withdraw_finding(fieldwork, "F01", "Again.", by=A)
    with pytest.raises(PassRefusedError, match="or it is withdrawn"):
        passed(fieldwork, FindingLevel.REVIEWED, B)
    with pytest.raises(FindingRefusedError, match="F01 is withdrawn"):
        record_finding(fieldwork, replace(WORDS, text="Other."), by=A, finding_id="F01")
    # The very same words again are a finding of their own.
    assert record_finding(fieldwork, WORDS, by=A) == "F02"


def test_findings_pass_until_publication(fieldwork: str) -> None:
    record_finding(fieldwork, WORDS, by=A)
    moved_to(fieldwork, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY, Stage.PRE_PUBLICATION)
    passed(fieldwork, FindingLevel.REVIEWED, B)
    with pytest.raises(PassRefusedError, match="no finding is withdrawn any more"):
        withdraw_finding(fieldwork, "F01", "Late.", by=A)
    moved_to(fieldwork, Stage.PUBLISHED)
    with pytest.raises(PassRefusedError, match="until the letter is published"):
        passed(fieldwork, FindingLevel.MODERATED, LEAD)


def test_people_are_the_same_in_every_role() -> None:
    assert author_in(A) == author_in("lead_inspector: P-AAAAAAAA") == author_in("P-AAAAAAAA") == "P-AAAAAAAA"
    assert author_in("inspector: A Lee") == author_in("A Lee") == "A Lee"
