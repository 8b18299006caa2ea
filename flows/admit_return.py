"""Admit a return: one file may still come after the cohort was frozen, for a listed reason."""

from typing import Annotated

from flows.form import Decided, decision, line, question
from tasks.sampling.newer_cohorts import CohortReason, admit


@decision("admit-return", "admit-return - {request}")
def admit_return(
    request: Annotated[str, line("Request", "Its id, from the last column of the board.")],
    reason: Annotated[CohortReason, question("Reason", "From the list, because free words could name a child.")],
    by: Annotated[str, line("Decided by", "Your name.", min_length=2, max_length=80)],
) -> Decided:
    """Let an agency send one return although the cohort is frozen.

    Once it is accepted, a new version of the cohort is built. The sample stays until `decide-cohort` says otherwise.
    """
    ref = admit(request, reason, by=by)
    return Decided(ref, request, "may come late", f"{request} may come late. Its agency gets a notice.")
