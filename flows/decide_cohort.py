"""Decide on the cohort after it was frozen: keep the sample, draw anew, build again, or wait no longer for a return."""

from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed

from flows.form import question
from flows.run import Done, running
from tasks.sampling.newer_cohorts import CohortChoice, CohortDecided, CohortReason, decide_cohort


@flow(name="decide-cohort", flow_run_name="decide-cohort - {inspection} - {decision}", persist_result=False)
def decide_on_cohort(
    inspection: Annotated[str, question("Inspection", "Its reference, as on the board.")],
    decision: Annotated[
        CohortChoice,
        question(
            "Decision",
            "A newer version waits: keep the sample of the earlier one, or redraw from the newer. Rebuild makes a new "
            "version, for example after links were reviewed. Withdraw: wait no longer for a return let in late.",
        ),
    ],
    reason: Annotated[CohortReason, question("Reason", "From the list, because free words could name a child.")],
    by: Annotated[str, question("Decided by", "Your name.", min_length=2, max_length=80)],
    request: Annotated[str, question("Request", "Only to withdraw: the id of the request.", max_length=120)] = "",
) -> object:
    """Decide what a newer version of the cohort means for the sample, or have another version built."""
    with running("decide-cohort") as run:
        try:
            came = decide_cohort(inspection, CohortDecided(decision, reason, by, request.strip()))
        except ValueError as refusal:
            return Failed(message=str(refusal))
        run.did(Done(inspection, f"{inspection} - {decision.value}", came))
        return Completed(message=f"{inspection}: {came}.")
