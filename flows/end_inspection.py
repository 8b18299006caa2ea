"""End an inspection: close it, cancel it, defer it, or take a deferred one up again."""

from typing import Annotated

from flows.form import Order, decision, line, question
from models.decisions import Decided
from tasks.inspection.ending import Ending, EndReason
from tasks.jobs.second_person import take


@decision("end-inspection", "end-inspection - {inspection} - {ending}")
def end_inspection(
    inspection: Annotated[str, line("Inspection", "Which inspection.")],
    ending: Annotated[
        Ending,
        question("What to do", "Defer pauses an inspection. Reopen continues a deferred one. Cancel needs 2 people."),
    ],
    reason: Annotated[EndReason, question("Reason", "From the list, because free words could name a child.")],
    by: Order = "",
) -> Decided:
    """Close, cancel (2 people), defer or reopen an inspection."""
    values = {"inspection": inspection, "ending": ending.value, "reason": reason.name}
    return take("end-inspection", values, by=by)
