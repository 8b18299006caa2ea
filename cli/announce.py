"""`jtai announce`: announce an inspection through the same deployment as the form in the Prefect UI."""

from datetime import date

import click

from cli.options import IsoDate, answer, as_json
from models.areas import area as area_of
from models.themes import theme
from models.timetable import check_working_day


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
    from cli.signed_in import secret
    from models.ids import inspection_ref
    from tasks.ground.prefect_api import PrefectRefusedError, start_as, wait_for
    from tasks.inspection.announcing import Announcement, check_wanted
    from tasks.inspection.taking_part import Team

    check_wanted(Announcement(place.gss, theme_.id, announced, Team(lead, inspectors, assurer), rehearsal))
    run = start_as(
        secret(),
        "announce-inspection",
        {
            "area": f"{place.name} ({place.gss})",
            "theme": theme_.id,
            "announced": announced.isoformat(),
            "lead": lead,
            "inspectors": list(inspectors),
            "quality_assurer": assurer,
            "rehearsal": rehearsal,
        },
    )
    ended = wait_for(run)
    if ended["state_type"] != "COMPLETED":
        raise PrefectRefusedError(ended["state"].get("message") or "The announcement failed. The Prefect UI says why.")
    ref = inspection_ref(place.name, theme_.id, announced)
    value = {"inspection": ref, "run": run, "requests": _requests(ref)}
    text = f"{ref} is announced. Requests: {', '.join(value['requests'])}."
    answer(value, as_json=as_json, text=text)


def _requests(ref: str) -> list[str]:
    from sqlmodel import select

    from models.tables import Request
    from tasks.ground.database import transaction

    with transaction() as session:
        return sorted(session.exec(select(Request.id).where(Request.inspection == ref)))
