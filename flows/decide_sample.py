"""Decide on a proposed sample: approve, eliminate, replace or redraw, with a listed reason and who decides."""

from enum import StrEnum
from typing import Annotated

from flows.form import Order, line, question
from flows.form import decision as decision_flow
from models.decisions import Decided
from tasks.jobs.second_person import take
from tasks.sampling import REASON_LABELS, DecisionKind, Reason

ReasonChoice = StrEnum("ReasonChoice", {reason.name: REASON_LABELS[reason] for reason in Reason})  # type: ignore[misc]


@decision_flow("decide-sample", "decide-sample - {inspection} - {decision}")
def decide_sample(
    inspection: Annotated[str, line("Inspection", "Which inspection.")],
    decision: Annotated[DecisionKind, question("Decision", "Approve the sample, or change it first.")],
    reason: Annotated[ReasonChoice, question("Reason", "From the list, because free words could name a child.")],
    child: Annotated[str, line("Child", "Only to eliminate or replace: its label, such as T3.", max_length=8)] = "",
    seen: Annotated[
        str,
        line(
            "Sample as you saw it",
            "Its state on the board, such as 1.0. Your decision is refused if the sample changed.",
            max_length=8,
        ),
    ] = "",
    by: Order = "",
) -> Decided:
    """Decide on the sample that is proposed.

    Approve it as it is, first eliminate or replace a child, or have all of it drawn again. To eliminate, to replace or
    to approve too few children needs 2 people: another person confirms it with `confirm-decision`. After the approval,
    until fieldwork ends, only a child of the wider sample, such as S1, can be eliminated or replaced. Agencies get a
    new list then.
    """
    # People type a label as they like; the board writes T3.
    values = {"inspection": inspection, "decision": decision.value, "reason": reason.name}
    return take("decide-sample", values | {"child": child.strip().upper(), "seen": seen.strip()}, by=by)
