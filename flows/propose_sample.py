"""Propose a sample: draw tracked and sampled children with reserves from the frozen cohort."""

from prefect import flow
from prefect.states import Completed

from flows.run import Job, drain, running
from models.events import Owed
from tasks.jobs.propose_sample import draw_name, propose
from tasks.sampling.report import publish_report


@flow(name="propose-sample", flow_run_name="propose-sample", persist_result=False)
def propose_sample() -> object:
    """Draw every sample that is owed. Woken when a cohort is frozen; `decide-sample` comes next."""
    with running("propose-sample") as run:
        drain(run, Job(Owed.PROPOSE_SAMPLE, draw_name, propose))
        for one in run.done:
            publish_report(one.inspection, run.id)
        return Completed(message=run.sum_up())
