"""What every flow does around its work: says in its name what it does for whom, drains, and keeps the boards true."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from models.events import Owed
from models.ids import request_of_submission
from tasks.ground.log import about, log
from tasks.ground.prefect_api import PrefectUnreachableError, call
from tasks.ledger.counts import LEASE_LOST, counted
from tasks.ledger.heartbeats import beating
from tasks.ledger.outbox import send_soon
from tasks.ledger.work import Claim, LeaseLostError, claim, give_back, held
from tasks.watch.board import publish_board

MOST_IN_ONE_RUN = 1000
"""A run takes all that waits, up to this many; the sweep wakes the next run for the rest."""

_NAMES_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Job:
    """Owed work of one kind: what people call a piece of it, and how it is done."""

    kind: Owed
    name: Callable[[Claim], str]
    work: Callable[[Claim], str]


@dataclass(frozen=True, slots=True)
class Done:
    """One piece of work that a run did: for which inspection, in words, and what came of it."""

    inspection: str
    what: str
    came: str
    kind: str = ""


@dataclass
class Run:
    """The run of a flow, as the Prefect UI shows it."""

    flow: str
    id: str
    done: list[Done] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    tags: tuple[str, ...] = ("jtai",)
    unpublished: set[str] = field(default_factory=set)

    def doing(self, what: str, *inspections: str) -> None:
        """Show at once what the run is doing, for whom, and tag it with its inspections."""
        self.touches(*inspections)
        self._show(self._named() if self.done else f"{self.flow} - {what}")

    def touches(self, *inspections: str) -> None:
        """Note whose boards no longer say what is so."""
        self.touched.update(inspections)
        self.unpublished.update(inspections)

    def publish(self) -> None:
        """Send the events of what was done, and make the boards true again."""
        send_soon()
        while self.unpublished:
            publish_board(self.unpublished.pop(), self.id)

    def did(self, done: Done) -> None:
        """Record one piece of work and show what the run has come to."""
        self.done.append(done)
        self.touches(done.inspection)
        self._show(self._named())

    def sum_up(self) -> str:
        """Return in one line what the run came to; a run that found nothing says so in its name."""
        if not self.done:
            if not self.touched:
                self._show(f"{self.flow} - nothing waiting")
            return "Nothing was waiting."
        return "; ".join(f"{one.what}: {one.came}" for one in self.done[:20])

    def _named(self) -> str:
        # What follows from other work of the same run, such as comparing returns, is not what the run is for.
        first = self.done[0].kind
        names = list(dict.fromkeys(one.what for one in self.done if one.kind == first))
        rest = len(names) - _NAMES_SHOWN
        return f"{self.flow} - {'; '.join(names[:_NAMES_SHOWN])}{f' and {rest} more' if rest > 0 else ''}"

    def _show(self, name: str) -> None:
        tags = sorted({*self.tags, *(f"inspection:{ref}" for ref in self.touched)})
        try:
            call("PATCH", f"/flow_runs/{self.id}", json={"name": name, "tags": tags})
        except PrefectUnreachableError as error:
            log().warning("run.not-named", why=str(error))


@contextmanager
def running(flow: str) -> Iterator[Run]:
    """Bind the run's id to every log line, and afterwards send events and publish the boards of what was touched."""
    run = Run(flow, str(flow_run.id), tags=("jtai", *flow_run.tags))
    with about(flow=flow, run=run.id):
        try:
            with beating(run.id):
                yield run
        finally:
            run.publish()


class WorkFaultError(RuntimeError):
    """Work failed by our own fault; only the fault's kind is told, since its text may quote data (L5)."""

    def __init__(self, fault: Exception) -> None:
        super().__init__(f"An internal fault ({type(fault).__name__}); the work is tried again later.")
        self.fault = fault


@task(task_run_name="{what}", persist_result=False, cache_policy=NO_CACHE)
def step(what: str, work: Callable[[], str]) -> str:
    """Do one named piece of work, so that it shows as a task of its own; a closure keeps data out of parameters.

    Raises:
        LeaseLostError: another worker has taken over.
        WorkFaultError: anything else went wrong; Prefect logs this error and never the one behind it.
    """
    try:
        return work()
    except LeaseLostError:
        raise
    except Exception as fault:
        raise WorkFaultError(fault) from None


def _ids(claimed: Claim) -> dict[str, str]:
    """Return what every log line about a piece of work names: its inspection, and its request where it has one."""
    ids = {"inspection": claimed.inspection, "subject": claimed.subject}
    if claimed.kind == Owed.ISSUE_REQUEST:
        ids["request"] = claimed.subject
    elif claimed.kind == Owed.VALIDATE:
        ids["request"] = request_of_submission(claimed.subject)
    return ids


def drain(run: Run, *jobs: Job, inspection: str | None = None) -> None:
    """Claim and do owed work until none of these jobs has any; one failure never stops the next (L9).

    After each piece the first job is looked at first again, so that what comes later never waits behind the others. A
    failure is ours: the work is given back to be tried later, and only the kind of fault is logged (L5).
    """
    for _ in range(MOST_IN_ONE_RUN):
        taken = next(((job, claimed) for job in jobs if (claimed := claim(job.kind, inspection))), None)
        if taken is None:
            return
        job, claimed = taken
        with about(**_ids(claimed)):
            _do(run, job, claimed)


def _do(run: Run, job: Job, claimed: Claim) -> None:
    try:
        what = job.name(claimed)
        run.doing(what, claimed.inspection)
        with held(claimed):
            came = step(what, partial(job.work, claimed))
    except Exception as error:
        _failed(claimed, error.fault if isinstance(error, WorkFaultError) else error)
        run.touches(claimed.inspection)
    else:
        run.did(Done(claimed.inspection, what, came, job.kind.value))
        log().info("work.done", kind=job.kind.value, came=came)


def _failed(claimed: Claim, fault: Exception) -> None:
    """Give work back whose doing failed, unless somebody else has it or it was done though no answer said so."""
    try:
        if isinstance(fault, LeaseLostError):
            raise fault
        dead = give_back(claimed, fault)
    except LeaseLostError as lost:
        counted(LEASE_LOST, claimed.kind.value)
        log().warning("work.taken-over", why=str(lost))
    else:
        log().error("work.failed", fault=type(fault).__name__, attempt=claimed.attempt, dead=dead)
