"""Receive returns: drain what waits, read and check each in a child process of its own, record verdict and report."""

from prefect import flow

from flows.run import Run, State, ended
from flows.work import drain
from models.events import Owed
from tasks.ledger.wakes import at_work
from tasks.ledger.work import waiting
from tasks.watch.sweep import help_out
from validation.engine.isolation import prepared

_CHECKS = (Owed.VALIDATE, Owed.RECHECK)
_KINDS = (Owed.VALIDATE, Owed.SCAN_DOCUMENT, Owed.SCAN_COMMENT_FILE, Owed.RECHECK, Owed.CHECK_ACROSS)


@flow(name="receive-returns", flow_run_name="receive-returns", persist_result=False)
def receive_returns() -> State:
    """Check every return and scan every document that waits. Woken by each, and by the sweep when that was lost."""

    def body(run: Run) -> str:
        # It imports what a check needs while this run does, once for all that wait.
        with prepared(now=waiting(_CHECKS) > 0):
            with at_work("receive-returns", run.id):
                help_out("receive-returns", waiting(_CHECKS))
                drain(run, *_KINDS)
                run.publish()
            # What came while this run was counted as at work woke nobody: it is for this one.
            drain(run, *_KINDS)
        return ""

    return ended("receive-returns", body)
