"""Receive returns: drain what waits, read and check each in a child process, record verdict and report."""

from prefect import flow

from flows.run import Run, State, ended
from flows.work import drain
from models.events import Owed
from tasks.ground.scratch import clear_stale

_KINDS = (Owed.VALIDATE, Owed.SCAN_DOCUMENT, Owed.SCAN_COMMENT_FILE, Owed.RECHECK, Owed.CHECK_ACROSS)


@flow(name="receive-returns", flow_run_name="receive-returns", persist_result=False)
def receive_returns() -> State:
    """Check every return and scan every document that waits. Woken by each, and by the sweep when that was lost."""

    def body(run: Run) -> str:
        clear_stale()
        drain(run, *_KINDS)
        run.publish()
        # While as many runs as may be are at work, any other is called off: what came meanwhile is for these.
        drain(run, *_KINDS)
        return ""

    return ended("receive-returns", body)
