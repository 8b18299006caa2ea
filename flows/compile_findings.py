"""Compile the findings: a letter in PDF, DOCX, ODT, HTML and JSON with the evidence behind each finding."""

from typing import Annotated

from prefect import flow

from flows.form import line
from flows.run import Run, State, ended
from flows.work import drain
from models.events import Owed
from tasks.letters.publication import ask_for_draft


@flow(name="compile-findings", flow_run_name="compile-findings", persist_result=False)
def compile_findings(
    inspection: Annotated[
        str, line("Inspection", "To compile its draft again, its reference. Leave empty for what is owed.")
    ] = "",
) -> State:
    """Compile every letter that is owed, or a new draft where a person asks. Then make the public pages."""

    def body(run: Run) -> str:
        # Before draining, so that this same run compiles it.
        if inspection:
            ask_for_draft(inspection)
        drain(run, Owed.COMPILE_LETTER, Owed.PUBLISH_PAGES)
        return ""

    return ended("compile-findings", body)
