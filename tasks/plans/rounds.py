"""When progress on a plan is asked for, and which actions are late: functions of days alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models.states import ACTION_OVER, ActionState
from models.theme_followed import Followed, Occasion
from models.timetable import add_months, add_working_days


@dataclass(frozen=True, slots=True)
class ActionStanding:
    """What of an action decides whether it is asked for or late.

    Attributes:
        id: of the action.
        due: the day by which it is done; None where none is given.
        state: how far it is.
    """

    id: str
    due: date | None
    state: ActionState

    @property
    def is_open(self) -> bool:
        """Return whether it is neither done nor dropped."""
        return self.state not in ACTION_OVER


def round_days(began: date, followed: Followed) -> list[date]:
    """Return the days on which progress is asked for, the first one first."""
    return [add_months(began, followed.every_months * number) for number in range(1, followed.rounds + 1)]


def period_over(began: date, followed: Followed) -> date:
    """Return the day from which a plan can be closed whatever is left of it."""
    return add_months(began, followed.until_months)


def rounds_due(began: date, today: date, followed: Followed, newest: int) -> list[int]:
    """Return the number of the round that is to be asked for today, if any.

    Where several days passed unseen, as under a clock that was moved, the newest one is asked for alone.

    Args:
        began: the day on which the first version came.
        today: the present day.
        followed: the theme's intervals.
        newest: the newest round that was asked for; 0 where none was.
    """
    reached = [number for number, day in enumerate(round_days(began, followed), 1) if day <= today]
    return [reached[-1]] if reached and reached[-1] > newest else []


def occasion_day(occasion: Occasion, published: date) -> date:
    """Return the day on which returns are asked for again: months after publication, then working days."""
    return add_working_days(add_months(published, occasion.months), occasion.working_days)


def occasions_due(published: date, today: date, followed: Followed, asked_on: Sequence[date]) -> bool:
    """Return whether returns are to be asked for again today, by the theme.

    Args:
        published: the day of publication.
        today: the present day.
        followed: the theme's occasions.
        asked_on: the days on which they were asked for again, by whomever.
    """
    days = sorted(occasion_day(each, published) for each in followed.occasions)
    reached = [day for day in days if day <= today]
    # Whoever asked on the day of an occasion or after it, a person or the clock, has asked for it.
    return bool(followed.again) and bool(reached) and not any(day >= reached[-1] for day in asked_on)


def answer_by(asked_on: date, followed: Followed) -> date:
    """Return the day by which a round is answered."""
    return add_working_days(asked_on, followed.answer_days)


def late(actions: Iterable[ActionStanding], today: date, followed: Followed) -> list[str]:
    """Return the open actions that are told to whoever leads: without a day, or the theme's months after it."""
    return [
        action.id
        for action in actions
        if action.is_open and (action.due is None or add_months(action.due, followed.late_months) < today)
    ]


def can_end(actions: Sequence[ActionStanding], began: date, today: date, followed: Followed) -> tuple[bool, bool]:
    """Return whether every action is done or dropped, and whether the period is over."""
    return not any(action.is_open for action in actions), today >= period_over(began, followed)
