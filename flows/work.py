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
from models.ids import request_of_submission
from tasks.ground.faults import in_words
from tasks.ground.log import about, log
from tasks.ground.progress import Progress, tracked
from tasks.ground.repeating import meanwhile
from tasks.ledger.counts import LEASE_LOST, counted
from tasks.ledger.work import Claim, LeaseLostError, claim, give_back, held, waiting

MOST_IN_ONE_RUN = 1000
"""A run takes all that waits, up to this many; the sweep wakes the next run for the rest."""

PROGRESS_AFTER_SECONDS = 10.0
"""Work that takes longer shows a progress artifact, brought up to date as often."""


class WorkFaultError(RuntimeError):
    """Work failed by our own fault; only the fault's kind is told, since its text may quote data (L5)."""

    def __init__(self, fault: Exception) -> None:
        super().__init__(f"The work failed ({in_words(fault)}); the ledger has it tried again.")
        self.fault = fault


def work(flow: str, *kinds: Owed) -> State:
    """Do all owed work of these kinds, and return the state in which the flow's run ends."""

    def body(run: Run) -> str:
        drain(run, *kinds)
        return ""

    return ended(flow, body)


def drain(run: Run, *kinds: Owed, inspection: str | None = None) -> None:
    """Claim and do owed work until none of these kinds is left; one failure never stops the next (L9).

    After each piece the first kind is looked at first again, so that what comes later never waits behind the others. A
    failure is ours: the work is given back to be tried later, and only the kind of fault is logged (L5).
    """
    with _progress(run, kinds, inspection) as progress:
        for _ in range(MOST_IN_ONE_RUN):
            claimed = next((mine for kind in kinds if (mine := claim(kind, inspection))), None)
            if claimed is None:
                return
            with about(**_ids(claimed)), tracked(progress):
                _do(run, JOBS[claimed.kind], claimed)


def _ids(claimed: Claim) -> dict[str, str]:
    """Return what every log line about a piece of work names: its inspection, and its request where it has one."""
    ids = {"inspection": claimed.inspection, "subject": claimed.subject}
    if claimed.kind == Owed.ISSUE_REQUEST:
        ids["request"] = claimed.subject
    elif claimed.kind == Owed.VALIDATE:
        ids["request"] = request_of_submission(claimed.subject)
    return ids


def _do(run: Run, job: Job, claimed: Claim) -> None:
    title = claimed.subject
    try:
        title = job.title(claimed)
        run.doing(title, claimed.inspection)
        with held(claimed):
            came = _task(job.task)(title, partial(job.work, claimed))
    except Exception as error:
        _give_back(run, claimed, title, error.fault if isinstance(error, WorkFaultError) else error)
    else:
        run.did(Done(claimed.inspection, title, came, job.kind.value), _key(claimed))
        log().info("work.done", kind=job.kind.value, came=came)


@lru_cache
def _task(name: str) -> Task[[str, Callable[[], object]], str]:
    """Return the task under which one kind of work shows in Prefect, whose views tell kinds apart by name and key."""

    def piece(title: str, do: Callable[[], object]) -> str:
        return _step(title, do)

    # Prefect makes the task's key of the function's name.
    piece.__name__ = piece.__qualname__ = name.replace(" ", "_")
    return task(name=name, task_run_name="{title}", persist_result=False, cache_policy=NO_CACHE)(piece)


def _step(_title: str, piece: Callable[[], object]) -> str:
    """Do one piece of work; a closure keeps data out of the task's parameters.

    Raises:
        LeaseLostError: another worker has taken over.
        WorkFaultError: anything else went wrong; Prefect logs this error and never the one behind it.
    """
    try:
        return str(piece())
    except LeaseLostError:
        raise
    except Exception as fault:
        raise WorkFaultError(fault) from None


def _give_back(run: Run, claimed: Claim, title: str, fault: Exception) -> None:
    """Give work back that failed, unless somebody else has it or it was done though no answer said so."""
    run.touches(claimed.inspection)
    try:
        if isinstance(fault, LeaseLostError):
            raise fault
        again = give_back(claimed, fault)
    except LeaseLostError:
        counted(LEASE_LOST, claimed.kind.value)
        run.taken_over.append(title)
        log().warning("work.taken-over", kind=claimed.kind.value)
    else:
        run.failures[_key(claimed)] = Failure(title, in_words(fault), again)
        log().error("work.failed", fault=type(fault).__name__, attempt=claimed.attempt, dead=again is None)


def _key(claimed: Claim) -> str:
    return f"{claimed.kind.value}/{claimed.subject}"


@contextmanager
def _progress(run: Run, kinds: tuple[Owed, ...], inspection: str | None) -> Iterator[Progress]:
    """Show how far the work is once it has taken ten seconds, and again every ten seconds."""
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
