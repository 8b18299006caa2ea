"""Chase returns: remind before the deadline, tell what is overdue, escalate what stays overdue."""

from typing import Annotated

from prefect import flow

from flows.form import line
from flows.run import Done, Run, State, ended
from models.words import plain
from tasks.jobs.chase import chase


@flow(name="chase-returns", flow_run_name="chase-returns", persist_result=False)
def chase_returns(
    inspection: Annotated[
        str, line("Inspection", "Its reference, as on the board. Leave empty for every live inspection.")
    ] = "",
) -> State:
    """Send the notices that are due now, each once."""

    def body(run: Run) -> str:
        for chased in chase(inspection or None):
            run.did(Done(chased.inspection, f"{chased.agency} - {chased.return_code}", plain(chased.step)))
        return ""

    return ended("chase-returns", body)
