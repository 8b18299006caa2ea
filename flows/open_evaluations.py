"""Open the evaluations: give each agency its own chosen children, a template, a deadline, and its wider sample."""

from prefect import flow

from flows.run import State
from flows.work import work
from models.events import Owed


@flow(name="open-evaluations", flow_run_name="open-evaluations", persist_result=False)
def open_evaluations() -> State:
    """Open the evaluations of every approved sample that waits, and release each wider sample that changed.

    Woken by the approval, and by a child who leaves the wider sample after it.
    """
    return work("open-evaluations", Owed.OPEN_EVALUATIONS, Owed.RELEASE_SAMPLED)
