"""Close returns: inspectors go on with what has come, for a listed reason, by two people."""

from typing import Annotated

from flows.form import Order, decision, line, question
from models.decisions import CLOSE_RETURNS, Decided
from tasks.jobs.second_person import take
from tasks.returns.decisions import RequestReason


@decision("close-returns", "close-returns - {inspection}")
def close_returns(
    inspection: Annotated[str, line("Inspection", "Which inspection.")],
    reason: Annotated[RequestReason, question("Reason", "From the list, because free words could name a child.")],
    by: Order = "",
) -> Decided:
    """Close the returns of an inspection as they are (2 people). Each return that is still owed is waived.

    The board lists what is still owed. Then the cohort is built.
    """
    return take(CLOSE_RETURNS, {"inspection": inspection, "reason": reason.name}, by=by)
