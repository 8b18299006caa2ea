"""Extend a request: a later deadline for one return, for a listed reason."""

from datetime import date
from typing import Annotated

from flows.form import Order, decision, line, question
from models.decisions import Decided
from models.words import moment
from tasks.returns.decisions import RequestReason, extend


@decision("extend-request", "extend-request - {request} - {until}")
def extend_request(
    request: Annotated[str, line("Request", "Its id, from the last column of the board.")],
    until: Annotated[date, question("New day", "A working day, not past the next step that needs the return.")],
    reason: Annotated[RequestReason, question("Reason")],
    by: Order = "",
) -> Decided:
    """Give an agency more time for one return. The timetable stays the same. The request says its new deadline."""
    ref, due = extend(request, until, reason, by=by)
    deadline = f"due by {moment(due)}"
    return Decided(ref, request, deadline, f"{request} is now {deadline}.")
