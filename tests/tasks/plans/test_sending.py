"""A plan is sent in versions, reviewed by two people, and earlier versions stay readable."""

from dataclasses import replace

import pytest
from sqlmodel import select

from models.decisions import REVIEW_PLAN
from models.refusals import FormRefusedError
from models.states import PlanOutcome
from models.tables import ActionPlan, OutboxEvent, PlanReview
from tasks.ground.database import transaction
from tasks.jobs.second_person import confirm, take
from tasks.ledger.rows import inspection_of
from tasks.people.notices import words_of as words_of_notice
from tasks.people.two_people import SecondPersonError
from tasks.plans.drafting import remove_action, save_action
from tasks.plans.in_words import answered_in_words, plan_sentences
from tasks.plans.reviewing import ReviewWords, keep_review, waiting_reviews, words_at
from tasks.plans.sending import owner_of, send_plan
from tasks.plans.standing import PlanRefusedError, actions_of, reviews_of, sends_plan, versions_of, words_of
from tasks.plans.values import differences
from tests.tasks.plans.published import BY, GOOD, INSPECTOR, LEAD, letter_of, publish_letter
from tests.tasks.steps import actions, ledger_text, notices

pytestmark = pytest.mark.parts


@pytest.fixture
def due(fieldwork: str) -> str:
    """Return an inspection whose plan has a draft of two actions."""
    publish_letter(fieldwork)
    save_action(fieldwork, GOOD, by=BY)
    save_action(fieldwork, replace(GOOD, origin="PRIORITY-1", owner="A charity"), by=BY)
    return fieldwork


def seen(ref: str) -> str:
    with transaction() as session:
        return session.get_one(ActionPlan, ref).draft_sha256


def sent(ref: str) -> int:
    return send_plan(ref, seen=seen(ref), by=BY)


def test_a_version_is_sent_once_with_its_rows_its_entry_its_event_and_word_to_the_team(due: str) -> None:
    digest = seen(due)
    assert sent(due) == 1
    # The digest of the draft may change by what is odd today; the page that was opened sends nothing twice.
    assert send_plan(due, seen=digest, by=BY) == 1
    assert actions(due).count("plan.sent") == 1
    with transaction() as session:
        (version,) = versions_of(session, due)
        assert (version.actions, version.parts, version.answered, version.queries) == (2, 4, 2, 1)
        rows = actions_of(session, due)
        assert [(row.id, row.origin, owner_of(session, row.owner)) for row in rows] == [
            ("A01", "IMPROVE-1", "Thames Valley Police"),
            ("A02", "PRIORITY-1", ""),
        ]
        events = session.exec(select(OutboxEvent).where(OutboxEvent.event == "jtai.plan.sent")).all()
        assert len(events) == 1
        bodies = {words_of_notice(session, notice).body for notice in notices(due, "plan_sent")}
        assert sends_plan(session, due, f"{due}/local_authority")
        assert not sends_plan(session, due, f"{due}/police")
    assert all("2 of 4 parts of the letter that need an answer have no action" in body for body in bodies)
    assert bodies


def test_a_new_version_keeps_the_rows_of_what_stays_and_the_first_stays_readable(due: str) -> None:
    sent(due)
    remove_action(due, "A02", by=BY, seen=seen(due))
    assert save_action(due, replace(GOOD, origin="IMPROVE-2"), by=BY) == "A03"
    assert sent(due) == 2
    with transaction() as session:
        newest, first = versions_of(session, due)
        assert [row.id for row in actions_of(session, due)] == ["A01", "A03"]
        gone = {row.id: row.last for row in actions_of(session, due, every=True)}
        assert gone == {"A01": None, "A02": 1, "A03": None}
    assert [each.id for each in words_of(first).actions] == ["A01", "A02"]
    assert [(each.action, each.field) for each in differences(words_of(first), words_of(newest))] == [
        ("A02", ""),
        ("A03", ""),
    ]


def test_nothing_is_sent_empty_or_over_what_another_changed(due: str) -> None:
    opened = seen(due)
    remove_action(due, "A02", by=BY, seen=opened)
    with pytest.raises(PlanRefusedError, match="Somebody changed the plan"):
        send_plan(due, seen=opened, by=BY)
    remove_action(due, "A01", by=BY, seen=seen(due))
    with pytest.raises(PlanRefusedError, match="no action yet"):
        sent(due)


def test_an_action_that_answers_a_letter_that_was_replaced_is_not_sent(due: str) -> None:
    letter_of(due, (("improve", "Another."),), version=2)
    with pytest.raises(FormRefusedError, match="not one of the codes"):
        sent(due)


def reviewed(ref: str, words: ReviewWords, version: int = 1, by: str = INSPECTOR) -> str:
    """Say what a review comes to, and return the id of the proposal that waits."""
    return take(REVIEW_PLAN, keep_review(ref, version, words), by=by).proposal


MISSING = ReviewWords(adequate=False, text="Say who leads.", actions={"A02": "Name the charity."})


def test_l11_a_review_is_an_inspectors_and_stands_once_the_lead_confirms_it(due: str) -> None:
    sent(due)
    proposal = reviewed(due, MISSING)
    with transaction() as session:
        assert reviews_of(session, due) == []
        ((waiting, words),) = waiting_reviews(session, due)
        assert (waiting.id, words) == (proposal, MISSING)
    with pytest.raises(SecondPersonError, match="Another person must confirm it"):
        confirm(proposal, yes=True, by=INSPECTOR)
    confirm(proposal, yes=True, by=LEAD)
    with transaction() as session:
        (review,) = reviews_of(session, due)
        body = words_of_notice(session, notices(due, "plan_reviewed")[0]).body
        board = plan_sentences(session, due)
    assert (review.outcome, review.lacking) == (PlanOutcome.MISSING, ["A02"])
    assert (review.reviewed_by, review.confirmed_by) == (INSPECTOR, LEAD)
    assert words_at(due, review.sha256) == MISSING
    assert "miss something in 1 action" in body
    assert "Sign in once with this link" in body
    assert board[0] == "Plan: version 1, 2 actions, 2 of 4 parts of the letter answered, something is missing."
    assert actions(due).count("plan.reviewed") == 1
    assert "Name the charity" not in ledger_text()


def test_only_the_newest_version_is_reviewed_and_a_review_of_an_older_one_can_no_longer_be_confirmed(due: str) -> None:
    sent(due)
    proposal = reviewed(due, ReviewWords(adequate=True))
    save_action(due, replace(GOOD, origin="IMPROVE-3"), by=BY)
    sent(due)
    with pytest.raises(PlanRefusedError, match="newer version"):
        confirm(proposal, yes=True, by=LEAD)
    with pytest.raises(PlanRefusedError, match="newer version"):
        reviewed(due, ReviewWords(adequate=True), version=1)
    confirm(reviewed(due, ReviewWords(adequate=True), version=2), yes=True, by=LEAD)
    with transaction() as session:
        outcomes = [(row.version, row.outcome) for row in session.exec(select(PlanReview))]
        assert inspection_of(session, due).stage == "statement_due"
    assert outcomes == [(2, PlanOutcome.ADEQUATE)]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (ReviewWords(adequate=False), "text"),
        (ReviewWords(adequate=True, actions={"A01": "Something."}), "missing-A01"),
        (ReviewWords(adequate=False, actions={"A09": "Something."}), "text"),
        (ReviewWords(adequate=False, text="x" * 1_501), "text"),
        (ReviewWords(adequate=False, actions={"A01": "x" * 1_501}), "missing-A01"),
    ],
)
def test_a_review_says_what_is_missing_and_contradicts_itself_nowhere(due: str, words: ReviewWords, field: str) -> None:
    sent(due)
    with pytest.raises(FormRefusedError) as caught:
        reviewed(due, words)
    assert field in {mistake.field for mistake in caught.value.mistakes}


@pytest.mark.pure
def test_one_part_of_a_letter_is_one_part() -> None:
    assert answered_in_words(1, 1) == "1 of 1 part of the letter answered"
    assert answered_in_words(2, 4) == "2 of 4 parts of the letter answered"
