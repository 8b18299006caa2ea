"""Receive returns: drain what waits, read and check each in a child process, record verdict and report."""

from prefect import flow
from prefect.states import Completed

from flows.run import Job, drain, running
from models.events import Owed
from tasks.ground.scratch import clear_stale
from tasks.ledger.work import Claim

# What does the work is imported with the first piece: the frames behind it cost more than a run that finds nothing.


def _version(claimed: Claim) -> str:
    from tasks.jobs.validate import name_of

    area, agency, return_code, version = name_of(claimed.subject)
    return f"{area} - {agency} - {return_code} v{version}"


def _check(claimed: Claim) -> str:
    from tasks.jobs.validate import validate_submission

    found = validate_submission(claimed)
    return f"{found.verdict}, {found.rows} rows, {found.errors} to mend, {found.queries} queries"


def _recheck_name(claimed: Claim) -> str:
    from tasks.jobs.recheck import recheck_name

    return recheck_name(claimed)


def _recheck(claimed: Claim) -> str:
    from tasks.jobs.recheck import recheck

    return recheck(claimed)


def _across_name(claimed: Claim) -> str:
    from tasks.jobs.check_across import across_name

    return across_name(claimed)


def _compare(claimed: Claim) -> str:
    from tasks.jobs.check_across import compare

    return compare(claimed)


_JOBS = (
    Job(Owed.VALIDATE, _version, _check),
    Job(Owed.RECHECK, _recheck_name, _recheck),
    Job(Owed.CHECK_ACROSS, _across_name, _compare),
)


@flow(name="receive-returns", flow_run_name="receive-returns", persist_result=False)
def receive_returns() -> object:
    """Check every uploaded return that waits. Woken by each upload, and by the sweep when that was lost."""
    with running("receive-returns") as run:
        clear_stale()
        drain(run, *_JOBS)
        run.publish()
        # While as many runs as may be are at work, any other is called off: what came meanwhile is for these.
        drain(run, *_JOBS)
        return Completed(message=run.sum_up())
