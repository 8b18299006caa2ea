"""Compile the findings: a letter in PDF, DOCX, HTML and JSON with the evidence behind each finding."""

from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed

from flows.form import question
from flows.run import Job, drain, running
from models.events import Owed
from tasks.jobs.compile_letter import compile_owed, letter_name
from tasks.letters.publication import ask_for_draft


@flow(name="compile-findings", flow_run_name="compile-findings", persist_result=False)
def compile_findings(
    inspection: Annotated[str, question("Inspection", "Whose draft to compile anew; empty for what is owed.")] = "",
) -> object:
    """Compile every letter that is owed, and a new draft of one inspection where a person asks for it."""
    with running("compile-findings") as run:
        if inspection:
            try:
                ask_for_draft(inspection)
            except ValueError as refusal:
                return Failed(message=str(refusal))
        drain(run, Job(Owed.COMPILE_LETTER, letter_name, compile_owed))
        return Completed(message=run.sum_up())
