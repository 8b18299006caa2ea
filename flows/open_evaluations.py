"""Open the evaluations: give each agency its own chosen children, a template and a deadline."""

from prefect import flow
from prefect.states import Completed

from flows.run import Job, drain, running
from models.events import Owed
from tasks.jobs.open_evaluations import evaluations_name
from tasks.jobs.open_evaluations import open_evaluations as open_owed


@flow(name="open-evaluations", flow_run_name="open-evaluations", persist_result=False)
def open_evaluations() -> object:
    """Open the evaluations of every approved sample that waits. Woken by the approval."""
    with running("open-evaluations") as run:
        drain(run, Job(Owed.OPEN_EVALUATIONS, evaluations_name, open_owed))
        return Completed(message=run.sum_up())
