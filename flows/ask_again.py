"""Ask again: the same agencies are asked for the same returns after publication, to see what has changed."""

from typing import Annotated

from flows.form import Order, decision, line, question
from models.decisions import ASK_AGAIN, Decided
from tasks.jobs.ask_again import AgainReason
from tasks.jobs.ask_again import ask_again as ask


@decision(ASK_AGAIN, "ask-again - {inspection}")
def ask_again(
    inspection: Annotated[str, line("Inspection", "Which inspection.")],
    reason: Annotated[AgainReason, question("Reason", "From the list, because free words could name a child.")],
    returns: Annotated[
        str,
        line("Returns", "Codes with commas between, such as POL-1, MAR-1. Leave empty for those of the theme."),
    ] = "",
    by: Order = "",
) -> Decided:
    """Ask for returns again. Each window ends today, and each agency gets new templates and a notice."""
    number = ask(inspection, returns.split(","), reason, by=by)
    sentence = f"Returns of {inspection} are asked for again, in round {number}."
    return Decided(inspection, inspection, f"asked again, round {number}", sentence)
