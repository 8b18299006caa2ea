"""Drains owed work: each piece is claimed, done as a named task and recorded; no failure stops the next (L9)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial

from prefect import Task, task
from prefect.cache_policies import NO_CACHE

from flows.artifacts import ProgressArtifact
from flows.jobs import JOBS, Job
from flows.run import Done, Failure, Run, State, ended
from models.events import Owed
from models.ids import request_of_submission, work_name
from tasks.ground.faults import in_words
from tasks.ground.log import about, log
from tasks.ground.progress import Progress, tracked
from tasks.ground.repeating import meanwhile
from tasks.ground.trace import traced
from tasks.ledger.counts import LEASE_LOST, counted
from tasks.ledger.work import Claim, LeaseLostError, claim, give_back, renewing, waiting

MOST_IN_ONE_RUN = 1000
"""The most pieces of work that one run does; the sweep wakes the next run for the rest."""

MOST_TASKS = 20
"""The most pieces of one run that Prefect shows as tasks; of the others the run's state and the log tell."""

PROGRESS_AFTER_SECONDS = 10.0
"""Seconds after which work shows a progress artifact, and between its updates."""


class WorkFaultError(RuntimeError):
    """Work failed by our own fault; the message names the fault's kind alone, since its text may quote data (L5)."""

    def __init__(self, fault: Exception) -> None:
        super().__init__(f"The work failed ({in_words(fault)}). It will be tried again.")
        self.fault = fault


def work(flow: str, *kinds: Owed) -> State:
    """Do all owed work of these kinds, and return the state in which the flow's run ends."""

    def body(run: Run) -> str:
        drain(run, *kinds)
        return ""

    return ended(flow, body)


def drain(run: Run, *kinds: Owed, inspection: str | None = None) -> None:
    """Claim and do owed work until none of these kinds is left; one failure never stops the next (L9).

    After each piece the first kind is claimed first again, so that new work of it never waits behind the others. A
    failure is ours: the work is given back to be tried later, and only the kind of fault is logged (L5).
    """
    with _progress(run, kinds, inspection) as progress:
        for _ in range(MOST_IN_ONE_RUN):
            claimed = next(filter(None, (claim(kind, inspection) for kind in kinds)), None)
            if claimed is None:
                return
            # What nobody clicked for, the sweep's own work among it, belongs to the run that does it.
            with traced(claimed.trace or run.id), about(**_ids(claimed)), tracked(progress):
                title, fault = _do(run, JOBS[claimed.kind], claimed)
                if fault is not None:
                    _give_back(run, claimed, title, fault)


def _ids(claimed: Claim) -> dict[str, str]:
    """Return the ids on every log line about a piece of work: its inspection, and its request where it has one."""
    ids = {"inspection": claimed.inspection, "subject": claimed.subject}
    if claimed.kind == Owed.ISSUE_REQUEST:
        ids["request"] = claimed.subject
    elif claimed.kind == Owed.VALIDATE:
        ids["request"] = request_of_submission(claimed.subject)
    return ids


def _do(run: Run, job: Job, claimed: Claim) -> tuple[str, Exception | None]:
    """Do a piece of work, and return its title and the fault by which it failed, if it did."""
    title = claimed.subject
    try:
        title = job.title(claimed)
        run.doing(title, claimed.inspection)
        with renewing(claimed):
            shown = len(run.done) + len(run.failures) < MOST_TASKS
            piece = _task(job.task) if shown else _task(job.task).fn
            outcome = piece(title, partial(job.work, claimed))
    except Exception as error:
        return title, error.fault if isinstance(error, WorkFaultError) else error
    run.did(Done(claimed.inspection, title, outcome, job.kind.value), work_name(claimed.kind, claimed.subject))
    log().info("work.done", kind=job.kind.value, came=outcome)
    return title, None


@lru_cache
def _task(name: str) -> Task[[str, Callable[[], object]], str]:
    """Return the task under which Prefect shows one kind of work: its views tell kinds apart by name and key.

    The task raises LeaseLostError where another worker has taken over, and WorkFaultError for any other fault.
    """

    # A closure keeps data out of the task's parameters, which Prefect stores.
    def piece(title: str, do: Callable[[], object]) -> str:  # noqa: ARG001 - Prefect names the task's run by it
        try:
            return str(do())
        except LeaseLostError:
            raise
        except Exception as fault:
            # Prefect logs what a task raises: our error, and never the one behind it.
            raise WorkFaultError(fault) from None

    # Prefect makes the task's key of the function's name.
    piece.__name__ = piece.__qualname__ = name.replace(" ", "_")
    return task(name=name, task_run_name="{title}", persist_result=False, cache_policy=NO_CACHE)(piece)


def _give_back(run: Run, claimed: Claim, title: str, fault: Exception) -> None:
    """Give failed work back, unless another worker has it, or it was done and only the answer was lost."""
    run.touches(claimed.inspection)
    try:
        if isinstance(fault, LeaseLostError):
            raise fault
        retry_at = give_back(claimed, fault)
    except LeaseLostError:
        counted(LEASE_LOST, claimed.kind.value)
        run.taken_over.append(title)
        log().warning("work.taken-over", kind=claimed.kind.value)
    else:
        run.failures[work_name(claimed.kind, claimed.subject)] = Failure(title, in_words(fault), retry_at)
        log().error("work.failed", fault=type(fault).__name__, attempt=claimed.attempt, dead=retry_at is None)


@contextmanager
def _progress(run: Run, kinds: tuple[Owed, ...], inspection: str | None) -> Iterator[Progress]:
    """Show how far the work is once it has taken 10 seconds, and again every 10 seconds."""
    progress, artifact = Progress(), ProgressArtifact(run.id)

    def show() -> bool:
        pieces = len(run.done) + len(run.failures)
        left = max(waiting(kinds, inspection), 1)
        step = f"; now {progress.step}" if progress.step else ""
        artifact.show((pieces + progress.share) / (pieces + left), f"{pieces} of {pieces + left} done{step}")
        return True

    with meanwhile("progress", PROGRESS_AFTER_SECONDS, show):
        yield progress
    artifact.end()
