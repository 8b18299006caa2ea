"""Begin a thematic report as a person asks: on any number of inspections of a theme whose letters are published."""

from typing import Annotated

from flows.form import Order, decision, line, question
from models.decisions import Decided
from models.events import Owed
from tasks.ground.database import transaction
from tasks.theming.beginning import begin, report_of


@decision("begin-thematic-report", "begin-thematic-report - {theme}", then=(Owed.COMPILE_REPORT,))
def begin_thematic_report(
    theme: Annotated[str, line("Theme", "The theme and its year, such as domestic-abuse-2024.")],
    inspections: Annotated[
        list[str],
        question("Inspections", "One line for each reference. Empty for all that are published and in no report yet."),
    ] = [],  # noqa: B006
    by: Order = "",
) -> Decided:
    """Begin a thematic report on inspections of one theme, before it begins by itself."""
    ref = begin(theme.strip(), inspections, by=by)
    with transaction() as session:
        inspection = report_of(session, ref).inspection
    return Decided(inspection, ref, "begun", f"{ref} is begun. Write its parts under Thematic reports on the portal.")
