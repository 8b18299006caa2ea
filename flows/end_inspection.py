"""End an inspection: close it, cancel it, defer it, or take a deferred one up again."""

from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed
from pydantic import Field

from flows.run import Done, running
from tasks.standing import Ending, EndReason, end


@flow(name="end-inspection", flow_run_name="end-inspection - {inspection} - {ending}", persist_result=False)
def end_inspection(
    inspection: Annotated[str, Field(title="Inspection", description="Its reference, as on the board.")],
    ending: Annotated[Ending, Field(title="What to do")],
    reason: Annotated[EndReason, Field(title="Reason")],
    by: Annotated[str, Field(title="Decided by", min_length=2, max_length=80)],
) -> object:
    """Close, cancel, defer or reopen an inspection."""
    with running("end-inspection") as run:
        try:
            stage = end(inspection, ending, reason, by=by)
        except ValueError as refusal:
            return Failed(message=str(refusal))
        run.did(Done(inspection, f"{inspection} - {ending.value}", stage.value))
        return Completed(message=f"{inspection} is now {stage.value.replace('_', ' ')}.")
