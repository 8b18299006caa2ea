"""Admit a return: one file may still come after the cohort was frozen, for a listed reason, by two people."""

from typing import Annotated

from flows.form import Order, decision, line, question
from models.decisions import Decided
from tasks.jobs.second_person import take
from tasks.sampling.newer_cohorts import CohortReason


@decision("admit-return", "admit-return - {request}")
def admit_return(
    request: Annotated[str, line("Request", "Which return of which agency.")],
    reason: Annotated[CohortReason, question("Reason", "From the list, because free words could name a child.")],
    by: Order = "",
) -> Decided:
    """Let an agency send one return although the cohort is frozen (2 people).

    Once it is accepted, a new version of the cohort is built. The sample stays until `decide-cohort` says otherwise.
    """
    return take("admit-return", {"request": request, "reason": reason.name}, by=by)
