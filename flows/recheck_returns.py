"""Recheck returns: the stored returns of an inspection are checked again under the rules of today."""

from typing import Annotated

from flows.form import Order, decision, line, question
from models.decisions import Decided
from models.words import noun, plural
from tasks.returns.rechecks import ask_all


@decision("recheck-returns", "recheck-returns - {inspection}")
def recheck_returns(
    inspection: Annotated[str, line("Inspection", "Which inspection.")],
    counts: Annotated[
        bool,
        question(
            "Let new verdicts count",
            "Off: only the ledger says what would change. On: while a return can still be sent, its new verdict holds.",
        ),
    ] = False,
    by: Order = "",
) -> Decided:
    """Check the newest version of every return again. What changed stands on the portal, under Checked again."""
    returns = ask_all(inspection, counts=counts, by=by)
    sentence = f"{plural(returns, 'return')} of {inspection} {noun(returns, 'is', 'are')} being checked again."
    return Decided(inspection, inspection, f"{plural(returns, 'return')} being checked again", sentence)
