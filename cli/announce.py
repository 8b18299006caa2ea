"""`jtai announce`: announce an inspection through the same deployment as the form in the Prefect UI."""

from datetime import date
from typing import TYPE_CHECKING

import click

from cli.options import IsoDate, answer, as_json
from models.areas import area as area_of
from models.themes import theme
from models.timetable import check_working_day

if TYPE_CHECKING:
    from tasks.inspection.announcing import Announcement


@click.command(epilog="Example: jtai announce --area E06000038 --theme domestic-abuse-2024 --date 2027-01-18")
@click.option("--area", "gss", required=True, help="GSS code of the area, for example E06000038.")
@click.option("--theme", "theme_id", required=True, help="Theme, for example domestic-abuse-2024.")
@click.option("--date", "announced", required=True, type=IsoDate(), help="Day of the announcement.")
@click.option("--lead", default="", help="Reference of the lead inspector, for example P-7KQ2M4XB.")
@click.option("--inspector", "inspectors", multiple=True, help="Reference of a member of the team. Give it again.")
@click.option("--assurer", default="", help="Reference of the quality assurer.")
@click.option("--rehearsal", is_flag=True, help="Use made-up data and a clock of its own. The date can be in the past.")
@as_json
def command(
    gss: str,
    theme_id: str,
    announced: date,
    lead: str,
    inspectors: tuple[str, ...],
    assurer: str,
    rehearsal: bool,
    as_json: bool,
) -> None:
    """Announce an inspection: its requests are issued and its agencies are told."""
    place, theme_ = area_of(gss), theme(theme_id)
    check_working_day(announced)
    from tasks.inspection.announcing import Announcement
    from tasks.inspection.taking_part import Team

    ref, run = order(Announcement(place.gss, theme_.id, announced, Team(lead, inspectors, assurer), rehearsal))
    value = {"inspection": ref, "run": run, "requests": _requests(ref)}
    text = f"{ref} is announced. Requests: {', '.join(value['requests'])}."
    answer(value, as_json=as_json, text=text)


def order(announcement: "Announcement") -> tuple[str, str]:
    """Fill in the form of the announcement as who is signed in here; return the inspection and the run.

    Raises:
        Refusal: a value is wrong, nobody is signed in, or the announcement was refused; the sentence says why.
    """
    from cli.signed_in import secret
    from models.ids import inspection_ref
    from tasks.ground.prefect_api import PrefectRefusedError, start_as, wait_for
    from tasks.inspection.announcing import check_wanted

    place, theme_ = check_wanted(announcement)
    team = announcement.team
    run = start_as(
        secret(),
        "announce-inspection",
        {
            "area": f"{place.name} ({place.gss})",
            "theme": theme_.id,
            "announced": announcement.announced.isoformat(),
            "lead": team.lead,
            "inspectors": list(team.inspectors),
            "quality_assurer": team.assurer,
            "rehearsal": announcement.rehearsal,
        },
    )
    ended = wait_for(run)
    if ended["state_type"] != "COMPLETED":
        raise PrefectRefusedError(ended["state"].get("message") or "The announcement failed. The Prefect UI says why.")
    return inspection_ref(place.name, theme_.id, announcement.announced), run


def _requests(ref: str) -> list[str]:
    from sqlmodel import select

    from models.tables import Request
    from tasks.ground.database import transaction

    with transaction() as session:
        return sorted(session.exec(select(Request.id).where(Request.inspection == ref)))
