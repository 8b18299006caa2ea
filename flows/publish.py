"""Publish: the determination on the written statement, the published letter, and the date that follows from it."""

from enum import StrEnum
from typing import Annotated

from flows.form import Order, decision, line, question
from models.decisions import Decided
from tasks.jobs.second_person import take


class Determination(StrEnum):
    """Whether a written statement of proposed action is needed (regulation 3 of SI 2015/1792)."""

    BY_FINDINGS = "Needed if there is an area for priority action"
    NEEDED = "Needed"
    NOT_NEEDED = "Not needed"


_NEEDED = {Determination.BY_FINDINGS: None, Determination.NEEDED: True, Determination.NOT_NEEDED: False}


@decision("publish", "publish - {inspection}")
def publish(
    inspection: Annotated[str, line("Inspection", "Which inspection.")],
    written_statement: Annotated[
        Determination,
        question("Written statement", "Whether the area must make a written statement of proposed action."),
    ] = Determination.BY_FINDINGS,
    by: Order = "",
) -> Decided:
    """Publish the letter of an inspection on or after its day (2 people)."""
    return take("publish", {"inspection": inspection, "needed": _NEEDED[written_statement]}, by=by)
