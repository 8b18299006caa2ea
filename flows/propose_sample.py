"""Propose a sample: draw tracked and sampled children with reserves from the frozen cohort."""

from prefect import flow

from flows.artifacts import show_report
from flows.run import Run, State, ended
from flows.work import drain
from models.events import Owed


@flow(name="propose-sample", flow_run_name="propose-sample", persist_result=False)
def propose_sample() -> State:
    """Draw every sample that is owed. Woken when a cohort is frozen. `decide-sample` comes next."""

    def body(run: Run) -> str:
        drain(run, Owed.PROPOSE_SAMPLE)
        # After all draws: a report that fails keeps no other sample waiting.
        for piece in run.done:
            show_report(piece.inspection)
        return ""

    return ended("propose-sample", body)
