"""Chase returns: remind before the deadline, tell what is overdue, escalate what stays overdue."""

from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed

from flows.form import question
from flows.run import Done, running
from models.words import plain
from tasks.jobs.chase import chase


@flow(name="chase-returns", flow_run_name="chase-returns", persist_result=False)
def chase_returns(
    inspection: Annotated[str, question("Inspection", "Whom to chase; empty for every live inspection.")] = "",
) -> object:
    """Send the notices that are due now, each once."""
    with running("chase-returns") as run:
        try:
            chased = chase(inspection or None)
        except ValueError as refusal:
            return Failed(message=str(refusal))
        for one in chased:
            run.did(Done(one.inspection, f"{one.agency} - {one.return_code}", plain(one.step)))
        return Completed(message=run.sum_up())
