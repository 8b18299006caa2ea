"""End an inspection: close it, cancel it, defer it, or take a deferred one up again."""

from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed

from flows.form import question
from flows.run import Done, running
from models.words import plain
from tasks.inspection.ending import Ending, EndReason, end


@flow(name="end-inspection", flow_run_name="end-inspection - {inspection} - {ending}", persist_result=False)
def end_inspection(
    inspection: Annotated[str, question("Inspection", "Its reference, as on the board.")],
    ending: Annotated[
        Ending, question("What to do", "Defer pauses an inspection; reopen takes a deferred one up again.")
    ],
    reason: Annotated[EndReason, question("Reason", "From the list, because free words could name a child.")],
    by: Annotated[str, question("Decided by", "Your name.", min_length=2, max_length=80)],
) -> object:
    """Close, cancel, defer or reopen an inspection."""
    with running("end-inspection") as run:
        try:
            stage = end(inspection, ending, reason, by=by)
        except ValueError as refusal:
            return Failed(message=str(refusal))
        run.did(Done(inspection, f"{inspection} - {ending.value}", stage.value))
        return Completed(message=f"{inspection} is now {plain(stage)}.")
