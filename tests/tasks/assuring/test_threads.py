"""Threads on findings and paragraphs: said once, resolved and opened again; disagreements are decided by others."""

import pytest

from models.states import ThreadKind
from tasks.assuring.passing import PassRefusedError
from tasks.assuring.threads import NoThreadError, answer, decide, open_counts, open_thread, said_on, settle
from tasks.drafting.checking import ParagraphWords
from tasks.drafting.writing import write_paragraph
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tests.tasks.assuring.test_passing import LEAD, MANAGER, WORDS, A, B
from tests.tasks.counting import statements
from tests.tasks.findings.test_names_kept_out import somebody
from tests.tasks.steps import actions, ledger_text


def said(ref: str, subject: str) -> list[list[str]]:
    with transaction() as session:
        return [[text for _, text in thread.remarks] for thread in said_on(session, ref, subject)]


def test_l5_a_thread_is_said_once_and_its_words_lie_in_the_store(fieldwork: str) -> None:
    record_finding(fieldwork, WORDS, by=A)
    ids = {open_thread(fieldwork, "F01", ThreadKind.COMMENTS, "Quizzical: by whom?", by=B) for _ in range(2)}
    (thread,) = ids
    for _ in range(2):
        answer(fieldwork, "F01", thread, "By the police.", by=A)
    assert said(fieldwork, "F01") == [["Quizzical: by whom?", "By the police."]]
    assert "uizzical" not in ledger_text(fieldwork)
    assert actions(fieldwork).count("thread.opened") == actions(fieldwork).count("thread.answered") == 1


def test_more_threads_cost_no_more_queries(fieldwork: str) -> None:
    paragraph = write_paragraph(fieldwork, None, "main", ParagraphWords("They act."), follows=0, by=A)

    def queries() -> int:
        with transaction() as session, statements(session) as sent:
            said_on(session, fieldwork, paragraph)
        return len(sent)

    open_thread(fieldwork, paragraph, ThreadKind.COMMENTS, "Who?", by=B)
    before = queries()
    for number in range(3):
        open_thread(fieldwork, paragraph, ThreadKind.COMMENTS, f"Who, of {number}?", by=B)
    assert (queries(), len(said(fieldwork, paragraph))) == (before, 4)


def test_a_thread_is_resolved_and_opened_again(fieldwork: str) -> None:
    paragraph = write_paragraph(fieldwork, None, "main", ParagraphWords("They act."), follows=0, by=A)
    thread = open_thread(fieldwork, paragraph, ThreadKind.COMMENTS, "Who?", by=B)
    with transaction() as session:
        assert open_counts(session, fieldwork) == {paragraph: 1}
    for _ in range(2):
        settle(fieldwork, paragraph, thread, is_settled=True, by=A)
    with pytest.raises(PassRefusedError, match="Open it again before"):
        answer(fieldwork, paragraph, thread, "Still: who?", by=B)
    settle(fieldwork, paragraph, thread, is_settled=False, by=B)
    answer(fieldwork, paragraph, thread, "Still: who?", by=B)
    assert [actions(fieldwork).count(f"thread.{what}") for what in ("resolved", "reopened")] == [1, 1]


def test_a_disagreement_is_decided_with_words_by_somebody_else(fieldwork: str) -> None:
    record_finding(fieldwork, WORDS, by=LEAD)
    thread = open_thread(fieldwork, "F01", ThreadKind.DISAGREEMENT, "It was 3 days.", by=B)
    for by in (B, LEAD):
        with pytest.raises(PassRefusedError, match="You disagreed, or you wrote the finding"):
            decide(fieldwork, "F01", thread, "It stays.", by=by)
    with pytest.raises(PassRefusedError, match="Enter what you want to say"):
        decide(fieldwork, "F01", thread, "", by=MANAGER)
    with pytest.raises(NoThreadError):
        settle(fieldwork, "F01", thread, is_settled=True, by=MANAGER)
    decide(fieldwork, "F01", thread, "It stays: the record says 2.", by=MANAGER)
    with pytest.raises(PassRefusedError, match="decided already"):
        decide(fieldwork, "F01", thread, "Again.", by=MANAGER)
    assert said(fieldwork, "F01") == [["It was 3 days.", "It stays: the record says 2."]]
    assert actions(fieldwork).count("disagreement.decided") == 1


def test_nothing_is_said_of_what_is_not_there_or_by_name(fieldwork: str) -> None:
    record_finding(fieldwork, WORDS, by=A)
    paragraph = write_paragraph(fieldwork, None, "main", ParagraphWords("They act."), follows=0, by=A)
    comments, disagreement = ThreadKind.COMMENTS, ThreadKind.DISAGREEMENT
    for subject, kind in (("F09", comments), ("P09", comments), (paragraph, disagreement)):
        with pytest.raises(NoThreadError):
            open_thread(fieldwork, subject, kind, "What?", by=B)
    with pytest.raises(NoThreadError):
        answer(fieldwork, "F01", "none", "What?", by=B)
    with pytest.raises(PassRefusedError, match="Remove the name"):
        open_thread(fieldwork, "F01", ThreadKind.COMMENTS, f"Was it {somebody(fieldwork)}?", by=B)
    assert said(fieldwork, "F01") == []
