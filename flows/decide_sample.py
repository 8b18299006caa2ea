"""Decide on a proposed sample: approve, eliminate, replace or redraw, with a listed reason and who decides."""

from enum import StrEnum
from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed

from flows.form import question
from flows.run import Done, running
from tasks.sampling import REASON_LABELS, Decision, Kind, Reason
from tasks.sampling.draws import decide
from tasks.sampling.report import publish_report

ReasonChoice = StrEnum("ReasonChoice", {one.name: REASON_LABELS[one] for one in Reason})  # type: ignore[misc]


@flow(name="decide-sample", flow_run_name="decide-sample - {inspection} - {decision}", persist_result=False)
def decide_sample(
    inspection: Annotated[str, question("Inspection", "Its reference, as on the board.")],
    decision: Annotated[Kind, question("Decision", "Approve the sample, or change it first.")],
    reason: Annotated[ReasonChoice, question("Reason", "From the list, because free words could name a child.")],
    by: Annotated[str, question("Decided by", "Your name.", min_length=2, max_length=80)],
    child: Annotated[str, question("Child", "Only to eliminate or replace: its label, such as T3.", max_length=8)] = "",
    second_approver: Annotated[
        str,
        question(
            "Second approver", "To eliminate or replace, or to approve too few: somebody else's name.", max_length=80
        ),
    ] = "",
    seen: Annotated[
        str,
        question("Sample as you saw it", "Its state on the board, such as 1.0; refused if it changed.", max_length=8),
    ] = "",
) -> object:
    """Decide on the sample that is proposed.

    Approve it as it stands, or first eliminate or replace a child (two people), or have all of it drawn anew.
    """
    with running("decide-sample") as run:
        choice = Decision(decision, Reason[reason.name], by.strip(), child.strip().upper(), second_approver.strip())
        try:
            came = decide(inspection, choice, seen.strip())
        except ValueError as refusal:
            return Failed(message=str(refusal))
        publish_report(inspection, run.id)
        run.did(Done(inspection, f"{inspection} - {choice.child or 'sample'} {decision.value}", came))
        return Completed(message=f"{inspection}: {came}.")
