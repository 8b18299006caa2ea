"""`jtai guidance`: the guidance of a theme as a page and a PDF, with the empty workbooks of its returns."""

from datetime import date, datetime
from pathlib import Path

import click

from cli.options import IsoDate
from models.england import ENGLAND
from models.themes import theme


@click.command(epilog="Example: jtai guidance domestic-abuse-2024 --out guidance")
@click.argument("theme_id", metavar="THEME")
@click.option("--announce", "announced", type=IsoDate(), help="Day of the example. The next one possible if not given.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder to write into."
)
def command(theme_id: str, announced: date | None, out: Path) -> None:
    """Write the guidance of a theme: what is inspected, by when, what is asked for, how children are chosen."""
    from tasks.letters.guidance import example_day, guidance, templates
    from tasks.letters.html import html
    from tasks.letters.pdf import pdf

    theme_ = theme(theme_id)
    document = guidance(theme_, announced or example_day(theme_, datetime.now(ENGLAND).date()))
    out.mkdir(parents=True, exist_ok=True)
    made = {
        f"guidance-{theme_.id}.html": html(document),
        f"guidance-{theme_.id}.pdf": pdf(document),
        f"templates-{theme_.id}.zip": templates(theme_),
    }
    for name, content in made.items():
        (out / name).write_bytes(content)
        click.echo(out / name)
