"""Working days over whole columns are those of the timetable, day by day."""

from datetime import date, timedelta
from random import Random

import polars as pl

from models.timetable import is_working_day, working_days_between
from tests.validation.rows import CONTEXT
from validation.workdays import no_working_day, working_days


def test_columns_count_as_the_timetable_does() -> None:
    rng = Random(1)  # noqa: S311 - repeatable, not secret
    days = [date(2022, 1, 1) + timedelta(days=rng.randrange(0, 1400)) for _ in range(600)]
    frame = pl.DataFrame({"a": days[:300], "b": days[300:]})
    made = frame.select(n=working_days(pl.col("a"), pl.col("b"), CONTEXT), off=no_working_day(pl.col("a"), CONTEXT))
    assert made["n"].to_list() == [working_days_between(a, b) if a <= b else None for a, b in frame.iter_rows()]
    assert made["off"].to_list() == [not is_working_day(a) for a in frame["a"]]
