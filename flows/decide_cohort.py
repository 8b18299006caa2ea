"""Decide on the cohort after it was frozen: keep the sample, draw anew, build again, or wait no longer for a return."""

from typing import Annotated

from flows.form import Order, line, question
from flows.form import decision as decision_flow
from models.decisions import Decided
from tasks.sampling.newer_cohorts import CohortChoice, CohortDecided, CohortReason, decide_cohort


@decision_flow("decide-cohort", "decide-cohort - {inspection} - {decision}")
def decide_on_cohort(
    inspection: Annotated[str, line("Inspection", "Which inspection.")],
    decision: Annotated[
        CohortChoice,
        question(
            "Decision",
            "A newer version waits: keep the sample of the earlier one, or redraw from the newer. Rebuild makes a new "
            "version, for example after links were reviewed. Withdraw: wait no longer for a return let in late.",
        ),
    ],
    reason: Annotated[CohortReason, question("Reason", "From the list, because free words could name a child.")],
    request: Annotated[
        str, line("Request", "Only to withdraw: which return is no longer waited for.", max_length=120)
    ] = "",
    by: Order = "",
) -> Decided:
    """Decide what a newer version of the cohort means for the sample, or have another version built."""
    outcome = decide_cohort(inspection, CohortDecided(decision, reason, by, request.strip()))
    return Decided(inspection, f"{inspection} - {decision.value}", outcome, f"{inspection}: {outcome}.")
