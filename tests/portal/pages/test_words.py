"""States, verdicts and time left as people read them."""

from datetime import UTC, datetime, timedelta

import pytest

from models.lifecycle import RequestState
from models.states import ReturnVerdict
from portal.pages import words

_DUE = datetime(2025, 2, 26, 17, tzinfo=UTC)


@pytest.mark.parametrize("state", list(RequestState))
def test_every_state_has_a_tag(state: RequestState) -> None:
    assert words.tag(state)["text"]
    assert words.tag(state)["classes"].startswith("govuk-tag--")


@pytest.mark.parametrize("verdict", [*ReturnVerdict, None])
def test_every_verdict_has_a_tag(verdict: ReturnVerdict | None) -> None:
    assert words.verdict_tag(verdict)["text"]


@pytest.mark.parametrize(
    ("before", "state", "said"),
    [
        (timedelta(days=2), RequestState.ISSUED, "2 days left"),
        (timedelta(days=1), RequestState.ISSUED, "1 day left"),
        (timedelta(hours=2), RequestState.ACKNOWLEDGED, "due today"),
        (-timedelta(hours=2), RequestState.ISSUED, "overdue since today"),
        (-timedelta(days=3), RequestState.OVERDUE, "overdue by 3 days"),
        (-timedelta(days=3), RequestState.ACCEPTED, ""),
    ],
)
def test_time_left_counts_days_in_england(before: timedelta, state: RequestState, said: str) -> None:
    assert words.left(_DUE, _DUE - before, state) == said


def test_codes_and_paragraphs() -> None:
    assert words.plain("late-by_a_day") == "late by a day"
    assert words.plain("returns_open") == "returns open"
    assert words.lines("one\n\ntwo\n") == ["one", "two"]
