"""Days, moments, numbers, lists and codes in words: one form each, everywhere."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import words

MAY = date(2025, 5, 6)
NAMES = st.lists(st.from_regex(r"[a-z]{1,6}", fullmatch=True), max_size=5)


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (words.long(MAY), "6 May 2025"),
        (words.long_weekday(MAY), "Tuesday 6 May 2025"),
        (words.short(date(2025, 9, 16)), "16 Sep 2025"),
        (words.short_weekday(date(2025, 9, 6)), "Sat 6 Sep 2025"),
        (words.padded_weekday(MAY), "Tue 06 May 2025"),
        (words.numeric(MAY), "06/05/2025"),
    ],
)
def test_each_form_of_a_day(made: str, text: str) -> None:
    assert made == text


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2025, 2, 26, 17, tzinfo=UTC), "5pm on Wednesday 26 February 2025"),
        (datetime(2025, 6, 3, 16, tzinfo=UTC), "5pm on Tuesday 3 June 2025"),
        (datetime(2025, 2, 26, 0, 5, tzinfo=UTC), "12:05am on Wednesday 26 February 2025"),
        (datetime(2025, 2, 26, 12, tzinfo=UTC), "midday on Wednesday 26 February 2025"),
    ],
)
def test_l7_a_moment_is_told_as_in_england(when: datetime, text: str) -> None:
    assert words.moment(when) == text


def test_each_form_of_a_moment_goes_by_englands_clock_and_day() -> None:
    night = datetime(2025, 6, 3, 23, 1, 2, tzinfo=UTC)
    assert words.clock(night) == "12:01am"
    assert words.short_moment(night) == "4 Jun 2025, 12:01am"
    assert words.exact_moment(night) == "Wednesday 4 June 2025 at 00:01:02 BST"
    assert words.exact_moment(datetime(2025, 2, 26, 17, tzinfo=UTC)) == "Wednesday 26 February 2025 at 17:00:00 GMT"


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_moment_names_an_hour_that_a_clock_shows(when: datetime) -> None:
    hour = words.clock(when)
    if hour in {"midday", "midnight"}:
        return
    number, half = hour[:-2].partition(":")[0], hour[-2:]
    assert 1 <= int(number) <= 12
    assert half in {"am", "pm"}


def test_numbers_agree_with_their_things() -> None:
    assert words.plural(1, "row") == "1 row"
    assert words.plural(1200, "row") == "1,200 rows"
    assert words.count(1200, "child", "children") == "1200 children"
    assert words.plural(0, "query", "queries") == "0 queries"
    assert (words.noun(1, "comment waits", "comments wait"), words.noun(2, "row")) == ("comment waits", "rows")


@pytest.mark.parametrize(
    ("number", "text"), [(1, "1 byte"), (900, "900 bytes"), (2048, "2.0 KB"), (3 * 2**20, "3.0 MB")]
)
def test_sizes_are_told_in_the_unit_that_fits(number: int, text: str) -> None:
    assert words.size(number) == text


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_are_joined_by_commas_and_one_and(names: list[str], text: str) -> None:
    assert words.joined(names) == text


@given(NAMES)
def test_every_name_stands_in_what_is_joined(names: list[str]) -> None:
    text = words.joined(names)
    assert [name for part in text.split(", ") for name in part.split(" and ") if name] == names


def test_codes_are_told_as_words() -> None:
    assert words.plain("returns_open") == "returns open"
    assert words.plain("not-a-code") == "not-a-code"
    assert words.titled("local_authority") == "Local authority"
    assert words.hyphened("pre_publication") == "pre-publication"
    assert words.agencies(["health", "local_authority", "police"]) == "Health, local authority and police"
    assert (words.agencies([]), words.agencies(["youth_justice"])) == ("", "Youth justice")
    assert words.band("0-1") == "0 to 1"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (True, "Yes"),
        (False, "No"),
        (3, "3"),
        (date(2025, 2, 6), "06/02/2025"),
        (datetime(2025, 2, 28, 17, tzinfo=UTC), "5pm on Friday 28 February 2025"),
        (["3A", "3B"], "3A; 3B"),
        (("b", 1), "b; 1"),
        ("<b>", "<b>"),
    ],
)
def test_a_cell_reads_as_people_write_it(cell: object, text: str) -> None:
    assert words.in_text(cell) == text
