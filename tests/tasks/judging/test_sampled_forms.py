"""Forms on the wider sample: each inspector's own, version by version, words in the store alone."""

from dataclasses import replace

import pytest
from sqlmodel import select

from models.lifecycle import Stage
from models.refusals import FormRefusedError
from models.tables import AuditEntry, SampledForm
from models.themes import theme
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.judging.sampled_forms import (
    FormWords,
    SampledFormError,
    check_form,
    forms_of,
    newest_of,
    record_form,
    sampled_children,
    text_of_form,
)
from tasks.sampling import Decision, DecisionKind, Reason
from tasks.sampling.draws import decide
from tests.tasks.steps import ledger_text, moved_to

THEME = theme("domestic-abuse-2024")
_ANSWERS = {question.code: "yes" for question in THEME.sampled.questions}
WORDS = FormWords("police", _ANSWERS, "mixed", "CANARY-Q9 the visit was late.")


def _forms(ref: str) -> list[SampledForm]:
    with transaction() as session:
        return forms_of(session, ref)


def test_l5_codes_are_in_the_ledger_and_words_in_the_store_alone(fieldwork: str) -> None:
    assert record_form(fieldwork, "S1", WORDS, by="P-AAAAAAAA") == 1
    (form,) = _forms(fieldwork)
    assert text_of_form(form) == "CANARY-Q9 the visit was late."
    assert b"CANARY-Q9" in store.get(form.text_key)
    assert "CANARY" not in ledger_text()
    asked = THEME.sampled.points[form.point].questions
    assert form.answers == dict.fromkeys(asked, "yes")
    with transaction() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "sampled.recorded")).one()
    assert (entry.actor, entry.subject) == ("inspector: P-AAAAAAAA", f"{fieldwork}/S1")


def test_nothing_is_overwritten_and_the_same_form_again_is_no_version(fieldwork: str) -> None:
    numbers = [
        record_form(fieldwork, "S1", WORDS, by="P-AAAAAAAA"),
        record_form(fieldwork, "S1", WORDS, by="P-AAAAAAAA"),
        record_form(fieldwork, "S1", replace(WORDS, text="Better words."), by="P-AAAAAAAA"),
        record_form(fieldwork, "S1", WORDS, by="P-BBBBBBBB"),
        record_form(fieldwork, "S1", replace(WORDS, agency="health"), by="P-AAAAAAAA"),
    ]
    assert numbers == [1, 1, 2, 1, 1]
    forms = _forms(fieldwork)
    assert len(forms) == 4
    assert {text_of_form(form) for form in forms} == {WORDS.text, "Better words."}
    newest = {(form.person_id, form.agency): form.version for form in newest_of(forms)}
    assert newest == {("P-AAAAAAAA", "police"): 2, ("P-BBBBBBBB", "police"): 1, ("P-AAAAAAAA", "health"): 1}


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (replace(WORDS, agency="parish"), "agency"),
        (replace(WORDS, answers={**_ANSWERS, "timely": "perhaps"}), "answer-timely"),
        (replace(WORDS, answers={}), "answer-timely"),
        (replace(WORDS, judgement="bad"), "judgement"),
        (replace(WORDS, text="x" * 4001), "text"),
    ],
)
def test_each_mistake_stands_at_its_field(words: FormWords, field: str) -> None:
    mistakes = check_form(words, "contact", THEME, {"police", "health"})
    assert field in {mistake.field for mistake in mistakes}
    assert "perhaps" not in " ".join(mistake.text for mistake in mistakes)


def test_a_form_is_refused_for_no_such_child_a_mistake_and_a_stage_that_is_over(chosen: str) -> None:
    for label in ("T1", "S99", "x"):
        with pytest.raises(SampledFormError, match="No child of the wider sample"):
            record_form(chosen, label, WORDS, by="P-AAAAAAAA")
    with pytest.raises(FormRefusedError):
        record_form(chosen, "S1", replace(WORDS, judgement=""), by="P-AAAAAAAA")
    moved_to(chosen, Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY)
    with pytest.raises(SampledFormError, match="factual accuracy"):
        record_form(chosen, "S1", WORDS, by="P-AAAAAAAA")
    assert _forms(chosen) == []


def test_what_was_seen_of_a_child_who_leaves_stays_and_takes_no_more(fieldwork: str) -> None:
    record_form(fieldwork, "S1", WORDS, by="P-AAAAAAAA")
    for label in ("S1", "S2"):
        decide(fieldwork, Decision(DecisionKind.REPLACE, Reason.WRONG_LINK, "A Lee", label, "B Khan"))
    with transaction() as session:
        children = {child.label: child.withdrawn for child in sampled_children(session, fieldwork)}
    # Of S2, whom nobody had looked at, nothing is left to show.
    assert children["S1"] is True
    assert "S2" not in children
    with pytest.raises(SampledFormError):
        record_form(fieldwork, "S1", replace(WORDS, text="More."), by="P-AAAAAAAA")
    assert len(_forms(fieldwork)) == 1
