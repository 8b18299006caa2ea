"""Waive a request: inspectors go on without a return, for a listed reason, by two people."""

from typing import Annotated

from flows.form import Order, decision, line, question
from models.decisions import Decided
from tasks.jobs.second_person import take
from tasks.returns.decisions import RequestReason


@decision("waive-request", "waive-request - {request}")
def waive_request(
    request: Annotated[str, line("Request", "Which return of which agency.")],
    reason: Annotated[RequestReason, question("Reason", "From the list, because free words could name a child.")],
    by: Order = "",
) -> Decided:
    """Go on without a return (2 people). If it was the last one owed, the returns close and the cohort is built."""
    return take("waive-request", {"request": request, "reason": reason.name}, by=by)
