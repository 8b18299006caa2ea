"""Days and times: every spelling that people and databases write is read, and none in two ways."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from tests.validation.rows import checked
from validation.files.dates import days, times
from validation.returns import CONTRACTS

_LA = CONTRACTS["LA-DA"]
_LONDON = ZoneInfo("Europe/London")
_DAY = date(2026, 5, 18)
_TIME = datetime(2026, 5, 18, 6, 52)
_DAYS = (
    *("18/05/2026", "18-05-2026", "18.05.2026", "18/5/2026", "2026-05-18", "2026/05/18", "2026.05.18", "20260518"),
    *("18 May 2026", "18 MAY 2026", "18-May-2026", "18-MAY-2026", "18 may, 2026", "18/May/2026", "18May2026"),
    *("May 18 2026", "May 18, 2026", "MAY 18 2026", "\u200e18/05/2026\u200f", "18/05/\u200b2026", "\ufeff2026-05-18"),
    *("2026-May-18", "2026 May 18", "2026/MAY/18"),
    *("18\u00a0May\u202f2026", "\u206818 May 2026\u2069", "18  May  2026"),
)
_MIDNIGHTS = (
    *(
        "00:00",
        "00:00:00",
        "00:00:00.000",
        "00:00:00.0000000",
        "0:00",
        "12:00 AM",
        "12:00:00 AM",
        "12:00AM",
        "00.00.00",
    ),
    "00:00:00.000000000",
)
_TIMES = (
    *("18/05/2026 06:52", "18/05/2026 6:52", "18/05/2026, 06:52:00", "18/05/2026 06:52:00.000", "18-05-2026 06:52"),
    *("18.05.2026 06.52.00", "2026-05-18 06:52", "2026-05-18 06:52:00.0000000", "2026-05-18T06:52:00.0000000"),
    *("2026-05-18T06:52", "2026-05-18T06:52:00.000000000", "2026/05/18 06:52:00", "20260518T065200", "20260518T0652"),
    *("20260518065200", "202605180652", "20260518055200+0000", "20260518065200.0000+0100", "2026-05-18_06:52"),
    *(
        "2026-May-18 06:52",
        "18-MAY-2026 06.52.00",
        "18-May-2026 06:52:00",
        "May 18 2026  6:52AM",
        "May 18 2026  6:52:00:000AM",
    ),
    *(
        "18 May 2026 06:52",
        "18/05/2026 06:52 am",
        "18/05/2026 6:52 a.m.",
        "2026-05-18\u00a006:52",
        "2026-05-18t06:52:00",
    ),
    *("2026-05-18T05:52:00Z", "2026-05-18T05:52:00.000Z", "2026-05-18 05:52:00 UTC", "2026-05-18T06:52:00+01:00"),
    *("2026-05-18T06:52:00+0100", "2026-05-18T06:52+01", "2026-05-18 01:52:00 -04:00", "2026-05-18T11:22:00+05:30"),
)


def _day(text: str) -> date | None:
    day: date | None = days(pl.Series([text]))[0]
    return day


def _time(text: str) -> datetime | None:
    time: datetime | None = times(pl.Series([text]))[0]
    return time


@pytest.mark.parametrize("text", _DAYS)
def test_day_is_read_in_every_spelling(text: str) -> None:
    assert _day(text) == _DAY


@pytest.mark.parametrize("day", ["18/05/2026", "2026-05-18", "18 May 2026", "18-MAY-2026", "May 18 2026"])
@pytest.mark.parametrize("midnight", _MIDNIGHTS)
def test_midnight_behind_a_day_is_read_in_every_spelling(day: str, midnight: str) -> None:
    assert (_day(f"{day} {midnight}"), _time(f"{day} {midnight}")) == (_DAY, datetime(2026, 5, 18))


@pytest.mark.parametrize("text", _TIMES)
def test_time_is_read_in_every_spelling(text: str) -> None:
    assert _time(text) == _TIME


@pytest.mark.parametrize(
    ("month", "number"),
    [("Jan", 1), ("FEB", 2), ("March", 3), ("apr", 4), ("May", 5), ("Jun", 6), ("july", 7), ("Aug", 8)]
    + [("Sep", 9), ("Sept", 9), ("SEPTEMBER", 9), ("Oct", 10), ("Nov", 11), ("December", 12)],
)
def test_month_is_read_in_letters_of_any_case(month: str, number: int) -> None:
    assert _day(f"3 {month} 2019") == _day(f"{month} 3, 2019") == date(2019, number, 3)


@pytest.mark.parametrize(
    "text",
    ["05/18/2026", "5/18/2026 6:52 AM", "18/05/26", "18-MAY-26 06.52.00", "3rd May 2026", "Mon 18 May 2026"]
    + [
        "31/02/2026",
        "2026-02-30",
        "29/02/2025",
        "18052026",
        "18 Mayy 2026",
        "46160",
        "18/05/2026 25:10",
        "18/05/2026 x",
    ]
    + ["18/05/2026 13:10 PM", "18/05/2026 0:10 PM", "18/05/2026 06", "2026-05-18 06:52:00 GMT", "2026-05", "1/1/1"]
    + ["2026-05-18T", "2026-05-18 24:00", "18/05/2026 06:60", "", "-", "2026-05-18 06:52 EST"],
)
def test_what_is_no_day_or_could_be_two_is_not_read(text: str) -> None:
    assert (_time(text), _day(text)) == (None, None)


def test_time_of_greenwich_is_read_as_london_saw_it_on_both_sides_of_each_change_of_the_clocks() -> None:
    start = datetime(1968, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(hours=19 * n) for n in range(30_000)]
    changes = [
        datetime(2026, *day, hour, minute, tzinfo=UTC)
        for day in ((3, 29), (10, 25))
        for hour in (0, 1, 2)
        for minute in (0, 59)
    ]
    texts = [f"{at:%Y-%m-%dT%H:%M:%S}Z" for at in (*moments, *changes)]
    expected = [at.astimezone(_LONDON).replace(tzinfo=None) for at in (*moments, *changes)]
    assert times(pl.Series(texts)).to_list() == expected


def test_day_of_a_moment_is_the_day_in_london() -> None:
    assert [_day("2026-05-17T23:00:00Z"), _day("2026-01-17T23:59:59Z")] == [_DAY, date(2026, 1, 17)]


def test_parts_of_a_second_are_kept_to_the_millionth() -> None:
    assert _time("2026-05-18T06:52:00.123456789") == _TIME.replace(microsecond=123_456)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("31/02/2020", "no such day"),
        ("2020-02-30 00:00:00", "no such day"),
        ("30 February 2020", "no such day"),
        ("Feb 30 2020", "no such day"),
        ("03/08/2019 quite early", "what stands behind it"),
        ("2019-08-03T25:00:00Z", "what stands behind it"),
        ("2019-08-03 06:52 GMT", "what stands behind it"),
        ("3rd August 2019", "3 and not 3rd"),
        ("Saturday 3 August 2019", "weekday"),
        ("Sat, 03/08/2019", "weekday"),
        ("03/08/19", "2 digits"),
        ("3 Aug 19", "2 digits"),
        ("03-AUG-19 06.52.00", "2 digits"),
        ("3 August '19", "2 digits"),
        ("08/23/2019 6:52 AM", "month seems to stand before the day"),
        ("03/08/0202", "not between 1900 and 2100"),
        ("03/08/202", "not between 1900 and 2100"),
    ],
)
def test_error_says_what_is_wrong_with_a_day_and_nothing_that_is_not_so(text: str, words: str) -> None:
    (finding,) = [f for f in checked(_LA, {"date_of_birth": text}).findings if f.rule.endswith("date_of_birth.type")]
    assert words in finding.message
    assert ("no such day" in finding.message) == (words == "no such day")


def test_columns_of_rare_spellings_are_read_whole() -> None:
    texts = [f"2026-05-18T06:{n // 60 % 60:02}:{n % 60:02}.{n:07}" for n in range(5_000)]
    assert times(pl.Series(texts)).null_count() == 0
