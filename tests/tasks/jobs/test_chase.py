"""Chasing: the ladder as a pure function of state and time, and each notice once."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.england import ENGLAND
from models.lifecycle import RequestState
from models.tables import Request
from models.themes import Theme, theme
from models.timetable import is_working_day, working_days_between
from tasks.ground.database import transaction
from tasks.inspection.rehearsal_clock import set_clock
from tasks.jobs.chase import chase
from tasks.jobs.ladder import rung_for
from tasks.ledger.rows import UnknownInspectionError
from tasks.people.notices import words_of
from tasks.returns.decisions import RequestReason, extend
from tasks.returns.declarations import declare_late
from tests.tasks.steps import notices, request, send, verdict_on

DUE = datetime(2025, 2, 27, 17, tzinfo=ENGLAND)  # a Thursday
CHASED = [RequestState.ISSUED, RequestState.ACKNOWLEDGED, RequestState.OVERDUE, RequestState.REJECTED]
RUNGS = [None, "reminder", "overdue", "still_overdue"]

LADDER = theme("domestic-abuse-2024").chasing


def step_for(state: RequestState, now: datetime, due: datetime, promised: datetime | None) -> str | None:
    found = rung_for(LADDER, state, now, due, promised)
    return found.key if found else None


moments = st.datetimes(datetime(2025, 2, 20), datetime(2025, 3, 14)).map(lambda one: one.replace(tzinfo=ENGLAND))
states = st.sampled_from(sorted(RequestState))


@given(states, moments, st.none() | moments)
def test_nobody_is_chased_for_what_is_not_owed_and_nobody_is_late_before_the_deadline(
    state: RequestState, now: datetime, promised: datetime | None
) -> None:
    step = step_for(state, now, DUE, promised)
    if state not in CHASED:
        assert step is None
    elif now <= DUE:
        assert step in {None, "reminder"}
    else:
        assert step in {"overdue", "still_overdue"}


@given(st.sampled_from(CHASED), moments, moments, st.none() | moments)
def test_the_ladder_is_never_climbed_down(
    state: RequestState, one: datetime, other: datetime, promised: datetime | None
) -> None:
    first, second = (step_for(state, now, DUE, promised) for now in sorted([one, other]))
    assert RUNGS.index(first) <= RUNGS.index(second)


@given(st.sampled_from(CHASED), moments, moments)
def test_a_promise_holds_back_the_last_rung_until_it_has_passed(
    state: RequestState, now: datetime, promised: datetime
) -> None:
    if DUE < now <= promised:
        assert step_for(state, now, DUE, promised) == "overdue"
    without = step_for(state, now, DUE, None)
    if without != "still_overdue":
        assert RUNGS.index(step_for(state, now, DUE, promised)) <= RUNGS.index(without)


@given(st.dates(date(2025, 4, 1), date(2025, 5, 30)).filter(is_working_day), st.integers(0, 9))
def test_a_reminder_comes_on_the_last_working_day_before_and_on_the_day(day: date, before: int) -> None:
    due = datetime(day.year, day.month, day.day, 17, tzinfo=ENGLAND)
    now = due - timedelta(days=before, hours=1)
    wanted = "reminder" if working_days_between(now.date(), day) <= 1 else None
    assert step_for(RequestState.ISSUED, now, due, None) == wanted
    assert step_for(RequestState.REJECTED, now, due, None) is None


@pytest.mark.parametrize(
    ("now", "step"),
    [
        ((2025, 2, 25, 9), None),
        ((2025, 2, 26, 9), "reminder"),
        ((2025, 2, 27, 17), "reminder"),
        ((2025, 2, 27, 18), "overdue"),
        ((2025, 2, 28, 9), "still_overdue"),
        ((2025, 3, 1, 9), "still_overdue"),
    ],
)
def test_the_rungs_of_a_deadline_on_a_thursday(now: tuple[int, int, int, int], step: str | None) -> None:
    assert step_for(RequestState.ISSUED, datetime(*now, tzinfo=ENGLAND), DUE, None) == step


def test_each_notice_is_written_once_and_the_manager_is_told_at_last(area: str) -> None:
    def at(*moment: int) -> None:
        set_clock(area, datetime(*moment, tzinfo=ENGLAND), by="test")  # type: ignore[arg-type, misc]
        for _ in range(3):
            chase(area)

    send(f"{area}-la-da", "a.csv", b"x\n1\n")
    at(2025, 2, 26, 9)
    assert sorted(one.facts["return"] for one in notices(area, "reminder")) == ["HEA-1", "POL-1", "PRO-1"]
    at(2025, 2, 26, 17, 30)
    assert [one.facts["return"] for one in notices(area, "overdue")] == ["POL-1"]
    assert request(area, "pol-1").state == RequestState.OVERDUE
    assert request(area, "la-da").state == RequestState.RECEIVED
    at(2025, 2, 27, 9)
    (told,) = notices(area, "escalated")
    assert (told.to_name, told.facts["agency"]) == ("manager", "Thames Valley Police")
    assert len(notices(area, "still_overdue")) == 1
    assert told.facts["due"] == "5pm on Wednesday 26 February 2025"


def test_what_an_agency_owes_by_one_deadline_is_told_in_one_notice(area: str) -> None:
    owed = ("la-1", "la-3", "la-7")
    with transaction() as session:
        for code in owed:
            session.get_one(Request, f"{area}-{code}").state = RequestState.ISSUED
        due = session.get_one(Request, f"{area}-la-1").due_at
        session.get_one(Request, f"{area}-la-7").due_at = due + timedelta(days=1)
    set_clock(area, due - timedelta(hours=8), by="test")
    council = [one for one in notices(area, "reminder") if "LA-" in one.facts["return"]]
    assert council == []
    chase(area)
    together = [one for one in notices(area, "reminder") if one.facts["returns"] > 1]
    assert [one.facts["return"] for one in together] == ["LA-1 and LA-3"]
    with transaction() as session:
        assert "LA-1 and LA-3 are due soon" in words_of(session, together[0]).subject
    # One comes: the other is told at its next rung alone, and nothing is told twice.
    send(f"{area}-la-1", "a.csv", b"x\n1\n")
    before = len(notices(area, "reminder"))
    chase(area)
    assert len(notices(area, "reminder")) == before
    set_clock(area, due + timedelta(hours=1), by="test")
    assert ("LA-3", "overdue") in {(one.return_code, one.step) for one in chase(area)}
    assert {one.facts["return"] for one in notices(area, "overdue") if "LA-" in one.facts["return"]} == {"LA-3"}
    assert chase(area) == []


def test_who_promised_a_day_is_called_overdue_but_not_escalated_before_it(area: str) -> None:
    set_clock(area, datetime(2025, 2, 26, 9, tzinfo=ENGLAND), by="test")
    declare_late(f"{area}-pol-1", until=date(2025, 3, 3), reason="system_outage", by="agency: Police")
    set_clock(area, datetime(2025, 2, 28, 9, tzinfo=ENGLAND), by="test")
    assert ("POL-1", "overdue") in {(one.return_code, one.step) for one in chase(area)}
    set_clock(area, datetime(2025, 3, 4, 9, tzinfo=ENGLAND), by="test")
    assert ("POL-1", "still_overdue") in {(one.return_code, one.step) for one in chase(area)}


@pytest.mark.usefixtures("ledger")
def test_l9_one_area_that_does_not_exist_is_a_sentence() -> None:
    assert chase() == []
    with pytest.raises(UnknownInspectionError, match="There is no inspection 'atlantis'"):
        chase("atlantis")


@pytest.mark.usefixtures("area")
def test_a_theme_may_have_a_longer_ladder() -> None:
    rungs = [
        *(rung.model_dump() for rung in LADDER),
        {"key": "a_week", "working_days": 5, "notice": "still_overdue", "tells": ("inspector", "manager")},
    ]
    longer = Theme.model_validate({**theme("domestic-abuse-2024").model_dump(), "chasing": rungs}).chasing
    late = datetime(2025, 3, 6, 9, tzinfo=ENGLAND)
    found = rung_for(longer, RequestState.ISSUED, late, DUE, datetime(2025, 4, 1, tzinfo=ENGLAND))
    assert found is not None
    assert (found.key, found.tells) == ("a_week", ("inspector", "manager"))


@pytest.mark.parametrize(
    "rungs",
    [
        [{"key": "b", "working_days": 2, "notice": "overdue"}, {"key": "a", "working_days": 1, "notice": "overdue"}],
        [{"key": "a", "working_days": 1, "notice": "overdue"}, {"key": "a", "working_days": 2, "notice": "overdue"}],
        [{"key": "a", "working_days": 1, "notice": "reminder"}],
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused(rungs: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError, match="rungs of chasing|before the deadline"):
        Theme.model_validate({**theme("domestic-abuse-2024").model_dump(), "chasing": rungs})


def test_nobody_is_chased_at_a_weekend(area: str) -> None:
    set_clock(area, datetime(2025, 3, 1, 9, tzinfo=ENGLAND), by="test")
    assert chase(area) == []
    set_clock(area, datetime(2025, 3, 3, 9, tzinfo=ENGLAND), by="test")
    assert {one.step for one in chase(area)} == {"still_overdue"}


def test_who_sent_something_is_chased_for_its_correction_alone(area: str) -> None:
    verdict_on(area, "pol-1", "a.csv", b"incident_ref\n1\n")
    set_clock(area, datetime(2025, 2, 27, 9, tzinfo=ENGLAND), by="test")
    chase(area)
    (told,) = (one for one in notices(area, "still_overdue") if one.facts["return"] == "POL-1")
    with transaction() as session:
        body = words_of(session, told).body
    assert body.startswith("We have version 1 of POL-1, but ")
    assert "not fixed yet. It was due by 5pm on Wednesday 26 February 2025. We have told the programme manager." in body


def test_an_extended_deadline_is_told_and_has_a_ladder_of_its_own(area: str) -> None:
    set_clock(area, datetime(2025, 2, 26, 9, tzinfo=ENGLAND), by="test")
    chase(area)
    extend(f"{area}-pol-1", date(2025, 2, 28), RequestReason.SYSTEM_OUTAGE, by="Sam Patel")
    assert [one.facts["due"] for one in notices(area, "extended")] == ["5pm on Friday 28 February 2025"]
    set_clock(area, datetime(2025, 2, 28, 9, tzinfo=ENGLAND), by="test")
    chase(area)
    assert len([one for one in notices(area, "reminder") if one.facts["return"] == "POL-1"]) == 2


def test_a_promise_that_was_stored_without_limit_silences_nothing_for_ever(area: str) -> None:
    with transaction() as session:
        row = session.get_one(Request, f"{area}-pol-1")
        row.late_until, row.late_reason = date(2030, 1, 1), "system_outage"
    # Five working days after the deadline of 26 February.
    set_clock(area, datetime(2025, 3, 5, 9, tzinfo=ENGLAND), by="test")
    assert ("POL-1", "overdue") in {(one.return_code, one.step) for one in chase(area)}
    assert [one.facts["return"] for one in notices(area, "escalated") if one.facts["return"] == "POL-1"] == []
    set_clock(area, datetime(2025, 3, 6, 9, tzinfo=ENGLAND), by="test")
    assert ("POL-1", "still_overdue") in {(one.return_code, one.step) for one in chase(area)}
    assert [one.facts["return"] for one in notices(area, "escalated") if one.facts["return"] == "POL-1"] == ["POL-1"]
