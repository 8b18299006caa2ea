"""Track the written statement: remind before it is due, chase after."""

from prefect import flow
from prefect.states import Completed

from flows.run import Done, running
from tasks.letters.statement import chase_statements


@flow(name="track-statement", flow_run_name="track-statement", persist_result=False)
def track_statement() -> object:
    """Send the notices about written statements that are due now, each once."""
    with running("track-statement") as run:
        for ref, area, came in chase_statements():
            run.did(Done(ref, f"{area} - written statement", came))
        return Completed(message=run.sum_up())
