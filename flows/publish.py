"""Publish: the published letter, and the date of the written statement that follows from the day."""

from typing import Annotated

from flows.form import Order, decision, line
from models.decisions import Decided
from tasks.jobs.second_person import take


@decision("publish", "publish - {inspection}")
def publish(inspection: Annotated[str, line("Inspection", "Which inspection.")], by: Order = "") -> Decided:
    """Publish the letter of an inspection on or after its day (2 people)."""
    return take("publish", {"inspection": inspection}, by=by)
