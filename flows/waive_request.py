"""Waive a request: inspectors go on without a return, for a listed reason."""

from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed

from flows.form import question
from flows.run import Done, running
from tasks.returns.decisions import RequestReason, waive


@flow(name="waive-request", flow_run_name="waive-request - {request}", persist_result=False)
def waive_request(
    request: Annotated[str, question("Request", "Its id, as `jtai status` shows it: the inspection and the return.")],
    reason: Annotated[RequestReason, question("Reason")],
    by: Annotated[str, question("Decided by", "Your name.", min_length=2, max_length=80)],
) -> object:
    """Go on without a return. If it was the last one owed, the returns close and the cohort is built."""
    with running("waive-request") as run:
        try:
            ref = waive(request, reason, by=by)
        except ValueError as refusal:
            return Failed(message=str(refusal))
        run.did(Done(ref, request, "waived"))
        return Completed(message=f"{request} is waived.")
