"""Factual accuracy: close the check of facts once every comment is decided; the pre-publication letter follows."""

from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed

from flows.form import question
from flows.run import Job, drain, running
from models.events import Owed
from tasks.jobs.compile_letter import compile_owed, letter_name
from tasks.letters.publication import close_accuracy


@flow(name="factual-accuracy", flow_run_name="factual-accuracy - {inspection}", persist_result=False)
def factual_accuracy(
    inspection: Annotated[str, question("Inspection", "Its reference, as on the board.")],
    by: Annotated[str, question("Closed by", "Your name.", min_length=2, max_length=80)],
) -> object:
    """Close the check of facts. Every comment of an agency must have been decided on the portal."""
    with running("factual-accuracy") as run:
        try:
            close_accuracy(inspection, by=by)
        except ValueError as refusal:
            return Failed(message=str(refusal))
        drain(run, Job(Owed.COMPILE_LETTER, letter_name, compile_owed), inspection=inspection)
        return Completed(message=run.sum_up())
