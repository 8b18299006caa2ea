"""Words that could tell who a child is are kept only once a second person has passed them."""

from dataclasses import replace

import pytest

from models.refusals import FormRefusedError
from models.states import MarkReason
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tasks.recognition.passing import (
    NAMED,
    NotMarkedError,
    PassWordsRefusedError,
    Recogniser,
    ask,
    decide,
    read_words,
    recogniser,
    waiting_words,
)
from tests.tasks.assuring.test_passing import WORDS, A, B
from tests.tasks.findings.test_names_kept_out import somebody
from tests.tasks.steps import actions, ledger_text

pytestmark = pytest.mark.parts


def test_l5_marked_words_are_kept_only_once_a_second_person_passed_them(fieldwork: str) -> None:
    name = somebody(fieldwork)
    text = f"The court named {name}.\nIt was in the news."
    finding = replace(WORDS, text=text)
    with pytest.raises(FormRefusedError, match="Remove the name"):
        record_finding(fieldwork, finding, by=A)
    identity = ask(fieldwork, text, MarkReason.PUBLIC, by=A)
    assert ask(fieldwork, " ".join(text.split()), MarkReason.PUBLIC, by=B) == identity
    with pytest.raises(PassWordsRefusedError, match="You asked"):
        decide(fieldwork, identity, passed=True, by=A.replace("inspector", "lead_inspector"))
    with pytest.raises(FormRefusedError):
        record_finding(fieldwork, finding, by=A)
    row, words, of_words = read_words(fieldwork, identity, by=B)
    assert (row.kinds, words) == (["name"], text)
    assert [words[mark.start : mark.end] for mark in of_words] == [name]
    decide(fieldwork, identity, passed=True, by=B)
    decide(fieldwork, identity, passed=True, by=B)
    with transaction() as session:
        assert waiting_words(session, fieldwork) == []
    assert record_finding(fieldwork, finding, by=A)
    # One word more is another text.
    with pytest.raises(FormRefusedError):
        record_finding(fieldwork, replace(finding, text=f"{text} Often."), by=A)
    assert [step for step in actions(fieldwork) if step.startswith("words.")] == [
        *("words.marked", "words.read", "words.decided")
    ]
    assert name not in ledger_text(fieldwork)


def test_words_sent_back_stay_refused_and_can_be_asked_of_again(fieldwork: str) -> None:
    text = f"It was {somebody(fieldwork)}."
    identity = ask(fieldwork, text, MarkReason.SOMEBODY_ELSE, by=A)
    decide(fieldwork, identity, passed=False, by=B)
    with pytest.raises(PassWordsRefusedError, match="already"):
        decide(fieldwork, identity, passed=True, by="inspector: P-EEEEEEEE")
    with pytest.raises(FormRefusedError):
        record_finding(fieldwork, replace(WORDS, text=text), by=A)
    assert ask(fieldwork, text, MarkReason.PUBLIC, by=A) != identity


def test_nothing_is_asked_of_words_without_marks_nor_of_another_inspection(fieldwork: str) -> None:
    with pytest.raises(PassWordsRefusedError, match="Nothing"):
        ask(fieldwork, "Plans seldom say by when.", MarkReason.MANY, by=A)
    with pytest.raises(NotMarkedError):
        decide(fieldwork, "0" * 32, passed=True, by=B)


def test_the_gravest_mark_speaks_and_no_sentence_repeats_what_was_written(fieldwork: str) -> None:
    name = somebody(fieldwork)
    with transaction() as session:
        known = recogniser(session, fieldwork)
    assert known.sentence(f"{name} was seen.") == NAMED
    assert known.sentence("Plans seldom say by when.") == ""
    assert name not in repr(known)
    assert Recogniser().sentence(f"{name} was seen.") == ""
