"""The calendar of single days over the inspections that a person may see: a month as a grid, or a week in detail."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session, col, select

from models import words
from models.england import ENGLAND
from models.roles import Act
from models.tables import Person
from models.tables.base import utc_now
from portal.pages.frame import page
from portal.pages.session import anybody_who_may
from tasks.ground.database import transaction
from tasks.people.access import doors_to
from tasks.people.sessions import SignedIn
from tasks.watch.days import CalendarDay, DatedInspection, FieldworkClash, clashes_in, dated_inspections, days, nearest

router = APIRouter(prefix="/calendar")

Watcher = Annotated[SignedIn, Depends(anybody_who_may(Act.SEE_INSPECTION))]
"""Sees stage and days of one inspection or more."""

_YEARS = range(2000, 2100)
_REAL = "real"
_SATURDAY, _WEEK = 5, 7


@dataclass(frozen=True, slots=True)
class CalendarSpan:
    """A month or a week of the calendar.

    Attributes:
        kind: `month` or `week`.
        first: its first day.
        last: its last day.
    """

    kind: str
    first: date
    last: date

    @classmethod
    def month(cls, day: date) -> "CalendarSpan":
        """Return the month of a day."""
        return cls("month", day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))

    @classmethod
    def week(cls, day: date) -> "CalendarSpan":
        """Return the week of a day, from Monday to Sunday."""
        monday = day - timedelta(days=day.weekday())
        return cls("week", monday, monday + timedelta(days=6))

    @property
    def title(self) -> str:
        """Return what it is called: `March 2025`, or `3 to 9 March 2025`."""
        return f"{self.first:%B %Y}" if self.kind == "month" else words.span(self.first, self.last)

    @property
    def query(self) -> str:
        """Return how an address asks for it."""
        return f"month={self.first:%Y-%m}" if self.kind == "month" else f"week={self.first.isoformat()}"

    def of(self, day: date) -> "CalendarSpan":
        """Return the period of the same kind that has a day in it."""
        return CalendarSpan.month(day) if self.kind == "month" else CalendarSpan.week(day)


@router.get("")
def show(
    request: Request,
    visitor: Watcher,
    month: Annotated[str, Query(max_length=10)] = "",
    week: Annotated[str, Query(max_length=10)] = "",
    which: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """Show a month or a week; the present month where the address names none."""
    today = utc_now().astimezone(ENGLAND).date()
    period = _period(month, week, today)
    doors = doors_to(visitor.doors, Act.SEE_INSPECTION)
    # A role on no inspection is one on all of them.
    refs = None if any(not door.inspection for door in doors) else {door.inspection for door in doors}
    with transaction() as session:
        every = dated_inspections(session, refs)
        shown = [each for each in every if _is_wanted(each, which)]
        every_day = days(shown, period.first, period.last)
        clashes = clashes_in(every_day)
        names = _names(session, clashes)
    before, after = nearest(shown, period.first, period.last)
    facts: dict[str, Any] = {
        "period": period,
        "days": every_day,
        "weeks": _weeks(every_day),
        "weekend": any(each.day.weekday() >= _SATURDAY and not each.is_empty for each in every_day),
        "together": [clash for clash in clashes if not clash.person],
        "twice": [clash for clash in clashes if clash.person],
        "names": names,
        "today": today,
        "wanted": which,
        "choices": _choices(every),
        "dated": any(each.fieldwork or each.steps or each.due for each in every_day),
        "holidays": [(each.day, each.holiday) for each in every_day if each.holiday],
        "deferred": [each.area for each in shown if each.deferred],
        "earlier": period.of(period.first - timedelta(days=1)),
        "later": period.of(period.last + timedelta(days=1)),
        "other": CalendarSpan.week(_inside(period, today))
        if period.kind == "month"
        else CalendarSpan.month(period.first),
        "before": before,
        "after": after,
        "week_of": CalendarSpan.week,
        "back": "/home",
    }
    return page(request, "days", f"Calendar: {period.title}", person=visitor, **facts)


def _period(month: str, week: str, today: date) -> CalendarSpan:
    """Return what an address asks for; the present month where it does not ask for any that there is."""
    for text, made in ((week, CalendarSpan.week), (f"{month}-01", CalendarSpan.month)):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            continue
        # An address can name the year 1 or 9999, before or after which there is no month to go to.
        if day.year in _YEARS:
            return made(day)
    return CalendarSpan.month(today)


def _inside(period: CalendarSpan, today: date) -> date:
    return today if period.first <= today <= period.last else period.first


def _is_wanted(inspection: DatedInspection, which: str) -> bool:
    return which in ("", inspection.theme) or (which == _REAL and not inspection.rehearsal)


def _choices(inspections: Sequence[DatedInspection]) -> list[tuple[str, str]]:
    """Return what the calendar can be narrowed to, each with its words; only what makes a difference."""
    themes = sorted({each.theme for each in inspections})
    mixed = len({each.rehearsal for each in inspections}) > 1
    choices = [(_REAL, "Without rehearsals")] if mixed else []
    choices += [(theme, f"Theme {theme}") for theme in themes] if len(themes) > 1 else []
    return [("", "All"), *choices] if choices else []


def _names(session: Session, clashes: Sequence[FieldworkClash]) -> dict[str, str]:
    """Return the names of those who are of two teams at once, in one query."""
    people = {clash.person for clash in clashes} - {""}
    if not people:
        return {}
    return dict(session.exec(select(Person.id, Person.name).where(col(Person.id).in_(people))).all())


def _weeks(every_day: Sequence[CalendarDay]) -> list[list[CalendarDay | None]]:
    """Return the days of a month by week from Monday, with nothing where a week begins or ends in another month."""
    cells: list[CalendarDay | None] = [None] * every_day[0].day.weekday() + list(every_day)
    cells += [None] * (-len(cells) % _WEEK)
    return [cells[at : at + _WEEK] for at in range(0, len(cells), _WEEK)]
