"""Withdraw a published letter: its public pages then say so, with the reason and the day."""

from typing import Annotated

from flows.form import Order, decision, line, question
from models.decisions import WITHDRAW, Decided
from tasks.jobs.second_person import take
from tasks.publishing.ending import LetterReason


@decision("withdraw-letter", "withdraw-letter - {inspection}")
def withdraw_letter(
    inspection: Annotated[str, line("Inspection", "Which inspection.")],
    reason: Annotated[LetterReason, question("Reason", "Anybody can read it on the public pages.")],
    by: Order = "",
) -> Decided:
    """Withdraw the published letter of an inspection, with a public reason (2 people)."""
    return take(WITHDRAW, {"inspection": inspection, "reason": reason.name}, by=by)
