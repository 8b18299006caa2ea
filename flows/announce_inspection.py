"""Announce an inspection: store its timetable, ask each agency for its returns, write templates, send notices."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed

from flows.form import question
from flows.run import Job, drain, running
from models.areas import areas
from models.events import Owed
from models.themes import theme_ids
from tasks.inspection.announcing import Announcement, announce
from tasks.jobs.issue_request import issue_request, request_name

_BY_NAME = sorted(areas().items(), key=lambda item: item[1].name)
AreaChoice = StrEnum("AreaChoice", {gss: f"{place.name} ({gss})" for gss, place in _BY_NAME})  # type: ignore[misc]
ThemeChoice = StrEnum("ThemeChoice", {one: one for one in theme_ids()})  # type: ignore[misc]


@flow(name="announce-inspection", flow_run_name="announce-inspection - {area} - {theme}", persist_result=False)
def announce_inspection(
    area: Annotated[AreaChoice, question("Area", "The local authority area to inspect.")],
    theme: Annotated[ThemeChoice, question("Theme", "The theme and its version.")],
    announced: Annotated[date, question("Date", "A working day in England, today or later.")],
    lead_inspector: Annotated[
        str, question("Lead inspector", "Shown on the board and in the letter.", min_length=2, max_length=80)
    ],
    rehearsal: Annotated[
        bool, question("Rehearsal", "Made-up data and a clock of its own; any working day, also past.")
    ] = False,
) -> object:
    """Announce a joint targeted area inspection.

    Fill in the form and submit it. Its board, found under Artifacts, then shows who owes what by when.
    """
    with running("announce-inspection") as run:
        wanted = Announcement(area.name, theme.value, announced, lead_inspector, rehearsal)
        try:
            ref = announce(wanted)
        except ValueError as refusal:
            return Failed(message=str(refusal))
        drain(run, Job(Owed.ISSUE_REQUEST, request_name, issue_request), inspection=ref)
        issued = len(run.done)
        run.doing(f"{areas()[area.name].name} - {theme.value}", ref)
        return Completed(message=f"{ref} is announced. {issued} requests are issued.")
