"""Working days between dates as polars expressions: England's bank holidays, any number of rows at once."""

from datetime import date, timedelta
from functools import lru_cache

import polars as pl

from models.holidays import bank_holiday
from validation.contract.context import Context

# Anything older or later is far outside every practice timescale, whatever its bank holidays.
_YEARS_BEFORE = 4
_YEARS_AFTER = 2
_FRIDAY = 5


@lru_cache
def holidays(year: int) -> tuple[date, ...]:
    """Return England's bank holidays in the years that the practice timescales of a request of `year` can reach."""
    first, last = date(year - _YEARS_BEFORE, 1, 1), date(year + _YEARS_AFTER, 12, 31)
    # By asking for each day: the same source as the timetable, so that both skip the same days.
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if bank_holiday(day))


def working_days(start: pl.Expr, end: pl.Expr, context: Context) -> pl.Expr:
    """Return the working days after `start` up to and with `end`, as `models.timetable` counts them.

    Null where either is null or `end` is the earlier, which a rule of its own finds.
    """
    day = pl.duration(days=1)
    count = pl.business_day_count(start + day, end + day, holidays=holidays(context.announced.year))
    # Polars would count backwards, while the timetable of practice knows no negative wait.
    return pl.when(end >= start).then(count)


def no_working_day(day: pl.Expr, context: Context) -> pl.Expr:
    """Return True where a date is at a weekend or a bank holiday."""
    return (day.dt.weekday() > _FRIDAY) | day.is_in(list(holidays(context.announced.year)))
