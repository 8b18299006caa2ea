"""Decide on a proposed sample: approve, eliminate, replace or redraw, with a listed reason and who decides."""

from enum import StrEnum
from typing import Annotated

from flows.form import Decided, line, question
from flows.form import decision as decision_flow
from tasks.sampling import REASON_LABELS, Decision, Kind, Reason
from tasks.sampling.draws import decide

ReasonChoice = StrEnum("ReasonChoice", {reason.name: REASON_LABELS[reason] for reason in Reason})  # type: ignore[misc]


@decision_flow("decide-sample", "decide-sample - {inspection} - {decision}", report=True)
def decide_sample(
    inspection: Annotated[str, line("Inspection", "Its reference, as on the board.")],
    decision: Annotated[Kind, question("Decision", "Approve the sample, or change it first.")],
    reason: Annotated[ReasonChoice, question("Reason", "From the list, because free words could name a child.")],
    by: Annotated[str, line("Decided by", "Your name.", min_length=2, max_length=80)],
    child: Annotated[str, line("Child", "Only to eliminate or replace: its label, such as T3.", max_length=8)] = "",
    second_approver: Annotated[
        str,
        line(
            "Second approver",
            "Needed to eliminate or replace, or to approve too few children. Another person's name.",
            max_length=80,
        ),
    ] = "",
    seen: Annotated[
        str,
        line(
            "Sample as you saw it",
            "Its state on the board, such as 1.0. Your decision is refused if the sample changed.",
            max_length=8,
        ),
    ] = "",
) -> Decided:
    """Decide on the sample that is proposed.

    Approve it as it is, first eliminate or replace a child (2 people), or have all of it drawn again.
    """
    # People type a label as they like; the board writes T3.
    choice = Decision(decision, Reason[reason.name], by.strip(), child.strip().upper(), second_approver.strip())
    outcome = decide(inspection, choice, seen.strip())
    what = f"{inspection} - {choice.child or 'sample'} {decision.value}"
    return Decided(inspection, what, outcome, f"{inspection}: {outcome}.")
