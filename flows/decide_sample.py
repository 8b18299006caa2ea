"""Decide on a proposed sample: approve, eliminate, replace or redraw, with a listed reason and who decides."""

from enum import StrEnum
from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed
from pydantic import Field

from flows.run import Done, running
from tasks.choose import decide
from tasks.sampling import REASON_LABELS, Decision, Kind, Reason

ReasonChoice = StrEnum("ReasonChoice", {one.name: REASON_LABELS[one] for one in Reason})  # type: ignore[misc]


@flow(name="decide-sample", flow_run_name="decide-sample - {inspection} - {decision}", persist_result=False)
def decide_sample(
    inspection: Annotated[str, Field(title="Inspection", description="Its reference, as on the board.")],
    decision: Annotated[Kind, Field(title="Decision")],
    reason: Annotated[ReasonChoice, Field(title="Reason")],
    by: Annotated[str, Field(title="Decided by", min_length=2, max_length=80)],
    child: Annotated[
        str, Field(title="Child", description="Label such as T3, to eliminate or replace.", max_length=8)
    ] = "",
    second_approver: Annotated[
        str, Field(title="Second approver", description="Somebody else, to eliminate or replace.", max_length=80)
    ] = "",
) -> object:
    """Decide on the sample that is proposed.

    Approve it as it stands, or first eliminate or replace a child (two people), or have all of it drawn anew.
    """
    with running("decide-sample") as run:
        choice = Decision(decision, Reason[reason.name], by, child.strip().upper(), second_approver.strip())
        try:
            came = decide(inspection, choice)
        except ValueError as refusal:
            return Failed(message=str(refusal))
        run.did(Done(inspection, f"{inspection} - {choice.child or 'sample'} {decision.value}", came))
        return Completed(message=f"{inspection}: {came}.")
