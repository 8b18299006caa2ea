"""End an inspection: close it, cancel it, defer it, or take a deferred one up again."""

from typing import Annotated

from flows.form import Decided, decision, line, question
from models.words import plain
from tasks.inspection.ending import Ending, EndReason, end


@decision("end-inspection", "end-inspection - {inspection} - {ending}")
def end_inspection(
    inspection: Annotated[str, line("Inspection", "Its reference, as on the board.")],
    ending: Annotated[Ending, question("What to do", "Defer pauses an inspection. Reopen continues a deferred one.")],
    reason: Annotated[EndReason, question("Reason", "From the list, because free words could name a child.")],
    by: Annotated[str, line("Decided by", "Your name.", min_length=2, max_length=80)],
) -> Decided:
    """Close, cancel, defer or reopen an inspection."""
    stage = end(inspection, ending, reason, by=by)
    sentence = f"{inspection} is now {plain(stage)}."
    return Decided(inspection, f"{inspection} - {ending.value}", stage.value, sentence)
