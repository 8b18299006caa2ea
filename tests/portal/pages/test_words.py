"""Dates, states, sizes and verdicts as people read them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models.lifecycle import RequestState
from portal.pages import words

_DUE = datetime(2025, 2, 26, 17, tzinfo=UTC)


@pytest.mark.parametrize("state", list(RequestState))
def test_every_state_has_a_tag(state: RequestState) -> None:
    assert words.tag(state)["text"]
    assert words.tag(state)["classes"].startswith("govuk-tag--")


@pytest.mark.parametrize("verdict", ["accepted", "queried", "rejected", "unreadable", None])
def test_every_verdict_has_a_tag(verdict: str | None) -> None:
    assert words.verdict_tag(verdict)["text"]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (_DUE, "5pm on Wednesday 26 February 2025"),
        (datetime(2025, 6, 3, 16, tzinfo=UTC), "5pm on Tuesday 3 June 2025"),
        (datetime(2025, 2, 26, 0, 5, tzinfo=UTC), "12:05am on Wednesday 26 February 2025"),
        (datetime(2025, 2, 26, 12, tzinfo=UTC), "12pm on Wednesday 26 February 2025"),
    ],
)
def test_l7_a_moment_is_told_as_in_england(when: datetime, said: str) -> None:
    assert words.moment(when) == said


def test_a_receipts_moment_has_seconds_and_zone() -> None:
    assert words.exact(datetime(2025, 6, 3, 16, 1, 2, tzinfo=UTC)) == "Tuesday 3 June 2025 at 17:01:02 BST"


@pytest.mark.parametrize(
    ("before", "state", "said"),
    [
        (timedelta(days=2), "issued", "2 days left"),
        (timedelta(days=1), "issued", "1 day left"),
        (timedelta(hours=2), "acknowledged", "due today"),
        (-timedelta(hours=2), "issued", "overdue since today"),
        (-timedelta(days=3), "overdue", "overdue by 3 days"),
        (-timedelta(days=3), "accepted", ""),
    ],
)
def test_time_left_counts_days_in_england(before: timedelta, state: str, said: str) -> None:
    assert words.left(_DUE, _DUE - before, state) == said


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 byte"), (900, "900 bytes"), (2048, "2.0 KB"), (3 * 2**20, "3.0 MB")]
)
def test_sizes_are_told_in_the_unit_that_fits(count: int, said: str) -> None:
    assert words.size(count) == said


def test_numbers_agree_with_their_things() -> None:
    assert words.plural(1, "row") == "1 row"
    assert words.plural(1200, "row") == "1,200 rows"
    assert words.plural(0, "query", "queries") == "0 queries"


def test_days_codes_and_paragraphs() -> None:
    assert words.day(date(2025, 3, 5)) == "Wednesday 5 March 2025"
    assert words.plain("returns_open") == "returns open"
    assert words.lines("one\n\ntwo\n") == ["one", "two"]
