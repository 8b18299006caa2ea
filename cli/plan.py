"""`jtai plan`: days of announcement for the areas of a theme, so that no two have fieldwork at once."""

from collections.abc import Iterable
from datetime import date, datetime

import click

from cli.options import IsoDate, answer, as_json, table
from models.areas import area
from models.england import ENGLAND
from models.plan import Planned, Span, plan
from models.themes import theme
from models.words import padded_weekday


def _listed(parts: Iterable[str]) -> list[str]:
    return [name.strip() for part in parts for name in part.split(",") if name.strip()]


@click.command(epilog="Example: jtai plan domestic-abuse-2024 --areas E06000038,E06000045 --from 2027-01-04")
@click.argument("theme_id", metavar="THEME", required=False)
@click.option("--theme", "theme_option", help="Theme, where it is not given as the first word.")
@click.option("--areas", required=True, multiple=True, help="GSS codes with commas between them, in the order wanted.")
@click.option("--leads", multiple=True, help="References of lead inspectors with commas between them.")
@click.option("--from", "start", type=IsoDate(), help="Plan no announcement before this day. The default is today.")
@click.option("--live", is_flag=True, help="Keep clear of inspections that are announced already. Needs the stack.")
@as_json
def command(
    theme_id: str | None,
    theme_option: str | None,
    areas: tuple[str, ...],
    leads: tuple[str, ...],
    start: date | None,
    live: bool,
    as_json: bool,
) -> None:
    """Propose when to announce each area of a theme, and who leads it. Nothing is announced or stored."""
    wanted = theme_id or theme_option
    if not wanted or (theme_id and theme_option and theme_id != theme_option):
        raise click.UsageError("Name one theme, for example jtai plan domestic-abuse-2024 --areas E06000038.")
    places = [area(gss) for gss in _listed(areas)]
    if not places:
        raise click.UsageError("Name at least one area, for example --areas E06000038,E06000045.")
    names = {place.gss: place.name for place in places}
    planned = plan(
        theme(wanted),
        [place.gss for place in places],
        start or datetime.now(ENGLAND).date(),
        leads=_references(_listed(leads)),
        taken=_announced_already() if live else (),
    )
    value = {"theme": wanted, "inspections": [_as_value(each) for each in planned]}
    rows = [["Area", "Announce", "Fieldwork starts", "Fieldwork ends", "Lead inspector"]]
    for each in planned:
        days = [padded_weekday(day) for day in (each.span.announced, each.span.first, each.span.last)]
        rows.append([names[each.area], *days, each.span.lead])
    answer(value, as_json=as_json, text=table(rows))


def _references(leads: list[str]) -> list[str]:
    from tasks.people.persons import REFERENCE

    if wrong := [lead for lead in leads if not REFERENCE.fullmatch(lead)]:
        raise click.UsageError(f"{wrong[0][:20]!r} is not the reference of a person. Write it like P-7KQ2M4XB.")
    return leads


def _announced_already() -> list[Span]:
    from tasks.ground.database import transaction
    from tasks.watch.desk import dated_spans, desk

    with transaction() as session:
        return dated_spans(desk(session))


def _as_value(each: Planned) -> dict[str, str]:
    return {
        "area": each.area,
        "announce": each.span.announced.isoformat(),
        "fieldwork_start": each.span.first.isoformat(),
        "fieldwork_end": each.span.last.isoformat(),
        "lead": each.span.lead,
    }
