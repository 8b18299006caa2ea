"""Sweep: whatever the ledger says is owed and not being done is woken, reclaimed or moved on."""

from prefect import flow

from flows.artifacts import put_markdown, show_table
from flows.run import Run, State, ended
from flows.work import drain
from models.events import Owed
from tasks.ground.log import log
from tasks.watch.sweep import sweep as sweep_once


@flow(name="sweep", flow_run_name="sweep", persist_result=False)
def sweep() -> State:
    """Run every minute and at start. Makes the system right after any lost event, killed run or missed moment."""

    def body(run: Run) -> str:
        drain(run, Owed.CHASE_CONCERN, Owed.ISSUE_REQUEST)
        swept = sweep_once(put_markdown)
        # It runs every minute: a sweep that found nothing leaves no table behind.
        if swept.anything:
            log().info("sweep.found", moved=len(swept.moved), woken=swept.woken, events=swept.events_sent)
            run.doing(swept.to_message()[:120], *swept.moved)
            show_table("sweep", swept.rows(), "What a sweep found that nobody had done.")
        return swept.to_message() if swept.anything else ""

    return ended("sweep", body)
