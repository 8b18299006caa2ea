"""Factual accuracy: close the check of facts once every comment has its reply; the pre-publication letter follows."""

from typing import Annotated

from flows.form import Order, decision, line
from models.decisions import Decided
from models.events import Owed
from tasks.letters.publication import close_accuracy


@decision("factual-accuracy", "factual-accuracy - {inspection}", then=(Owed.COMPILE_LETTER,))
def factual_accuracy(
    inspection: Annotated[str, line("Inspection", "Which inspection.")],
    by: Order = "",
) -> Decided:
    """Close the check of facts. Every comment of an agency must have its reply on the portal."""
    close_accuracy(inspection, by=by)
    return Decided(inspection, inspection, "check of facts closed", f"The check of facts of {inspection} is closed.")
