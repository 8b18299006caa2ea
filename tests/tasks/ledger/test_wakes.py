"""A flood of uploads wakes no more runs than can work; a wake or a run that dies keeps nobody waiting for long (L3)."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import yaml
from sqlmodel import select

from models.events import AT_WORK, DRAINED_BY, Event, Owed
from models.settings import CHECKOUT, settings
from models.tables import OutboxEvent, Wake
from models.tables.base import utc_now
from tasks.ground.database import clock, transaction
from tasks.ground.prefect_api import PrefectUnreachableError
from tasks.ledger import outbox, wakes
from tasks.ledger.outbox import send_events, tell
from tasks.ledger.wakes import at_work, begin
from tasks.ledger.work import claim, owe
from tasks.watch import sweep

_RETURNS = "receive-returns"


@pytest.fixture
def heard(reading: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:  # noqa: ARG001 - there is an inspection
    """Return the list to which each event that reaches Prefect is added; Reading's own are sent before."""
    events: list[str] = []
    monkeypatch.setattr(outbox, "call", lambda _, __, json: events.extend(row["event"] for row in json))
    send_events()
    with transaction() as session:
        for row in session.exec(select(Wake)):
            session.delete(row)
    events.clear()
    return events


def _upload(ref: str, event: Event = Event.RETURN_UPLOADED) -> None:
    subject = f"{ref}-{uuid4().hex[:6]}"
    with transaction() as session:
        owe(session, Owed.VALIDATE, subject, ref)
        tell(session, event, ref, subject)
    send_events()


def _lapse() -> None:
    with transaction() as session:
        for row in session.exec(select(Wake)):
            row.until = utc_now() - timedelta(seconds=1)
            session.add(row)


def _killed(*runs: str) -> None:
    """Leave behind what runs leave whose process ends amid their work."""
    for run in runs:
        wakes._stay(_RETURNS, run)


def _drained() -> int:
    return len(list(iter(lambda: claim(Owed.VALIDATE), None)))


def test_a_flood_wakes_once_until_somebody_is_at_work_and_then_as_many_as_may_work(
    reading: str, heard: list[str]
) -> None:
    for _ in range(10):
        _upload(reading)
    assert heard == [Event.RETURN_UPLOADED]
    with at_work(_RETURNS, "first"):
        for _ in range(10):
            _upload(reading)
        assert len(heard) == 2
        with at_work(_RETURNS, "second"):
            for _ in range(10):
                _upload(reading)
            assert len(heard) == 2
    # Nobody is at work any more, so that what comes now wakes again.
    _upload(reading)
    assert len(heard) == 3
    # All work is in the ledger, whoever was woken for it, and nothing waits to be sent.
    assert _drained() == 31
    with transaction() as session:
        assert session.exec(select(OutboxEvent).where(OutboxEvent.sent_at == None)).all() == []  # noqa: E711


def test_l3_a_wake_that_is_committed_after_its_run_began_keeps_nothing_waiting(reading: str, heard: list[str]) -> None:
    with transaction() as session:
        # Recorded, and sent before the commit: the run begins at once.
        session.add(Wake(id="late", deployment=_RETURNS, at_work=False, until=clock(session) + timedelta(seconds=30)))
        session.flush()
        block = at_work(_RETURNS, "first")
        block.__enter__()
    block.__exit__(None, None, None)
    _upload(reading)
    assert heard == [Event.RETURN_UPLOADED]


def test_a_wake_that_is_sent_while_a_run_works_still_counts_after_it(reading: str, heard: list[str]) -> None:
    with at_work(_RETURNS, "first"):
        _upload(reading)
    _upload(reading)
    assert heard == [Event.RETURN_UPLOADED]


def test_many_events_of_one_call_wake_once_and_every_other_event_goes(reading: str, heard: list[str]) -> None:
    with transaction() as session:
        for event in (*DRAINED_BY, *DRAINED_BY, Event.RETURN_DECIDED, Event.RETURN_DECIDED, Event.RETURNS_COMPLETE):
            tell(session, event, reading, "any")
    assert send_events() == 4
    assert Counter(heard)[Event.RETURN_DECIDED] == 2
    assert Counter(heard)[Event.RETURNS_COMPLETE] == 1
    assert sum(event in DRAINED_BY for event in heard) == 1


def test_l3_a_wake_that_was_lost_on_its_way_keeps_the_next_work_waiting_for_no_longer_than_it_holds(
    reading: str, heard: list[str]
) -> None:
    _upload(reading)
    _upload(reading)
    assert len(heard) == 1
    _lapse()
    _upload(reading)
    assert len(heard) == 2


def test_l3_a_run_that_was_killed_at_work_is_not_waited_for_once_it_is_silent(reading: str, heard: list[str]) -> None:
    _killed("first", "second")
    _upload(reading)
    assert heard == []
    _lapse()
    _upload(reading)
    assert len(heard) == 1


def test_l3_the_sweep_looks_at_the_work_and_never_at_who_is_believed_to_be_awake(
    reading: str, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _killed("first", "second")
    _upload(reading)
    assert heard == []
    started: list[str] = []
    monkeypatch.setattr(sweep, "PATIENCE_SECONDS", -1)
    monkeypatch.setattr(sweep, "is_on_its_way", lambda _: False)
    monkeypatch.setattr(sweep, "start_run", lambda deployment, **_: started.append(deployment))
    sweep.wake(sweep.waiting_kinds())
    assert started == [_RETURNS]


def test_l3_what_comes_before_a_run_leaves_is_seen_by_it_and_what_comes_after_wakes_another(
    reading: str, heard: list[str]
) -> None:
    with at_work(_RETURNS, "first"), at_work(_RETURNS, "second"):
        assert _drained() == 0
        _upload(reading)
    assert heard == []
    # As `receive-returns` does: it looks once more after it is no longer counted.
    assert _drained() == 1
    _upload(reading)
    assert len(heard) == 1


def test_l3_a_wake_that_prefect_did_not_take_is_not_on_its_way(
    reading: str, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise PrefectUnreachableError("ConnectError")

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "call", away)
        with pytest.raises(PrefectUnreachableError):
            _upload(reading)
    with transaction() as session:
        assert session.exec(select(Wake)).all() == []
    send_events()
    assert heard == [Event.RETURN_UPLOADED]


def test_l3_a_doubled_wake_is_one_run_more_and_nothing_else(reading: str, heard: list[str]) -> None:
    _upload(reading)
    with transaction() as session:
        # The sender died after sending: the event goes again, and is the same wake.
        sent = session.exec(select(OutboxEvent).where(OutboxEvent.event == Event.RETURN_UPLOADED))
        row = max(sent, key=lambda event: event.written_at)
        row.sent_at = None
        session.add(row)
    send_events()
    assert heard == [Event.RETURN_UPLOADED] * 2
    with at_work(_RETURNS, "first"), at_work(_RETURNS, "called twice"):
        assert _drained() == 1


def test_a_run_that_stays_at_work_says_so(reading: str, heard: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wakes, "_EVERY_SECONDS", 0.05)
    with at_work(_RETURNS, "first"), at_work(_RETURNS, "second"):
        _lapse()
        until = utc_now() + timedelta(seconds=10)
        while utc_now() < until:
            with transaction() as session:
                if all(row.until > utc_now() for row in session.exec(select(Wake))):
                    break
        _upload(reading)
        assert heard == []


def test_more_workers_may_be_woken_for_more(reading: str, heard: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "workers", 2)
    with at_work(_RETURNS, "first"), at_work(_RETURNS, "second"):
        _upload(reading)
        assert len(heard) == 1


@pytest.mark.usefixtures("heard")
def test_a_run_that_finds_many_pieces_wakes_one_to_help_and_few_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(sweep, "start_run", lambda deployment, **_: started.append(deployment))
    with at_work(_RETURNS, "first"):
        assert not sweep.help_out(_RETURNS, sweep.MANY - 1)
        assert sweep.help_out(_RETURNS, sweep.MANY)
        # One is on its way.
        assert not sweep.help_out(_RETURNS, sweep.MANY)
        with at_work(_RETURNS, "second"):
            assert not sweep.help_out(_RETURNS, sweep.MANY)
    assert started == [_RETURNS]


@pytest.mark.usefixtures("heard")
def test_a_run_works_alone_where_prefect_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise PrefectUnreachableError("ConnectError")

    monkeypatch.setattr(sweep, "start_run", away)
    assert not sweep.help_out(_RETURNS, sweep.MANY)
    with transaction() as session:
        # What was not woken is not on its way.
        assert begin(session, _RETURNS, "another")


@pytest.mark.pure
def test_events_and_limits_are_those_of_the_deployment() -> None:
    deployments = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]
    for name in set(DRAINED_BY.values()):
        (found,) = [each for each in deployments if each["name"] == name]
        expected = [event for trigger in found["triggers"] for event in trigger["expect"]]
        assert sorted(expected) == sorted(event for event, drained in DRAINED_BY.items() if drained == name)
        assert found["concurrency_limit"]["limit"] == AT_WORK[name]
