"""The ledger: work is claimed once, taken over when a lease ends, finished by its owner alone."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlmodel import select

from models.events import Owed
from models.lifecycle import IllegalMoveError, Stage
from models.settings import reread, settings
from models.states import WorkState
from models.tables import AuditEntry, OutboxEvent, Work
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.inspection.announcing import Announcement, announce
from tasks.ledger.moves import move_stage
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import (
    _CLAIM,
    MOST_ATTEMPTS,
    MOST_WAITS,
    LeaseLostError,
    claim,
    finish,
    give_back,
    owe,
    renew,
    renewing,
)


def owe_some(ref: str, count: int) -> None:
    with transaction() as session:
        for number in range(count):
            owe(session, Owed.VALIDATE, f"s{number}", ref)


def end_leases() -> None:
    with transaction() as session:
        for work in session.exec(select(Work).where(Work.state == WorkState.CLAIMED)):
            work.lease_until = utc_now() - timedelta(seconds=1)
            session.add(work)


def test_l3_work_owed_twice_is_owed_once(reading: str) -> None:
    owe_some(reading, 1)
    owe_some(reading, 1)
    assert claim(Owed.VALIDATE) is not None
    assert claim(Owed.VALIDATE) is None


def test_l3_many_workers_claim_each_piece_exactly_once(reading: str) -> None:
    owe_some(reading, 30)

    def take() -> list[str]:
        taken = []
        while claimed := claim(Owed.VALIDATE):
            taken.append(claimed.subject)
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [subject for future in [pool.submit(take) for _ in range(4)] for subject in future.result()]
    assert sorted(taken) == sorted(f"s{number}" for number in range(30))


@pytest.mark.parametrize("off", ["hashjoin", "mergejoin", "nestloop", "hashagg", "material", "indexscan"])
def test_l3_a_claim_takes_one_piece_whichever_way_the_database_goes_about_it(reading: str, off: str) -> None:
    owe_some(reading, 5)
    values = {"kind": Owed.VALIDATE.value, "inspection": None, "token": "t", "seconds": 60}
    with transaction() as session:
        for name in {"hashjoin", "mergejoin", off}:
            session.execute(text(f"SET LOCAL enable_{name} = off"))
        assert len(session.execute(_CLAIM, values).all()) == 1


def test_l3_an_expired_lease_is_taken_over_and_the_first_owner_cannot_finish(reading: str) -> None:
    owe_some(reading, 1)
    first = claim(Owed.VALIDATE)
    assert first is not None
    end_leases()
    second = claim(Owed.VALIDATE)
    assert second is not None
    assert second.attempt == 2
    with pytest.raises(LeaseLostError), transaction() as session:
        finish(session, first)
    with pytest.raises(LeaseLostError):
        renew(first)
    renew(second)
    with transaction() as session:
        finish(session, second)
    assert claim(Owed.VALIDATE) is None


def test_l9_work_that_keeps_failing_is_put_aside_and_says_only_the_kind_of_fault(reading: str) -> None:
    owe_some(reading, 1)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with transaction() as session:
            work = session.get_one(Work, (Owed.VALIDATE, "s0"))
            work.not_before = utc_now()
            session.add(work)
        claimed = claim(Owed.VALIDATE)
        assert claimed is not None
        again = give_back(claimed, ValueError("Amelia Smith 943 476 5919"))
        assert (again is None) is (attempt == MOST_ATTEMPTS)
    with transaction() as session:
        work = session.get_one(Work, (Owed.VALIDATE, "s0"))
        assert (work.state, work.fault) == ("dead", "ValueError")


def test_l6_a_change_and_its_audit_entry_and_event_stand_or_fall_together(reading: str) -> None:
    def counts() -> tuple[int, int]:
        with transaction() as session:
            return len(session.exec(select(AuditEntry)).all()), len(session.exec(select(OutboxEvent)).all())

    before = counts()

    def cancel_and_fail() -> None:
        with transaction() as session:
            move_stage(session, inspection_of(session, reading), Stage.CANCELLED, actor="manager")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cancel_and_fail()
    assert counts() == before
    with transaction() as session:
        move_stage(session, inspection_of(session, reading), Stage.CANCELLED, actor="manager")
    assert counts() == (before[0] + 1, before[1] + 1)


def test_an_illegal_move_is_refused_in_words(reading: str) -> None:
    with pytest.raises(IllegalMoveError, match="cannot become published"), transaction() as session:
        move_stage(session, inspection_of(session, reading), Stage.PUBLISHED, actor="manager")


def test_l3_work_that_outlasts_its_lease_stays_with_its_worker(reading: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "lease_seconds", 2)
    owe_some(reading, 1)
    mine = claim(Owed.VALIDATE)
    assert mine is not None
    with renewing(mine):
        time.sleep(3)
        assert claim(Owed.VALIDATE) is None
        with transaction() as session:
            finish(session, mine)


def test_l3_a_worker_that_lost_its_lease_stops_renewing_it(reading: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "lease_seconds", 2)
    owe_some(reading, 1)
    mine = claim(Owed.VALIDATE)
    assert mine is not None
    with renewing(mine):
        end_leases()
        other = claim(Owed.VALIDATE)
        assert other is not None
        time.sleep(2)
        renew(other)
        with pytest.raises(LeaseLostError), transaction() as session:
            finish(session, mine)


def test_work_that_its_workers_do_not_survive_is_put_aside_and_the_next_is_done(reading: str) -> None:
    owe_some(reading, 2)
    for _ in range(MOST_WAITS):
        assert (claimed := claim(Owed.VALIDATE)) is not None
        assert claimed.subject == "s0"
        end_leases()
    assert (claimed := claim(Owed.VALIDATE)) is not None
    assert claimed.subject == "s1"
    with transaction() as session:
        dead = session.exec(select(Work).where(Work.state == WorkState.DEAD)).one()
        assert (dead.subject, dead.fault) == ("s0", "WorkersDiedError")
        assert session.exec(select(AuditEntry).where(AuditEntry.action == "work.dead")).one().facts["attempts"] > 5


@pytest.mark.usefixtures("ledger")
def test_l3_one_piece_is_claimed_at_a_time_whatever_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    ref = announce(Announcement("E06000038", "domestic-abuse-2024", date(2025, 2, 24), rehearsal=True))
    # Without these the planner has only the one that runs a subquery again for each row.
    without = ("hashjoin", "mergejoin", "material", "sort", "hashagg", "indexscan", "bitmapscan")
    options = {"options": " ".join(f"-cenable_{name}=off" for name in without)}
    with monkeypatch.context() as planned:
        url = make_url(settings().required("database_url")).update_query_dict(options)
        planned.setenv("JTAI_DATABASE_URL", url.render_as_string(hide_password=False))
        reread()
        first, second = claim(Owed.ISSUE_REQUEST, ref), claim(Owed.ISSUE_REQUEST, ref)
    reread()
    assert first is not None
    assert second is not None
    with transaction() as session:
        claimed = session.exec(select(Work.subject).where(Work.state == "claimed")).all()
    assert sorted(claimed) == sorted({first.subject, second.subject})
