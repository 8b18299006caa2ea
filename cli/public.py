"""`jtai public`: the public pages of published letters as files for any web server."""

from pathlib import Path

import click

from models.words import plural


@click.command(epilog="Example: jtai public --out site")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the files.")
@click.option(
    "--address", default="", help="Where the files will be served, for feed and sitemap. The setting if not given."
)
@click.option("--rehearsals", is_flag=True, help="The letters of rehearsals instead. Each page says that it is one.")
def command(out: Path, address: str, rehearsals: bool) -> None:
    """Write the public pages of all published letters, with feed, sitemap and open data.

    Files of an earlier writing that are written no more stay where they are.
    """
    from tasks.ground.database import transaction
    from tasks.publishing.gathering import public_inspections, public_reports
    from tasks.publishing.pages import address as own_address
    from tasks.publishing.site import site

    with transaction() as session:
        inspections = public_inspections(session, rehearsals=rehearsals)
        reports = public_reports(session, rehearsals=rehearsals)
    files = site(inspections, address or own_address(), reports)
    for path, content in files.items():
        place = out / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    click.echo(f"{plural(len(inspections), 'inspection')}, {plural(len(files), 'file')} in {out}")
