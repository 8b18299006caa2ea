"""When progress is asked for and which actions are late, by days alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.states import ActionState
from models.theme_followed import Followed
from models.timetable import add_months
from tasks.plans.rounds import ActionStanding, answer_by, can_end, late, period_over, round_days, rounds_due
from tests.examples import examples

BEGAN = date(2025, 8, 29)
USUAL = Followed()
followed = st.builds(Followed, every_months=st.integers(1, 12), until_months=st.integers(1, 36))
days = st.dates(date(2024, 1, 1), date(2030, 1, 1))


def action(due: date | None, state: ActionState = ActionState.UNDER_WAY) -> ActionStanding:
    return ActionStanding("A01", due, state)


def test_progress_is_asked_for_every_three_months_until_twelve() -> None:
    # February has no 29th: the last of the month stands for it.
    assert round_days(BEGAN, USUAL) == [date(2025, 11, 29), date(2026, 2, 28), date(2026, 5, 29), date(2026, 8, 29)]
    assert period_over(BEGAN, USUAL) == date(2026, 8, 29)
    assert answer_by(date(2025, 12, 1), USUAL) == date(2025, 12, 15)


@pytest.mark.parametrize(
    ("today", "asked", "due"),
    [
        (date(2025, 11, 28), 0, []),
        (date(2025, 11, 29), 0, [1]),
        (date(2025, 12, 5), 1, []),
        (date(2026, 6, 1), 1, [3]),
        (date(2027, 1, 1), 4, []),
    ],
)
def test_a_round_is_due_once_and_of_several_the_newest(today: date, asked: int, due: list[int]) -> None:
    assert rounds_due(BEGAN, today, USUAL, asked) == due


@given(days, followed, st.lists(st.integers(0, 40), min_size=1, max_size=30))
@examples(60)
def test_l3_however_often_and_late_it_is_looked_each_round_is_asked_for_at_most_once(
    began: date, how: Followed, steps: list[int]
) -> None:
    asked: list[int] = []
    today = began
    for step in steps:
        today += timedelta(days=step)
        asked += rounds_due(began, today, how, asked[-1] if asked else 0)
    assert asked == sorted(set(asked))
    assert all(number <= how.rounds for number in asked)
    reached = [day for day in round_days(began, how) if day <= today]
    assert (asked[-1] if asked else 0) == len(reached)


def test_an_open_action_is_late_half_a_year_after_its_day_and_without_a_day_at_once() -> None:
    today = date(2026, 3, 1)
    assert late([action(date(2025, 9, 1))], today, USUAL) == []
    assert late([action(date(2025, 8, 31))], today, USUAL) == ["A01"]
    assert late([action(None)], today, USUAL) == ["A01"]
    for state in (ActionState.DONE, ActionState.DROPPED):
        assert late([action(None, state), action(date(2020, 1, 1), state)], today, USUAL) == []


def test_a_plan_can_end_when_all_is_over_or_the_period_is() -> None:
    is_open, over = action(None), action(None, ActionState.DONE)
    assert can_end([over], BEGAN, BEGAN, USUAL) == (True, False)
    assert can_end([over, is_open], BEGAN, BEGAN, USUAL) == (False, False)
    assert can_end([is_open], BEGAN, add_months(BEGAN, 12), USUAL) == (False, True)
