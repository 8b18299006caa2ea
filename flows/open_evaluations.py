"""Open the evaluations: give each agency its own chosen children, a template and a deadline."""

from prefect import flow

from flows.run import State
from flows.work import work
from models.events import Owed


@flow(name="open-evaluations", flow_run_name="open-evaluations", persist_result=False)
def open_evaluations() -> State:
    """Open the evaluations of every approved sample that waits. Woken by the approval."""
    return work("open-evaluations", Owed.OPEN_EVALUATIONS)
