"""Receive returns: drain what waits, read and check each in a child process of its own, record verdict and report."""

from prefect import flow

from flows.run import Run, State, ended
from flows.work import drain
from models.events import Owed
from tasks.ground.scratch import clear_stale
from tasks.ledger.work import waiting
from validation.engine.isolation import prepared

_CHECKS = (Owed.VALIDATE, Owed.RECHECK)
_KINDS = (Owed.VALIDATE, Owed.SCAN_DOCUMENT, Owed.SCAN_COMMENT_FILE, Owed.RECHECK, Owed.CHECK_ACROSS)


@flow(name="receive-returns", flow_run_name="receive-returns", persist_result=False)
def receive_returns() -> State:
    """Check every return and scan every document that waits. Woken by each, and by the sweep when that was lost."""

    def body(run: Run) -> str:
        clear_stale()
        # It imports what a check needs while this run does, once for all that wait.
        with prepared(now=waiting(_CHECKS) > 0):
            drain(run, *_KINDS)
            run.publish()
            # While as many runs as may be are at work, any other is called off: what came meanwhile is for these.
            drain(run, *_KINDS)
        return ""

    return ended("receive-returns", body)
