"""`jtai rehearse`: announce a rehearsal of any theme in any area, and make what its agencies send."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.options import IsoDate, answer, as_json, table

if TYPE_CHECKING:
    from models.themes import Theme

_CHILDREN, _SEED = 500, 1


@click.command(epilog="Example: jtai rehearse --theme front-door-2024 --area E06000042 --send")
@click.option("--theme", "theme_id", required=True, help="Theme, for example front-door-2024.")
@click.option("--area", "gss", required=True, help="GSS code of the area, for example E06000042.")
@click.option("--date", "announced", type=IsoDate(), help="Day of the announcement, also past. The next working day.")
@click.option("--children", type=click.IntRange(min=1), default=_CHILDREN, show_default=True, help="How many children.")
@click.option("--seed", type=int, default=_SEED, show_default=True, help="The same seed makes the same returns.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the files. ./rehearsals/...")
@click.option("--send", is_flag=True, help="Send the returns as the agencies' own programs would.")
@as_json
def command(
    theme_id: str,
    gss: str,
    announced: date | None,
    children: int,
    seed: int,
    out: Path | None,
    send: bool,
    as_json: bool,
) -> None:
    """Announce a rehearsal and make the returns of all its agencies.

    Where the rehearsal was announced before, it goes on from there. The files lie in a folder for each agency. With
    --send they go in through the portal's door for programs. Nothing is sent to anybody outside.
    """
    from cli.rehearsing import announced_rehearsal, wait_until_open
    from models.areas import area as area_of
    from models.settings import settings
    from models.themes import theme
    from models.timetable import check_working_day
    from validation.synthetic import synthesise
    from validation.synthetic.writing import write_by_agency

    place, theme_ = area_of(gss), theme(theme_id)
    day = announced or _next_working_day()
    check_working_day(day)
    ref = announced_rehearsal(place.gss, theme_.id, day)
    folder = (out or Path("rehearsals") / ref).absolute()
    files = write_by_agency(synthesise(theme_, place.gss, children, seed, announced=day), folder)
    names = wait_until_open(ref)
    value: dict[str, Any] = {
        "inspection": ref,
        "announced": day.isoformat(),
        "folder": str(folder),
        "agencies": [
            {"agency": names[kind], "kind": kind, "folder": str(folder / kind), "files": [path.name for path in paths]}
            for kind, paths in files.items()
        ],
        "sent": _sent(ref, files) if send else [],
    }
    rows = [["Agency", "Files", "Folder"]]
    rows += [[each["agency"], str(len(each["files"])), each["folder"]] for each in value["agencies"]]
    portal = settings().required("portal_url")
    answer(
        value,
        as_json=as_json,
        text="\n".join(
            [
                f"{ref} is rehearsed.",
                "",
                table(rows),
                "",
                *_next(value, portal, _first_deadline(theme_, day), send=send),
            ]
        ),
    )


def _next_working_day() -> date:
    from models.england import world_today
    from models.timetable import add_working_days, is_working_day

    today = world_today()
    return today if is_working_day(today) else add_working_days(today, 1)


def _sent(ref: str, files: dict[str, list[Path]]) -> list[dict[str, Any]]:
    from cli.rehearsing import send_all

    return [
        {"request": receipt["request"], "version": receipt["version"], "submission": receipt["submission"]}
        for receipt in send_all(ref, files)
    ]


def _first_deadline(theme: "Theme", day: date) -> str:
    """Return the first step of a theme's timetable by which a return is due."""
    from models.timetable import timetable

    due = {owed.due for owed in theme.returns}
    return next(step.step for step in timetable(theme, day) if step.step in due)


def _next(value: dict[str, Any], portal: str, deadline: str, *, send: bool) -> list[str]:
    from models.words import plural

    ref = value["inspection"]
    if value["sent"]:
        first = f"{plural(len(value['sent']), 'file')} sent. Each is checked soon: `jtai status {ref}`."
    elif send:
        first = f"No return is waited for, so nothing was sent. `jtai status {ref}` shows each."
    else:
        first = (
            f"Send the files as the agencies: their notices with sign-in links are at {portal}/operator. Or: --send."
        )
    return [
        "What to do next",
        f"  {first}",
        f"  Look at it as the inspection team: {portal}/inspections/{ref}",
        f"  Move its clock, for example to the first deadline: `jtai clock {ref} --to {deadline}`",
    ]
