"""Publish: the determination on the written statement, the published letter, and the date that follows from it."""

from enum import StrEnum
from typing import Annotated

from flows.form import Decided, decision, line, question
from models.events import Owed
from tasks.letters.publication import publish as publish_letter


class Determination(StrEnum):
    """Whether a written statement of proposed action is needed (regulation 3 of SI 2015/1792)."""

    BY_FINDINGS = "Needed if there is an area for priority action"
    NEEDED = "Needed"
    NOT_NEEDED = "Not needed"


_NEEDED = {Determination.BY_FINDINGS: None, Determination.NEEDED: True, Determination.NOT_NEEDED: False}


@decision("publish", "publish - {inspection}", then=(Owed.COMPILE_LETTER,))
def publish(
    inspection: Annotated[str, line("Inspection", "Its reference, as on the board.")],
    by: Annotated[str, line("Published by", "Your name.", min_length=2, max_length=80)],
    written_statement: Annotated[
        Determination,
        question("Written statement", "Whether the area must make a written statement of proposed action."),
    ] = Determination.BY_FINDINGS,
) -> Decided:
    """Publish the letter of an inspection on or after its day."""
    publish_letter(inspection, needed=_NEEDED[written_statement], by=by)
    return Decided(inspection, inspection, "publication decided", f"Publication of {inspection} is decided.")
