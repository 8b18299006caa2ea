"""Days and spans are found in prose."""

from datetime import date

import pytest

from tasks.reading_letters.dates import first_day, first_span

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("by Friday 5 May 2017.", date(2017, 5, 5)),
        ("the 21st June 2024", date(2024, 6, 21)),
        ("31 February 2020 or 1 March 2020", date(2020, 3, 1)),
        ("in May 2017", None),
        ("12 November 18", None),
    ],
)
def test_the_first_real_day_is_taken(text: str, expected: date | None) -> None:
    assert first_day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from 9 to 13 December 2024", (date(2024, 12, 9), date(2024, 12, 13))),
        ("Between 27 February and 3 March 2017", (date(2017, 2, 27), date(2017, 3, 3))),
        ("from 30 December 2024 to 3 January 2025", (date(2024, 12, 30), date(2025, 1, 3))),
        ("from 13 to 9 December 2024", None),
        ("from 16 to 20 May", None),
    ],
)
def test_a_span_may_name_its_month_and_year_once(text: str, expected: tuple[date, date] | None) -> None:
    assert first_span(text) == expected
