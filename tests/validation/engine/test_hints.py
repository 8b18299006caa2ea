"""What a cell that is no date probably is, told truly: what is missing, what stands before it, what counts seconds."""

import pytest

from tests.validation.rows import checked
from validation.returns import CONTRACTS


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("2020", "The day or the month is missing"),
        ("04/2020", "The day or the month is missing"),
        ("2020-04", "The day or the month is missing"),
        ("43930", "a number such as those by which spreadsheets store days"),
        ("1586390400", "a number of seconds or milliseconds"),
        ("/Date(1586390400000)/", "a number of seconds or milliseconds"),
        ("00:35", "The day is missing"),
        ("Thu 09/04/2020", "the weekday"),
        ("c. 09/04/2020", "what stands before the day"),
        ("circa 9.4.2020", "what stands before the day"),
        ("9 Ebrill 2020", "in English"),
        ("9-Apr-20", "Its year has 2 digits"),
        ("Apr 2020", "The day or the month is missing"),
        ("April, 2020", "The day or the month is missing"),
        ("2020-W15-4", "a week of the year"),
        ("31/04/2020", "no such day"),
    ],
)
def test_a_cell_that_is_no_date_is_told_why(cell: str, words: str) -> None:
    (finding,) = (
        f for f in checked(CONTRACTS["LA-DA"], {"date_of_birth": cell}).findings if f.rule.endswith("birth.type")
    )
    assert words in finding.message


@pytest.mark.parametrize("cell", ["09\u201304\u20132020", "09/04/2020.", "\uff12\uff10\uff12\uff10-04-09"])
def test_dashes_full_stops_and_wide_digits_are_read(cell: str) -> None:
    assert checked(CONTRACTS["LA-DA"], {"date_of_birth": cell}).errors == 0
