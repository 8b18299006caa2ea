"""What an agency may do about a request: the same function decides the offer and the refusal, in every state."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.lifecycle import REQUEST_MOVES, RequestState, Stage
from models.states import ReturnVerdict
from models.tables import CheckResult, Inspection, Request, Submission, TimetableStep
from models.tables.base import utc_now
from models.themes import theme
from models.timetable import Deadline, add_working_days, deadline, timetable
from tasks.returns.offers import (
    acknowledge_refusal,
    again_refusal,
    explain_refusal,
    extension_delays,
    extension_refusal,
    last_promise,
    late_refusal,
    nil_refusal,
    promise_needs_two,
    promise_refusal,
    undo_nil_refusal,
)

DA = theme("domestic-abuse-2024")


@cache
def _days(announced: date) -> tuple[Deadline, ...]:
    return timetable(DA, announced)


@dataclass(frozen=True)
class Place:
    """One inspection with a request, at a moment."""

    inspection: Inspection
    request: Request
    steps: dict[str, TimetableStep]


def place(
    announced: date = date(2025, 2, 24),
    *,
    today: date | None = None,
    code: str = "POL-1",
    state: RequestState = RequestState.ACKNOWLEDGED,
    stage: Stage = Stage.RETURNS_OPEN,
) -> Place:
    days = {
        step.step: TimetableStep(
            inspection="x", step=step.step, position=n, label=step.label, day=step.date, working_day=0, explain=""
        )
        for n, step in enumerate(_days(announced))
    }
    due = days["evaluations_due" if code == "EVAL" else "theme_lists_due"].day
    now = datetime.combine(today or announced, datetime.min.time(), UTC) + timedelta(hours=10)
    inspection = Inspection(
        ref="x",
        area_gss="E06000038",
        area_name="Reading",
        theme_id=DA.id,
        theme_version=1,
        announced=announced,
        stage=stage,
        clock_shift_seconds=int((now - utc_now()).total_seconds()),
        seed_digest="",
    )
    request = Request(
        id="x-1", inspection="x", agency_id="x/police", return_code=code, step="", due_at=deadline(DA, due), state=state
    )
    return Place(inspection, request, days)


def version(number: int, verdict: ReturnVerdict | None, malware: str | None = None) -> Submission:
    return Submission(
        id=f"x-1-v{number}",
        request_id="x-1",
        inspection="x",
        version=number,
        key="k",
        version_id="",
        etag="",
        sha256="s",
        size=1,
        extension=".csv",
        uploader="test",
        received_at=utc_now(),
        result=CheckResult(submission_id=f"x-1-v{number}", verdict=verdict, malware=malware),
    )


@pytest.mark.parametrize(
    ("until", "why"),
    [
        (date(2025, 2, 23), "must be today or later"),
        (date(2025, 2, 26), "up to then it is not late"),
        (date(2025, 2, 27), ""),
        (date(2025, 3, 5), ""),
        # More than five working days late is for two people, up to the day before the letter.
        (date(2025, 3, 6), ""),
        (date(2025, 5, 2), ""),
        (date(2025, 5, 6), "The letter is published on Tuesday 6 May 2025. Give a day up to Friday 2 May 2025"),
        (date(2030, 1, 1), "Give a day up to Friday 2 May 2025"),
    ],
)
def test_a_promise_is_for_a_day_before_the_letter(until: date, why: str) -> None:
    at = place()
    refusal = promise_refusal(until, at.request, at.inspection, at.steps)
    assert why in refusal
    assert bool(why) == bool(refusal)


@pytest.mark.parametrize(("until", "two"), [(date(2025, 3, 5), False), (date(2025, 3, 6), True)])
def test_l11_a_promise_of_more_than_five_working_days_needs_two(until: date, two: bool) -> None:
    at = place()
    assert promise_needs_two(until, at.request, at.steps) is two


def test_a_promise_cannot_be_renewed_for_ever() -> None:
    at = place(today=date(2025, 5, 6))
    assert "that day has passed" in late_refusal(at.request, at.inspection, at.steps)


@pytest.mark.parametrize(("until", "two"), [(date(2025, 3, 7), False), (date(2025, 3, 10), True)])
def test_l11_an_evaluation_promised_for_a_day_of_fieldwork_needs_two(until: date, two: bool) -> None:
    at = place(code="EVAL", stage=Stage.EVALUATIONS_OPEN)
    assert last_promise(at.request, at.steps) == date(2025, 3, 7)
    assert promise_needs_two(until, at.request, at.steps) is two


@pytest.mark.parametrize(
    ("code", "today", "until", "delayed"),
    [
        ("POL-1", (2025, 2, 24), (2025, 2, 28), ""),
        ("POL-1", (2025, 2, 24), (2025, 3, 3), "sample_notified"),
        # Where the choice is late already, the return is needed next for the evaluations.
        ("POL-1", (2025, 3, 3), (2025, 3, 5), ""),
        ("POL-1", (2025, 3, 3), (2025, 3, 6), "evaluations_due"),
        ("POL-1", (2025, 3, 10), (2025, 3, 11), "fieldwork_start"),
        ("EVAL", (2025, 3, 5), (2025, 3, 7), ""),
        ("EVAL", (2025, 3, 5), (2025, 3, 10), "fieldwork_start"),
        ("EVAL", (2025, 3, 20), (2025, 4, 30), "fieldwork_start"),
    ],
)
def test_l11_an_extension_past_what_needs_the_return_needs_two(
    code: str, today: tuple[int, int, int], until: tuple[int, int, int], delayed: str
) -> None:
    at = place(code=code, today=date(*today))
    step = extension_delays(date(*until), at.request, at.inspection, at.steps)
    assert (step.step if step else "") == delayed
    assert extension_refusal(date(*until), at.request, at.steps) == ""


@pytest.mark.parametrize("until", [date(2025, 5, 6), date(2026, 12, 31)])
def test_no_two_people_extend_a_return_past_the_letter(until: date) -> None:
    at = place()
    assert "Give a working day up to Friday 2 May 2025" in extension_refusal(until, at.request, at.steps)


@pytest.mark.parametrize(
    ("announced", "due", "utc_hour", "last"),
    [
        # A deadline on Christmas Eve: the five working days skip two bank holidays, a weekend and New Year's Day.
        (date(2026, 12, 22), date(2026, 12, 24), 17, date(2027, 1, 5)),
        # Before the clocks go forward on 29 March 2026 and after it, five o'clock is another hour of UTC.
        (date(2026, 3, 25), date(2026, 3, 27), 17, date(2026, 4, 7)),
        (date(2026, 3, 26), date(2026, 3, 30), 16, date(2026, 4, 8)),
        (date(2026, 10, 21), date(2026, 10, 23), 16, date(2026, 10, 30)),
        (date(2026, 10, 22), date(2026, 10, 26), 17, date(2026, 11, 2)),
    ],
)
def test_l7_deadlines_at_christmas_and_at_the_change_of_clocks(
    announced: date, due: date, utc_hour: int, last: date
) -> None:
    at = place(announced)
    assert at.request.due_at.astimezone(UTC) == datetime(due.year, due.month, due.day, utc_hour, tzinfo=UTC)
    assert last_promise(at.request, at.steps) == last
    assert not promise_needs_two(last, at.request, at.steps)
    assert promise_needs_two(add_working_days(last, 1), at.request, at.steps)


@given(st.dates(date(2025, 2, 24), date(2026, 6, 1)))
def test_no_promise_of_one_person_is_for_longer_than_chasing_waits(until: date) -> None:
    at = place()
    if not promise_needs_two(until, at.request, at.steps):
        assert until <= add_working_days(date(2025, 2, 26), 5)


@pytest.mark.parametrize(("state", "stage"), list(product(RequestState, Stage)))
def test_nothing_is_offered_that_the_lifecycle_would_refuse(state: RequestState, stage: Stage) -> None:
    for code in ("POL-1", "EVAL"):
        at = place(state=state, stage=stage, code=code)
        moves = REQUEST_MOVES[state]
        if not nil_refusal(at.request, at.inspection):
            assert RequestState.NIL_DECLARED in moves
            assert stage == Stage.RETURNS_OPEN
        if not acknowledge_refusal(at.request, at.inspection):
            assert RequestState.ACKNOWLEDGED in moves or state == RequestState.ISSUED
        if not undo_nil_refusal(at.request, at.inspection):
            assert RequestState.ACKNOWLEDGED in moves
        if not late_refusal(at.request, at.inspection, at.steps):
            assert state in {
                RequestState.ISSUED,
                RequestState.ACKNOWLEDGED,
                RequestState.OVERDUE,
                RequestState.REJECTED,
            }
        at.request.current_version = 2
        if not again_refusal(at.request, at.inspection, version(1, ReturnVerdict.ACCEPTED)):
            assert RequestState.RECEIVED in moves


def test_only_an_earlier_version_that_was_accepted_is_used_again() -> None:
    at = place(state=RequestState.REJECTED)
    at.request.current_version = 3
    assert again_refusal(at.request, at.inspection, version(1, ReturnVerdict.QUERIED)) == ""
    assert "newest already" in again_refusal(at.request, at.inspection, version(3, ReturnVerdict.ACCEPTED))
    for verdict in (ReturnVerdict.REJECTED, ReturnVerdict.UNREADABLE, None):
        assert "was not accepted" in again_refusal(at.request, at.inspection, version(1, verdict))
    assert "was not accepted" in again_refusal(
        at.request, at.inspection, version(1, ReturnVerdict.ACCEPTED, malware="Eicar")
    )


def test_no_query_is_explained_after_the_facts_are_checked() -> None:
    open_ = [stage for stage in Stage if not explain_refusal(place(stage=stage).inspection)]
    assert Stage.RETURNS_OPEN in open_
    assert Stage.FACTUAL_ACCURACY in open_
    ended = {Stage.PRE_PUBLICATION, Stage.PUBLISHED, Stage.STATEMENT_DUE, Stage.CLOSED, Stage.CANCELLED, Stage.DEFERRED}
    assert not ended & set(open_)
