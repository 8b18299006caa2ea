"""Confirm a decision: a second person confirms or refuses what another asked for."""

from enum import StrEnum
from typing import Annotated

from flows.form import Order, decision, line, question
from models.decisions import Decided
from tasks.jobs.second_person import confirm
from tasks.people.two_people import RefusalReason, proposal_in


class Answer(StrEnum):
    """What a second person says."""

    CONFIRM = "confirm"
    REFUSE = "refuse"


@decision("confirm-decision", "confirm-decision - {proposal} - {answer}")
def confirm_decision(
    proposal: Annotated[str, line("Decision", "What another person asked for.")],
    answer: Annotated[Answer, question("Answer", "Confirm and it is done at once. Refuse and it is not done.")],
    reason: Annotated[RefusalReason, question("Why not", "Only if you refuse.")] = RefusalReason.NOT_CONVINCED,
    by: Order = "",
) -> Decided:
    """Confirm or refuse, as a second person, what another person asked for. Nobody can confirm their own decision."""
    return confirm(proposal_in(proposal), yes=answer is Answer.CONFIRM, by=by, reason=reason)
