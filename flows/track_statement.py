"""Track the written statement: remind before it is due, chase after."""

from prefect import flow

from flows.run import Done, Run, State, ended
from tasks.letters.statement import chase_statements


@flow(name="track-statement", flow_run_name="track-statement", persist_result=False)
def track_statement() -> State:
    """Send the notices about written statements that are due now, each once."""

    def body(run: Run) -> str:
        for ref, area, notice in chase_statements():
            run.did(Done(ref, f"{area} - written statement", notice))
        return ""

    return ended("track-statement", body)
