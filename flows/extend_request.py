"""Extend a request: a later deadline for one return, for a listed reason."""

from datetime import date
from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed

from flows.form import question
from flows.run import Done, running
from models.words import clock_moment
from tasks.returns.decisions import RequestReason, extend


@flow(name="extend-request", flow_run_name="extend-request - {request} - {until}", persist_result=False)
def extend_request(
    request: Annotated[str, question("Request", "Its id, as `jtai status` shows it: the inspection and the return.")],
    until: Annotated[date, question("New day", "A later working day in England.")],
    reason: Annotated[RequestReason, question("Reason")],
    by: Annotated[str, question("Decided by", "Your name.", min_length=2, max_length=80)],
) -> object:
    """Give an agency more time for one return. The stored timetable stays; the request says its new deadline."""
    with running("extend-request") as run:
        try:
            ref, due = extend(request, until, reason, by=by)
        except ValueError as refusal:
            return Failed(message=str(refusal))
        told = f"due by {clock_moment(due)}"
        run.did(Done(ref, request, told))
        return Completed(message=f"{request} is now {told}.")
