"""Extend a request: a later deadline for one return, for a listed reason."""

from datetime import date
from typing import Annotated

from flows.form import Order, decision, line, question
from models.decisions import EXTEND, Decided
from tasks.jobs.second_person import take
from tasks.returns.decisions import RequestReason


@decision("extend-request", "extend-request - {request} - {until}")
def extend_request(
    request: Annotated[str, line("Request", "Which return of which agency.")],
    until: Annotated[
        date,
        question("New day", "A working day. A day that is too late for the next step of the timetable needs 2 people."),
    ],
    reason: Annotated[RequestReason, question("Reason", "From the list, because free words could name a child.")],
    by: Order = "",
) -> Decided:
    """Give an agency more time for one return. The timetable stays the same. The request says its new deadline.

    A day that is too late for the step that needs the return next needs 2 people.
    """
    return take(EXTEND, {"request": request, "until": until.isoformat(), "reason": reason.name}, by=by)
