"""Working days over whole columns are those of the timetable, day by day."""

from datetime import date, timedelta
from random import Random

import polars as pl

from models.timetable import is_working_day, working_days_between
from tests.validation.rows import CONTEXT
from validation.contract.workdays import holidays, no_working_day, working_days


def test_columns_count_as_the_timetable_does() -> None:
    rng = Random(1)  # noqa: S311 - repeatable, not secret
    days = [date(2022, 1, 1) + timedelta(days=rng.randrange(0, 1400)) for _ in range(600)]
    frame = pl.DataFrame({"a": days[:300], "b": days[300:]})
    made = frame.select(n=working_days(pl.col("a"), pl.col("b"), CONTEXT), off=no_working_day(pl.col("a"), CONTEXT))
    assert made["n"].to_list() == [working_days_between(a, b) if a <= b else None for a, b in frame.iter_rows()]
    assert made["off"].to_list() == [not is_working_day(a) for a in frame["a"]]


def test_a_day_is_no_working_day_after_itself_and_years_around_are_known() -> None:
    days = [date(2025, 2, 24), date(2021, 1, 1), date(2021, 12, 27), date(2027, 1, 1), date(2027, 12, 27)]
    frame = pl.DataFrame({"a": days})
    made = frame.select(n=working_days(pl.col("a"), pl.col("a"), CONTEXT), off=no_working_day(pl.col("a"), CONTEXT))
    assert made["n"].to_list() == [0] * len(days)
    assert made["off"].to_list() == [False, True, True, True, True]
    assert holidays(CONTEXT.announced.year)[0] == date(2021, 1, 1)
    assert holidays(CONTEXT.announced.year)[-1] == date(2027, 12, 28)
