"""A plan is followed by the inspection's clock: asked for, chased, told late and closed, each once (L3)."""

from dataclasses import replace
from datetime import date

import pytest

from models.lifecycle import Stage
from models.refusals import FormRefusedError
from models.states import ActionState, PlanEnd
from models.tables import ActionPlan, PlanRound
from models.timetable import add_months
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.inspection.ending import Ending, EndReason, StandingError, end
from tasks.jobs.calendar import move_on
from tasks.ledger.rows import inspection_of
from tasks.people.notices import words_of as words_of_notice
from tasks.plans.drafting import save_action
from tasks.plans.following import close_plan, counts_of, ends_of, follow
from tasks.plans.in_words import plan_sentences
from tasks.plans.progress import ActionEvidence, open_round, progress_of, tell_progress, text_of, waits_for
from tasks.plans.sending import send_plan
from tasks.plans.standing import PlanRefusedError
from tests.tasks.plans.published import BY, GOOD, LEAD, clock_at, publish_letter
from tests.tasks.steps import actions, ledger_text, moved_to, notices

pytestmark = pytest.mark.parts


@pytest.fixture
def followed(fieldwork: str) -> str:
    """Return an inspection whose plan of two actions is sent, and whose statement came."""
    publish_letter(fieldwork)
    save_action(fieldwork, GOOD, by=BY)
    save_action(fieldwork, replace(GOOD, origin="PRIORITY-1"), by=BY)
    sent(fieldwork)
    moved_to(fieldwork, Stage.STATEMENT_RECEIVED)
    return fieldwork


def sent(ref: str) -> None:
    with transaction() as session:
        digest = session.get_one(ActionPlan, ref).draft_sha256
    send_plan(ref, seen=digest, by=BY)


def began(ref: str) -> date:
    with transaction() as session:
        day = session.get_one(ActionPlan, ref).began_on
    assert day is not None
    return day


def bodies(ref: str, kind: str) -> list[str]:
    with transaction() as session:
        return [words_of_notice(session, notice).body for notice in notices(ref, kind)]


def test_l3_progress_is_asked_for_at_its_day_by_the_sweep_once(followed: str) -> None:
    assert move_on(followed) == []
    clock_at(followed, add_months(began(followed), 3))
    assert move_on(followed) == ["progress on the plan asked for, round 1"]
    assert move_on(followed) == []
    with transaction() as session:
        current = open_round(session, followed)
        assert current is not None
        assert waits_for(session, current) == ["A01", "A02"]
    (body,) = bodies(followed, "plan_progress")
    assert "how far 2 actions of your plan are" in body
    assert actions(followed).count("plan.progress-asked") == 1


def test_a_round_is_answered_action_by_action_and_its_end_is_told_to_whoever_leads(followed: str) -> None:
    clock_at(followed, add_months(began(followed), 3))
    follow(followed)
    tell_progress(followed, "A01", ActionState.UNDER_WAY, "Quizzlebury began.", by=BY)
    assert notices(followed, "plan_progress_told") == []
    picture = ActionEvidence("The audit.pdf", b"%PDF-1.7\n% of the round\n%%EOF\n")
    tell_progress(followed, "A02", ActionState.DONE, "", picture, by=BY)
    assert len(notices(followed, "plan_progress_told")) >= 1
    assert tell_progress(followed, "A01", ActionState.DONE, "The audit says so.", by=BY) == 2
    with transaction() as session:
        assert session.get_one(PlanRound, (followed, 1)).answered_at is not None
        newest, first = progress_of(session, followed, "A01")
        (told,) = progress_of(session, followed, "A02")
        assert counts_of(session, followed) == {ActionState.DONE: 2}
        assert "Progress of the plan: 2 done." in plan_sentences(session, followed)
    assert (text_of(first), text_of(newest)) == ("Quizzlebury began.", "The audit says so.")
    assert told.file is not None
    assert store.get(told.file["key"]) == picture.data
    assert store.filename_of(told.file["key"]) == "The audit.pdf"
    assert "Quizzlebury" not in ledger_text()
    assert "The audit" not in ledger_text()
    # What is done is asked for no more.
    clock_at(followed, add_months(began(followed), 6))
    assert follow(followed) == []


@pytest.mark.parametrize(
    ("state", "text", "evidence", "field"),
    [
        (ActionState.DROPPED, "", None, "text"),
        (ActionState.DONE, "", None, "text"),
        (ActionState.UNDER_WAY, "x" * 2_001, None, "text"),
        (ActionState.DONE, "", ActionEvidence("a.exe", b"x"), "file"),
        (ActionState.DONE, "", ActionEvidence("a.pdf", b""), "file"),
    ],
)
def test_done_is_shown_and_dropped_has_a_reason(
    followed: str, state: ActionState, text: str, evidence: ActionEvidence | None, field: str
) -> None:
    with pytest.raises(FormRefusedError) as caught:
        tell_progress(followed, "A01", state, text, evidence, by=BY)
    assert field in {mistake.field for mistake in caught.value.mistakes}
    with transaction() as session:
        assert counts_of(session, followed) == {ActionState.NOT_STARTED: 2}


def test_an_action_that_the_plan_has_not_is_none_to_tell_of(followed: str) -> None:
    with pytest.raises(PlanRefusedError, match="no action A09"):
        tell_progress(followed, "A09", ActionState.UNDER_WAY, "", by=BY)


def test_a_round_that_nobody_answers_is_chased_once(followed: str) -> None:
    clock_at(followed, add_months(began(followed), 3))
    follow(followed)
    tell_progress(followed, "A01", ActionState.UNDER_WAY, "It began.", by=BY)
    clock_at(followed, add_months(began(followed), 4))
    assert follow(followed) == ["progress on the plan overdue"]
    assert follow(followed) == []
    (body,) = bodies(followed, "plan_progress_overdue")
    assert "how far 1 action of your plan is" in body
    assert any("Progress on 1 action of the plan" in each for each in bodies(followed, "step_overdue"))


def test_actions_without_a_day_are_told_at_once_and_late_ones_half_a_year_after_it(followed: str) -> None:
    save_action(followed, replace(GOOD, origin="IMPROVE-2", due=None), by=BY)
    sent(followed)
    assert follow(followed) == ["1 late action told"]
    assert follow(followed) == []
    assert "1 open action has no day. See A03 on the page of the plan." in bodies(followed, "plan_late")[0]
    tell_progress(followed, "A01", ActionState.DONE, "Done.", by=BY)
    clock_at(followed, date(2026, 6, 2))
    assert "1 late action told" in follow(followed)
    late = [each for each in bodies(followed, "plan_late") if "still open" in each]
    assert late
    assert all("1 action is still open 6 months after its day. See A02" in each for each in late)


def test_a_plan_is_closed_by_a_person_for_a_reason_that_holds_and_only_then_the_inspection(followed: str) -> None:
    with pytest.raises(StandingError, match="still followed"):
        end(followed, Ending.CLOSE, EndReason.STATEMENT_READ, by="manager: P-DDDDDDDD")
    for reason in (PlanEnd.ALL_DONE, PlanEnd.PERIOD_OVER):
        with pytest.raises(PlanRefusedError, match="does not hold today"):
            close_plan(followed, reason, by=LEAD)
    for identity in ("A01", "A02"):
        tell_progress(followed, identity, ActionState.DROPPED, "Another took its place.", by=BY)
    with transaction() as session:
        assert PlanEnd.ALL_DONE in ends_of(session, inspection_of(session, followed))
    close_plan(followed, PlanEnd.ALL_DONE, by=LEAD)
    assert actions(followed).count("plan.closed") == 1
    assert any("every action is done or dropped" in each for each in bodies(followed, "plan_closed"))
    with pytest.raises(PlanRefusedError, match="The plan is closed"):
        close_plan(followed, PlanEnd.ALL_DONE, by=LEAD)
    with pytest.raises(PlanRefusedError, match="The plan is closed"):
        tell_progress(followed, "A01", ActionState.DONE, "Yes.", by=BY)
    clock_at(followed, add_months(began(followed), 3))
    assert follow(followed) == []
    end(followed, Ending.CLOSE, EndReason.STATEMENT_READ, by="manager: P-DDDDDDDD")


def test_a_plan_can_be_closed_when_its_period_is_over_or_it_is_followed_in_another_way(followed: str) -> None:
    with transaction() as session:
        assert ends_of(session, inspection_of(session, followed)) == [PlanEnd.FOLLOWED_ELSEWHERE]
    clock_at(followed, add_months(began(followed), 12))
    with transaction() as session:
        assert PlanEnd.PERIOD_OVER in ends_of(session, inspection_of(session, followed))
    close_plan(followed, PlanEnd.PERIOD_OVER, by=LEAD)
    with transaction() as session:
        assert "Plan closed: the period in which it is followed is over." in plan_sentences(session, followed)


def test_nothing_is_followed_where_no_plan_was_sent(fieldwork: str) -> None:
    assert follow(fieldwork) == []
    publish_letter(fieldwork)
    assert follow(fieldwork) == []
    with transaction() as session:
        assert plan_sentences(session, fieldwork) == []
    with pytest.raises(PlanRefusedError):
        close_plan(fieldwork, PlanEnd.FOLLOWED_ELSEWHERE, by=LEAD)
