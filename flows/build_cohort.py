"""Build the cohort: link children across the accepted returns, freeze the frame and its manifest."""

from prefect import flow
from prefect.states import Completed

from flows.run import Job, drain, running
from models.events import Owed
from tasks.jobs.build_cohort import cohort_name, freeze_cohort


@flow(name="build-cohort", flow_run_name="build-cohort", persist_result=False)
def build_cohort() -> object:
    """Freeze every cohort that is owed. Woken when the last return of an inspection is settled."""
    with running("build-cohort") as run:
        drain(run, Job(Owed.BUILD_COHORT, cohort_name, freeze_cohort))
        return Completed(message=run.sum_up())
