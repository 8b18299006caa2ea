"""What the sweep finds: work that nobody took in time, days that have come, notices and events that wait."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.england import ENGLAND
from models.events import DEPLOYMENT_FOR, Owed
from models.lifecycle import Stage
from models.settings import MissingSettingError, reread
from models.states import Delivery
from models.tables import Inspection, Notice, OutboxEvent, Work
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.ground.prefect_api import PrefectUnreachableError, call, start_run
from tasks.inspection.days import live_inspections
from tasks.inspection.ending import Ending, EndReason, end
from tasks.inspection.rehearsal_clock import set_clock
from tasks.jobs.calendar import move_on
from tasks.ledger.outbox import as_prefect_event, send_events, send_soon
from tasks.ledger.work import claim, finish, give_back, owe
from tasks.people.notices import keep_notices
from tasks.watch.sweep import PATIENCE_SECONDS, Swept, _send, _senders, is_on_its_way, sweep, waiting_kinds
from tests.tasks.ledger.test_work import end_leases
from tests.tasks.steps import actions, moved_to, notices, put_nowhere, stage


def aged(seconds: float = PATIENCE_SECONDS + 5) -> None:
    with transaction() as session:
        for work in session.exec(select(Work)):
            work.owed_at -= timedelta(seconds=seconds)
            session.add(work)


def owed(ref: str, kind: Owed = Owed.VALIDATE) -> None:
    with transaction() as session:
        owe(session, kind, "s1", ref)


def test_every_kind_of_work_has_a_deployment_that_does_it() -> None:
    assert set(DEPLOYMENT_FOR) == set(Owed)


@pytest.mark.pure
def test_l3_a_run_that_a_schedule_has_for_tomorrow_does_no_work_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    # As Prefect holds them: what a schedule starts each night waits there as a run for days before.
    expected = [utc_now() + timedelta(hours=hours) for hours in (15, 39, 63)]

    def prefect(_method: str, _path: str, json: dict[str, Any]) -> list[datetime]:
        times = json["flow_runs"]["expected_start_time"]
        earliest, latest = (datetime.fromisoformat(times.get(name, "9999-12-31T00:00:00+00:00")) for name in _ENDS)
        return [each for each in expected if earliest <= each <= latest]

    monkeypatch.setattr("tasks.watch.sweep.call", prefect)
    assert not is_on_its_way("anchor")
    expected.append(utc_now())
    assert is_on_its_way("anchor")


_ENDS = ("after_", "before_")


def test_l3_fresh_work_is_left_to_its_event_and_old_work_is_found(area: str) -> None:
    owed(area)
    assert waiting_kinds() == []
    aged()
    assert waiting_kinds() == [Owed.VALIDATE]


def test_l3_work_in_good_hands_is_left_alone_and_an_ended_lease_is_found(area: str) -> None:
    owed(area)
    aged()
    claimed = claim(Owed.VALIDATE)
    assert claimed is not None
    assert waiting_kinds() == []
    end_leases()
    assert waiting_kinds() == [Owed.VALIDATE]
    again = claim(Owed.VALIDATE)
    assert again is not None
    with transaction() as session:
        finish(session, again)
    assert waiting_kinds() == []


def test_l3_work_that_failed_is_found_again_after_its_pause(area: str) -> None:
    owed(area)
    aged()
    claimed = claim(Owed.VALIDATE)
    assert claimed is not None
    give_back(claimed, OSError())
    assert waiting_kinds() == []
    with transaction() as session:
        work = session.get_one(Work, (Owed.VALIDATE, "s1"))
        work.not_before = utc_now()
        session.add(work)
    assert waiting_kinds() == [Owed.VALIDATE]


@pytest.fixture
def no_prefect(area: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("JTAI_PREFECT_API_URL", "http://127.0.0.1:9/api")
    reread()
    yield area
    monkeypatch.undo()
    reread()


@pytest.mark.usefixtures("no_prefect")
def test_a_server_that_is_not_there_is_told_in_one_sentence() -> None:
    sentence = "The Prefect server does not answer (ConnectError). Check that the stack is running: `make up`."
    for ask in (lambda: call("GET", "/health"), lambda: start_run("sweep"), send_events):
        with pytest.raises(PrefectUnreachableError) as told:
            ask()
        assert str(told.value) == sentence


def test_l3_without_prefect_events_wait_and_the_rest_is_done(no_prefect: str) -> None:
    set_clock(no_prefect, datetime(2025, 3, 10, 9, tzinfo=ENGLAND), by="test")
    moved_to(
        no_prefect,
        Stage.RETURNS_CLOSED,
        Stage.COHORT_FROZEN,
        Stage.SAMPLE_PROPOSED,
        Stage.SAMPLE_APPROVED,
        Stage.EVALUATIONS_OPEN,
    )
    send_soon()
    with pytest.raises(PrefectUnreachableError):
        sweep(put_nowhere)
    assert stage(no_prefect) == Stage.FIELDWORK
    with transaction() as session:
        assert all(one.sent_at is not None for one in session.exec(select(Notice)))
        waiting = session.exec(select(OutboxEvent).where(OutboxEvent.sent_at == None)).all()  # noqa: E711
    assert "jtai.fieldwork.started" in {one.event for one in waiting}


@pytest.mark.usefixtures("area")
def test_l3_two_sweeps_do_not_work_at_once_and_a_dead_one_holds_up_none() -> None:
    from sqlalchemy import text

    def sweep_beside_another_that_dies() -> None:
        with transaction() as other:
            other.execute(text("SELECT pg_advisory_xact_lock(hashtext('sweep'))"))
            assert sweep(put_nowhere) == Swept()
            with transaction() as session:
                assert session.exec(select(Notice).where(Notice.sent_at != None)).all() == []  # noqa: E711
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        sweep_beside_another_that_dies()
    with pytest.raises(MissingSettingError, match="JTAI_PREFECT_API_URL"):
        sweep(put_nowhere)
    with transaction() as session:
        assert session.exec(select(Notice).where(Notice.sent_at == None)).all() == []  # noqa: E711


@pytest.mark.usefixtures("area")
def test_l5_an_event_holds_references_and_counts_only() -> None:
    with transaction() as session:
        told = [as_prefect_event(one) for one in session.exec(select(OutboxEvent))]
    assert told
    for event in told:
        assert set(event) == {"id", "occurred", "event", "resource", "related", "payload"}
        assert set(event["payload"]) <= {"inspection", "subject", "area", "theme", "stage", "state"}


def test_a_notice_is_handed_over_once(area: str) -> None:
    with transaction() as session:
        assert keep_notices(session) == len(notices(area)) > 0
    with transaction() as session:
        assert keep_notices(session) == 0


def test_l3_with_a_channel_the_sweep_keeps_nothing_and_wakes_who_sends(
    area: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert area
    assert _senders() == []
    monkeypatch.setenv("JTAI_SMTP_URL", "smtps://mail.jtai-area.uk")
    reread()
    assert _senders() == ["send-notices"]
    swept = Swept()
    _send(swept)
    assert swept.notices_sent == 0
    with transaction() as session:
        assert {notice.delivery for notice in session.exec(select(Notice))} == {Delivery.WAITING}
    monkeypatch.undo()
    reread()
    _send(swept)
    assert swept.notices_sent == len(notices(area))
    assert _senders() == []


def test_fieldwork_begins_and_ends_by_the_stored_timetable(area: str) -> None:
    moved_to(
        area,
        Stage.RETURNS_CLOSED,
        Stage.COHORT_FROZEN,
        Stage.SAMPLE_PROPOSED,
        Stage.SAMPLE_APPROVED,
        Stage.EVALUATIONS_OPEN,
    )
    for moment, came in (
        ((2025, 3, 9, 23, 59), []),
        ((2025, 3, 10, 0, 1), ["fieldwork started"]),
        ((2025, 3, 14, 23, 0), []),
        ((2025, 3, 15, 0, 1), ["fieldwork ended"]),
        ((2025, 3, 16, 9, 0), []),
    ):
        set_clock(area, datetime(*moment, tzinfo=ENGLAND), by="test")
        assert move_on(area) == came
    assert stage(area) == Stage.FINDINGS_DRAFTING
    told = [notice.person_id for notice in notices(area, "fieldwork")]
    assert len(told) == len(set(told)) == 4
    with transaction() as session:
        assert session.get_one(Work, (Owed.COMPILE_LETTER, f"{area}/draft/1")).state == "owed"


def test_an_ended_inspection_is_swept_no_more(area: str) -> None:
    assert live_inspections() == [area]
    end(area, Ending.CANCEL, EndReason.EMERGENCY, by="S Patel")
    assert live_inspections() == []
    with transaction() as session:
        assert session.get_one(Inspection, area).stage == Stage.CANCELLED


def test_l10_a_deferral_and_its_end_say_who_and_why(area: str) -> None:
    from tasks.ledger.audit import chain

    end(area, Ending.DEFER, EndReason.EMERGENCY, by="S Patel")
    assert live_inspections() == [area]
    end(area, Ending.REOPEN, EndReason.READY_AGAIN, by="S Patel")
    assert stage(area) == Stage.RETURNS_OPEN
    assert actions(area)[-2:] == ["stage.moved", "stage.moved"]
    with transaction() as session:
        entries, _ = chain(session, area)
    assert [(one.actor, one.facts["reason"]) for one in entries[-2:]] == [
        ("inspectorate: S Patel", "emergency"),
        ("inspectorate: S Patel", "ready_again"),
    ]


def test_a_sweep_says_in_one_line_what_it_did() -> None:
    assert Swept().to_message() == "Nothing was owed that is not being done."
    said = Swept(events_sent=2, moved={"reading": ["fieldwork started"]}, woken=["receive-returns"])
    assert said.anything
    assert said.to_message() == "reading: fieldwork started; 2 events sent; woke receive-returns"


def test_l9_a_store_that_is_away_stops_nothing_else(no_prefect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import EndpointConnectionError

    set_clock(no_prefect, datetime(2025, 3, 10, 9, tzinfo=ENGLAND), by="test")
    moved_to(
        no_prefect,
        Stage.RETURNS_CLOSED,
        Stage.COHORT_FROZEN,
        Stage.SAMPLE_PROPOSED,
        Stage.SAMPLE_APPROVED,
        Stage.EVALUATIONS_OPEN,
    )
    with monkeypatch.context() as away:
        away.setenv("JTAI_S3_ENDPOINT_URL", "http://127.0.0.1:9")
        reread()
        with pytest.raises(EndpointConnectionError):
            sweep(put_nowhere)
    reread()
    assert stage(no_prefect) == Stage.FIELDWORK
