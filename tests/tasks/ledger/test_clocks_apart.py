"""Hosts whose clocks differ by ten minutes: what one writes and another compares is by the clock of the database."""

from datetime import timedelta
from importlib import import_module

import pytest
from sqlmodel import select

from models.events import Owed
from models.states import WorkState
from models.tables import Beat, Wake, Work
from models.tables.base import utc_now
from tasks.ground.database import clock, transaction
from tasks.ledger import heartbeats
from tasks.ledger.wakes import begin
from tasks.ledger.work import claim, give_back, owe, renew, start_again

APART = timedelta(minutes=10)
MODULES = ("tasks.ledger.work", "tasks.ledger.wakes", "tasks.ledger.heartbeats", "tasks.people.warrants")
KIND = Owed.CHASE_CONCERN


@pytest.fixture(params=[APART, -APART], ids=["fast", "slow"])
def apart(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> timedelta:
    """Let the clock of this host be ten minutes fast, or slow, beside that of the database."""
    by: timedelta = request.param
    for name in MODULES:
        monkeypatch.setattr(import_module(name), "utc_now", lambda: utc_now() + by, raising=False)
    return by


def owed(ref: str) -> None:
    with transaction() as session:
        owe(session, KIND, "subject", ref)


def the_work() -> Work:
    with transaction() as session:
        return session.exec(select(Work).where(Work.kind == KIND)).one()


@pytest.mark.usefixtures("apart")
def test_l3_work_that_is_owed_now_can_be_taken_now(reading: str) -> None:
    owed(reading)
    assert claim(KIND) is not None


@pytest.mark.usefixtures("apart")
def test_l3_a_lease_that_is_renewed_lasts_as_long_as_another(reading: str) -> None:
    owed(reading)
    taken = claim(KIND)
    assert taken is not None
    first = the_work().lease_until
    renew(taken)
    renewed = the_work().lease_until
    assert first is not None
    assert renewed is not None
    assert timedelta() <= renewed - first < timedelta(minutes=1)
    assert claim(KIND) is None


@pytest.mark.usefixtures("apart")
def test_l3_work_that_failed_is_tried_again_after_its_pause(reading: str) -> None:
    owed(reading)
    taken = claim(KIND)
    assert taken is not None
    again = give_back(taken, RuntimeError())
    assert again is not None
    with transaction() as session:
        assert timedelta() < again - clock(session) <= timedelta(seconds=2)


@pytest.mark.usefixtures("apart")
def test_l3_work_that_a_person_starts_again_can_be_taken_now(reading: str) -> None:
    owed(reading)
    with transaction() as session:
        session.exec(select(Work).where(Work.kind == KIND)).one().state = WorkState.DEAD
    start_again(KIND, "subject", by="operator: test")
    assert claim(KIND) is not None


@pytest.mark.usefixtures("apart", "ledger")
def test_l3_a_wake_is_on_its_way_for_seconds_and_not_for_minutes() -> None:
    with transaction() as session:
        assert begin(session, "receive-returns", "one")
        assert not begin(session, "receive-returns", "two")
        until = session.get_one(Wake, "one").until
        assert timedelta() < until - clock(session) < timedelta(minutes=1)


@pytest.mark.usefixtures("ledger")
def test_l3_a_run_whose_host_is_slow_is_not_taken_for_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as slow:
        slow.setattr(heartbeats, "utc_now", lambda: utc_now() - APART)
        heartbeats.say("run")
    with transaction() as session:
        assert clock(session) - session.get_one(Beat, "run").seen_at < timedelta(seconds=30)
