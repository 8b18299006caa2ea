"""Admit a return: one file may still come after the cohort was frozen, for a listed reason."""

from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed

from flows.form import question
from flows.run import Done, running
from tasks.sampling.newer_cohorts import CohortReason, admit


@flow(name="admit-return", flow_run_name="admit-return - {request}", persist_result=False)
def admit_return(
    request: Annotated[str, question("Request", "Its id, as `jtai status` shows it: the inspection and the return.")],
    reason: Annotated[CohortReason, question("Reason", "From the list, because free words could name a child.")],
    by: Annotated[str, question("Decided by", "Your name.", min_length=2, max_length=80)],
) -> object:
    """Let an agency send one return although the cohort is frozen.

    Once it is accepted, a new version of the cohort is built. The sample stays until `decide-cohort` says otherwise.
    """
    with running("admit-return") as run:
        try:
            ref = admit(request, reason, by=by)
        except ValueError as refusal:
            return Failed(message=str(refusal))
        run.did(Done(ref, request, "may come late"))
        return Completed(message=f"{request} may come late; its agency is told.")
