"""Build the cohort: link children across the accepted returns, freeze the frame and its manifest."""

from prefect import flow

from flows.run import State
from flows.work import work
from models.events import Owed


@flow(name="build-cohort", flow_run_name="build-cohort", persist_result=False)
def build_cohort() -> State:
    """Freeze every cohort that is owed. Woken when the last return of an inspection is settled."""
    return work("build-cohort", Owed.BUILD_COHORT)
