"""Announce an inspection: store its timetable, ask each agency for its returns, write templates, send notices."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from flows.form import Order, decision, line, question
from models.areas import areas
from models.decisions import Decided
from models.events import Owed
from tasks.inspection.announcing import Announcement, announce
from tasks.inspection.taking_part import Team

_BY_NAME = sorted(areas().items(), key=lambda pair: pair[1].name)
AreaChoice = StrEnum("AreaChoice", {gss: f"{place.name} ({gss})" for gss, place in _BY_NAME})  # type: ignore[misc]


@decision("announce-inspection", "announce-inspection - {area} - {theme}", then=(Owed.ISSUE_REQUEST,))
def announce_inspection(
    area: Annotated[AreaChoice, question("Area", "The local authority area to inspect.")],
    theme: Annotated[str, line("Theme", "The theme and its version, such as domestic-abuse-2024.")],
    announced: Annotated[date, question("Date", "A working day in England, today or later.")],
    lead: Annotated[
        str, line("Lead inspector", "Who leads the team. People are entered under People on the portal.")
    ] = "",
    inspectors: Annotated[list[str], question("Inspectors", "One line for each member of the team.")] = [],  # noqa: B006
    quality_assurer: Annotated[str, line("Quality assurer", "Nobody of the team.")] = "",
    rehearsal: Annotated[
        bool, question("Rehearsal", "Uses made-up data and a clock of its own. Any working day, including in the past.")
    ] = False,
    by: Order = "",
) -> Decided:
    """Announce a joint targeted area inspection.

    Fill in the form and submit it. Its board then shows who owes what, and by when.
    """
    team = Team(lead.strip(), tuple(each.strip() for each in inspectors), quality_assurer.strip())
    ref = announce(Announcement(area.name, theme.strip(), announced, team, rehearsal, by=by))
    return Decided(
        ref,
        f"{areas()[area.name].name} - {theme.strip()}",
        "announced",
        f"{ref} is announced.",
        "Requests issued: {}.",
    )
