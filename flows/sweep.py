"""Sweep: whatever the ledger says is owed and not being done is woken, reclaimed or moved on."""

from prefect import flow
from prefect.states import Completed

from flows.run import Job, drain, running
from models.events import Owed
from tasks.ground.log import log
from tasks.jobs.issue_request import issue_request, request_name
from tasks.watch.sweep import publish_findings
from tasks.watch.sweep import sweep as sweep_once


@flow(name="sweep", flow_run_name="sweep", persist_result=False)
def sweep() -> object:
    """Run every minute and at start; makes the system right after any lost event, killed run or missed moment."""
    with running("sweep") as run:
        drain(run, Job(Owed.ISSUE_REQUEST, request_name, issue_request))
        swept = sweep_once()
        if swept.found:
            log().info("sweep.found", moved=len(swept.moved), woken=swept.woken, events=swept.events_sent)
            run.doing(swept.to_message()[:120], *swept.moved)
            publish_findings(swept, run.id)
        return Completed(message=swept.to_message())
