"""Replace a published letter: its public pages then say so, with the reason and the day."""

from typing import Annotated

from flows.form import Order, decision, line, question
from models.decisions import REPLACE, Decided
from tasks.jobs.second_person import take
from tasks.publishing.ending import LetterReason


@decision("replace-letter", "replace-letter - {inspection}")
def replace_letter(
    inspection: Annotated[str, line("Inspection", "Which inspection.")],
    reason: Annotated[LetterReason, question("Reason", "Anybody can read it on the public pages.")],
    by: Order = "",
) -> Decided:
    """Publish a corrected letter in the place of the published or withdrawn one, with a public reason (2 people)."""
    return take(REPLACE, {"inspection": inspection, "reason": reason.name}, by=by)
