"""Receive returns: drain what waits, read and check each in a child process, record verdict and report."""

from prefect import flow
from prefect.states import Completed

from flows.run import drain, running
from models.events import Owed
from tasks.across import across_name, compare
from tasks.ledger import Claim
from tasks.rechecks import recheck, recheck_name
from tasks.scratch import clear_stale
from tasks.validate import name_of, validate_submission


def _name(claimed: Claim) -> str:
    area, agency, return_code, version = name_of(claimed.subject)
    return f"{area} - {agency} - {return_code} v{version}"


def _check(claimed: Claim) -> str:
    found = validate_submission(claimed)
    return f"{found.verdict}, {found.rows} rows, {found.errors} to mend, {found.queries} queries"


@flow(name="receive-returns", flow_run_name="receive-returns", persist_result=False)
def receive_returns() -> object:
    """Check every uploaded return that waits. Woken by each upload, and by the sweep when that was lost."""
    with running("receive-returns") as run:
        clear_stale()
        drain(run, Owed.VALIDATE, _name, _check)
        drain(run, Owed.RECHECK, recheck_name, recheck)
        drain(run, Owed.CHECK_ACROSS, across_name, compare)
        return Completed(message=run.sum_up())
