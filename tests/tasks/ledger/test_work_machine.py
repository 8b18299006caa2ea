"""L3 against a model: events dropped, doubled and reordered, workers that die, leases that end at any moment.

The machine plays the world around the ledger. Whatever it does, what was owed is done exactly once in the end.
"""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)
from sqlalchemy import text

from models.events import Owed
from models.tables import Work
from tasks.ground.database import transaction
from tasks.ledger.work import MOST_ATTEMPTS, Claim, LeaseLostError, claim, finish, give_back, owe, renew, start_again
from tasks.watch.sweep import waiting_kinds

KIND = Owed.CHECK_ACROSS
_HOURS = "UPDATE work SET lease_until = lease_until - interval '1 hour', not_before = not_before - interval '1 hour'"
_AGED = "UPDATE work SET owed_at = owed_at - interval '1 hour'"


@dataclass
class Model:
    """What must be true of the ledger, in plain sets."""

    owed: set[str] = field(default_factory=set)
    done: list[str] = field(default_factory=list)
    holder: dict[str, str] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)


class World(RuleBasedStateMachine):
    """Owners of events and workers, none of whom can be relied on."""

    ref = ""
    events: Bundle[str] = Bundle("events")
    workers: Bundle[Claim] = Bundle("workers")

    @initialize()
    def empty(self) -> None:
        self.model = Model()
        with transaction() as session:
            session.execute(text("DELETE FROM work"))

    @rule(target=events, number=st.integers(0, 5))
    def something_is_owed(self, number: int) -> str:
        subject = f"s{number}"
        with transaction() as session:
            owe(session, KIND, subject, self.ref)
        self.model.owed.add(subject)
        return subject

    @rule(target=events, event=consumes(events))
    def an_event_comes_twice(self, event: str) -> MultipleResults[str]:
        return multiple(event, event)

    @rule(event=consumes(events))
    def an_event_is_lost(self, event: str) -> None:
        pass

    @rule(target=workers, event=consumes(events))
    def an_event_wakes_a_worker(self, event: str) -> Claim | MultipleResults[Claim]:  # noqa: ARG002 - it is used up
        return self._claimed()

    @rule(target=workers)
    def the_sweep_wakes_a_worker(self) -> Claim | MultipleResults[Claim]:
        return self._claimed() if waiting_kinds() else multiple()

    def _claimed(self) -> Claim | MultipleResults[Claim]:
        taken = claim(KIND, self.ref)
        if taken is None:
            return multiple()
        assert taken.subject in self.model.owed
        assert taken.subject not in self.model.done
        self.model.holder[taken.subject] = taken.token
        return taken

    @rule(worker=consumes(workers))
    def a_worker_finishes(self, worker: Claim) -> None:
        self._finish(worker)

    @rule(worker=workers)
    def a_worker_finishes_and_says_so_again(self, worker: Claim) -> None:
        self._finish(worker)

    def _finish(self, worker: Claim) -> None:
        try:
            with transaction() as session:
                finish(session, worker)
        except LeaseLostError:
            assert self.model.holder.get(worker.subject) != worker.token or worker.subject in self.model.done
        else:
            assert self.model.holder[worker.subject] == worker.token
            del self.model.holder[worker.subject]
            self.model.done.append(worker.subject)

    @rule(worker=workers)
    def a_worker_renews(self, worker: Claim) -> None:
        mine = self.model.holder.get(worker.subject) == worker.token
        if mine:
            renew(worker)
        else:
            with pytest.raises(LeaseLostError):
                renew(worker)

    @rule(worker=consumes(workers))
    def a_worker_dies(self, worker: Claim) -> None:
        """It holds its lease until that ends."""

    @rule(worker=consumes(workers))
    def a_worker_fails(self, worker: Claim) -> None:
        if self.model.holder.get(worker.subject) != worker.token:
            with pytest.raises(LeaseLostError):
                give_back(worker, ValueError())
            return
        dead = give_back(worker, ValueError()) is None
        del self.model.holder[worker.subject]
        assert dead == (worker.failures + 1 >= MOST_ATTEMPTS)
        if dead:
            start_again(KIND, worker.subject, by="operator")

    @rule()
    def an_hour_passes(self) -> None:
        with transaction() as session:
            session.execute(text(_HOURS))

    @rule()
    def the_clock_says_that_work_is_old(self) -> None:
        with transaction() as session:
            session.execute(text(_AGED))

    @invariant()
    def nothing_is_done_twice_or_unasked(self) -> None:
        if hasattr(self, "model"):
            assert len(set(self.model.done)) == len(self.model.done)
            assert set(self.model.done) <= self.model.owed

    def teardown(self) -> None:
        """With nobody left but the sweep, everything owed gets done."""
        if not hasattr(self, "model"):
            return
        for _ in range(len(self.model.owed) + 1):
            with transaction() as session:
                session.execute(text(_HOURS))
                session.execute(text(_AGED))
            while waiting_kinds() and (taken := claim(KIND, self.ref)):
                self.model.holder[taken.subject] = taken.token
                self._finish(taken)
        assert sorted(self.model.done) == sorted(self.model.owed)
        with transaction() as session:
            assert {one.state for one in session.query(Work).all()} <= {"done"}


def test_l3_whatever_the_world_does_everything_owed_is_done_once(reading: str) -> None:
    World.ref = reading
    World.TestCase.settings = settings(
        max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
    )
    World.TestCase().runTest()
