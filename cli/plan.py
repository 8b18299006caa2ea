"""`jtai plan`: days and teams for the areas of a theme, so that no two have fieldwork or an inspector at once."""

from collections.abc import Iterable
from datetime import date, datetime

import click

from cli.options import IsoDate, answer, as_json, table
from models.areas import area
from models.england import ENGLAND
from models.plan import PlannedInspection, Span, plan
from models.themes import theme
from models.words import joined, padded_weekday


def _listed(parts: Iterable[str]) -> list[str]:
    return [name.strip() for part in parts for name in part.split(",") if name.strip()]


@click.command(epilog="Example: jtai plan domestic-abuse-2024 --areas E06000038,E06000045 --from 2027-01-04")
@click.argument("theme_id", metavar="THEME", required=False)
@click.option("--theme", "theme_option", help="Theme, where it is not given as the first word.")
@click.option("--areas", required=True, multiple=True, help="GSS codes with commas between them, in the order wanted.")
@click.option("--leads", multiple=True, help="References of lead inspectors with commas between them.")
@click.option(
    "--inspectors",
    multiple=True,
    help="Inspectors with commas between them, each with the inspectorate, such as P-7KQ2M4XB=CQC.",
)
@click.option(
    "--each", type=click.IntRange(1, 20), default=1, show_default=True, help="Inspectors of each inspectorate."
)
@click.option("--from", "start", type=IsoDate(), help="Plan no announcement before this day. The default is today.")
@click.option("--live", is_flag=True, help="Keep clear of inspections that are announced already. Needs the stack.")
@as_json
def command(
    theme_id: str | None,
    theme_option: str | None,
    areas: tuple[str, ...],
    leads: tuple[str, ...],
    inspectors: tuple[str, ...],
    each: int,
    start: date | None,
    live: bool,
    as_json: bool,
) -> None:
    """Propose when to announce each area of a theme, who leads it, and its team. Nothing is announced or stored."""
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
        inspectors=_inspectors(_listed(inspectors), theme(wanted).inspectorates),
        each=each,
        taken=_announced_already() if live else (),
    )
    value = {"theme": wanted, "inspections": [_as_value(row) for row in planned]}
    rows = [
        ["Area", "Announce", "Fieldwork starts", "Fieldwork ends", "Lead inspector", *(["Team"] if inspectors else [])]
    ]
    for row in planned:
        days = [padded_weekday(day) for day in (row.span.announced, row.span.first, row.span.last)]
        rows.append([names[row.area], *days, row.span.lead, *([" ".join(row.span.team)] if inspectors else [])])
    answer(value, as_json=as_json, text=table(rows))


def _inspectors(given: list[str], inspectorates: Iterable[str]) -> dict[str, str]:
    """Return the inspectorate of each inspector, which is given by its name or its capital letters."""
    by_name = {body.casefold(): body for body in inspectorates}
    by_name |= {"".join(filter(str.isupper, body)).casefold(): body for body in inspectorates}
    parted = [entry.partition("=")[::2] for entry in given]
    people = _references([person.strip() for person, _ in parted])
    if twice := [person for person in people if people.count(person) > 1]:
        raise click.UsageError(f"Name each inspector once. {twice[0]} is twice.")
    bodies = [body.strip() for _, body in parted]
    if unknown := [body for body in bodies if body.casefold() not in by_name]:
        listed = joined(list(inspectorates))
        raise click.UsageError(f"{unknown[0][:40]!r} is no inspectorate of this theme. It has {listed}.")
    return {person: by_name[body.casefold()] for person, body in zip(people, bodies, strict=True)}


def _references(leads: list[str]) -> list[str]:
    from tasks.people.persons import REFERENCE

    if wrong := [lead for lead in leads if not REFERENCE.fullmatch(lead)]:
        raise click.UsageError(f"{wrong[0][:20]!r} is not the reference of a person. Write it like P-7KQ2M4XB.")
    return leads


def _announced_already() -> list[Span]:
    from tasks.ground.database import transaction
    from tasks.watch.desk import dated_spans, desk, inspectors_of

    with transaction() as session:
        return dated_spans(desk(session), inspectors_of(session))


def _as_value(each: PlannedInspection) -> dict[str, str | list[str]]:
    return {
        "area": each.area,
        "announce": each.span.announced.isoformat(),
        "fieldwork_start": each.span.first.isoformat(),
        "fieldwork_end": each.span.last.isoformat(),
        "lead": each.span.lead,
        "team": list(each.span.team),
    }
