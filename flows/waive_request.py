"""Waive a request: inspectors go on without a return, for a listed reason."""

from typing import Annotated

from flows.form import Decided, decision, line, question
from tasks.returns.decisions import RequestReason, waive


@decision("waive-request", "waive-request - {request}")
def waive_request(
    request: Annotated[str, line("Request", "Its id, from the last column of the board.")],
    reason: Annotated[RequestReason, question("Reason")],
    by: Annotated[str, line("Decided by", "Your name.", min_length=2, max_length=80)],
) -> Decided:
    """Go on without a return. If it was the last one owed, the returns close and the cohort is built."""
    ref = waive(request, reason, by=by)
    return Decided(ref, request, "waived", f"{request} is waived.")
