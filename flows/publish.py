"""Publish: the determination on the written statement, the published letter, and the date that follows from it."""

from enum import StrEnum
from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed

from flows.form import question
from flows.run import Job, drain, running
from models.events import Owed
from tasks.jobs.compile_letter import compile_owed, letter_name
from tasks.letters.publication import publish as publish_letter


class Determination(StrEnum):
    """Whether a written statement of proposed action is needed (regulation 3 of SI 2015/1792)."""

    BY_FINDINGS = "Needed if there is an area for priority action"
    NEEDED = "Needed"
    NOT_NEEDED = "Not needed"


_NEEDED = {Determination.BY_FINDINGS: None, Determination.NEEDED: True, Determination.NOT_NEEDED: False}


@flow(name="publish", flow_run_name="publish - {inspection}", persist_result=False)
def publish(
    inspection: Annotated[str, question("Inspection", "Its reference, as on the board.")],
    by: Annotated[str, question("Published by", "Your name.", min_length=2, max_length=80)],
    written_statement: Annotated[
        Determination,
        question("Written statement", "Whether the area must make a written statement of proposed action."),
    ] = Determination.BY_FINDINGS,
) -> object:
    """Publish the letter of an inspection on or after its day."""
    with running("publish") as run:
        try:
            publish_letter(inspection, needed=_NEEDED[written_statement], by=by)
        except ValueError as refusal:
            return Failed(message=str(refusal))
        drain(run, Job(Owed.COMPILE_LETTER, letter_name, compile_owed), inspection=inspection)
        return Completed(message=run.sum_up())
