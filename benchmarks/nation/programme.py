"""The programme of a year: which areas are inspected when under which theme, and who is late, silent, wrong or away."""

import random
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from deployments.demo.cast import Sender, Setting, cast_of
from models.areas import area, areas
from models.themes import Theme, shipped, theme
from models.timetable import add_working_days, is_working_day, timetable, working_days_between

YEAR = 2025
LEADS = 20
"""Lead inspectors of the programme; each is on an inspection from its announcement to the end of its fieldwork."""

_WEEKS_OF_LEAVE = 5
_SILENT_SHARE = 1 / 3
_LONGEST_ABSENCE = 3
"""Working days for which a decision waits for whoever is on leave; then somebody else takes it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One inspection of the programme.

    Attributes:
        number: from 0, in the order of the announcements.
        month: of the year, from 1.
        setting: theme, area and day.
        silent: who never sends, and is waived in the end; None where everybody sends.
        lead: who leads it, from 0.
        double: whether its lead is on another inspection as well.
        away: working days for which the decision on the sample waits, since its lead is on leave.
        moved: whether a bank holiday moved its announcement to another week.
    """

    number: int
    month: int
    setting: Setting
    silent: Sender | None
    lead: int
    double: bool
    away: int
    moved: bool

    @property
    def plain_days(self) -> tuple[str, ...]:
        """Return the steps that who counts weekdays alone, and no bank holidays, would have on a wrong day."""
        steps = timetable(self.setting.theme, self.setting.announced)
        announced = self.setting.announced
        return tuple(each.step for each in steps if _weekday_after(announced, each.working_day - 1) != each.date)


def programme(months: int, areas_a_month: int, children: int, seed: int) -> list[Planned]:
    """Return the inspections of the first months of a year; the same seed gives the same.

    Args:
        months: from January on.
        areas_a_month: inspections that are announced in each.
        children: of whom data is made up in each area.
        seed: chooses areas, themes and conduct.
    """
    chance = random.Random(seed)  # noqa: S311 - which areas come is no secret
    places, themes = _drawn(chance, sorted(areas())), _drawn(chance, shipped())
    leave = [_leave(chance) for _ in range(LEADS)]
    busy = [date.min] * LEADS
    planned: list[Planned] = []
    for month in range(1, months + 1):
        settings = []
        for place in range(areas_a_month):
            setting, moved = _announced(month, place, theme(next(themes)), next(places), children)
            settings.append((setting, moved, chance.random() < _SILENT_SHARE))
        for setting, moved, silent in sorted(settings, key=lambda each: (each[0].announced, each[0].ref)):
            lead = min(range(LEADS), key=busy.__getitem__)
            double = busy[lead] >= setting.announced
            busy[lead] = max(busy[lead], _day(setting, "fieldwork_end"))
            planned.append(
                Planned(
                    number=len(planned),
                    month=month,
                    setting=setting,
                    silent=_silent(setting.theme) if silent else None,
                    lead=lead,
                    double=double,
                    away=_away(leave[lead], _day(setting, "sample_notified")),
                    moved=moved,
                )
            )
    return planned


def _drawn(chance: random.Random, names: Sequence[str]) -> Iterator[str]:
    """Give names in an order of chance, each once before any comes again."""
    while True:
        yield from chance.sample(list(names), len(names))


def _announced(month: int, place: int, theme_: Theme, gss: str, children: int) -> tuple[Setting, bool]:
    """Return an inspection on its theme's weekday in the month, in another week where that is a bank holiday."""
    days = (date(YEAR, month, day) for day in range(1, monthrange(YEAR, month)[1] + 1))
    mondays = [day for day in days if day.weekday() == 0]
    first = Setting(theme_, area(gss), children, week=mondays[place % len(mondays)])
    setting = first
    while not is_working_day(setting.announced):
        setting = Setting(theme_, area(gss), children, week=setting.week + timedelta(weeks=1))
    return setting, setting != first


def _silent(theme_: Theme) -> Sender | None:
    """Return who can stay silent: the last who must send and of whom the rehearsal does not tell otherwise."""
    told = cast_of(theme_).one_by_one
    must = [Sender(each.agency, each.code) for each in theme_.returns if each.must]
    return next((each for each in reversed(must) if each not in told and each.kind != "local_authority"), None)


def _leave(chance: random.Random) -> frozenset[date]:
    """Return the days of a year on which somebody is on leave: whole weeks."""
    mondays = [date(YEAR, 1, 6) + timedelta(weeks=week) for week in chance.sample(range(52), _WEEKS_OF_LEAVE)]
    return frozenset(monday + timedelta(days=day) for monday in mondays for day in range(5))


def _away(leave: frozenset[date], day: date) -> int:
    """Return for how many working days from a day on somebody is away, as far as a decision waits for them."""
    back = day
    while back in leave or not is_working_day(back):
        back += timedelta(days=1)
    return min(working_days_between(day, back), _LONGEST_ABSENCE)


def _day(setting: Setting, step: str) -> date:
    return next(each.date for each in timetable(setting.theme, setting.announced) if each.step == step)


def _weekday_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def working_days(start: date, end: date) -> Iterator[date]:
    """Give every working day from one to another."""
    day = start if is_working_day(start) else add_working_days(start, 1)
    while day <= end:
        yield day
        day = add_working_days(day, 1)
