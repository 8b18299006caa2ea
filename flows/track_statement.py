"""Track the written statement and the plan: remind and chase, ask how far the plan is, tell of late actions."""

from prefect import flow

from flows.run import Done, Run, State, ended
from models.words import joined
from tasks.inspection.days import live_inspections
from tasks.letters.statement import chase_statements
from tasks.plans.following import follow


@flow(name="track-statement", flow_run_name="track-statement", persist_result=False)
def track_statement() -> State:
    """Send the notices about written statements and plans that are due now, each once."""

    def body(run: Run) -> str:
        for ref, area, notice in chase_statements():
            run.did(Done(ref, f"{area} - written statement", notice))
        for ref in live_inspections():
            if steps := follow(ref):
                run.did(Done(ref, f"{ref} - plan", joined(steps)))
        return ""

    return ended("track-statement", body)
