"""Compile thematic reports: begin those that are due, and make every report that is owed in all its formats."""

from prefect import flow

from flows.run import Run, State, ended
from flows.work import drain
from models.events import Owed
from models.words import joined
from tasks.theming.beginning import begin_due


@flow(name="compile-thematic-report", flow_run_name="compile-thematic-report", persist_result=False)
def compile_thematic_report() -> State:
    """Begin the report of each theme of which enough letters are published, and compile every report that is owed."""

    def body(run: Run) -> str:
        # Before draining, so that this same run compiles what it begins.
        begun = begin_due()
        drain(run, Owed.COMPILE_REPORT, Owed.PUBLISH_PAGES)
        return f"Begun: {joined(begun)}." if begun else ""

    return ended("compile-thematic-report", body)
