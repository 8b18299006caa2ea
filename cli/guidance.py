"""`jtai guidance`: the guidance of a theme as a page, a PDF and an ODT, with the empty workbooks of its returns."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import IsoDate
from models.england import ENGLAND
from models.themes import theme

if TYPE_CHECKING:
    from tasks.letters.blocks import Document


_FILES = ("html", "pdf", "odt")


@click.command(epilog="Example: jtai guidance domestic-abuse-2024 --out guidance.odt")
@click.argument("theme_id", metavar="THEME")
@click.option("--announce", "announced", type=IsoDate(), help="Day of the example. The next one possible if not given.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="A file that ends in .html, .pdf or .odt, or a folder for all 3 and the empty workbooks.",
)
def command(theme_id: str, announced: date | None, out: Path) -> None:
    """Write the guidance of a theme: what is inspected, by when, what is asked for, how children are chosen."""
    from tasks.letters.guidance import example_day, guidance, templates

    theme_, form = theme(theme_id), out.suffix.lower().removeprefix(".")
    document = guidance(theme_, announced or example_day(theme_, datetime.now(ENGLAND).date()))
    if form in _FILES and not out.is_dir():
        _write(out, _render(document, form))
        return
    # A name with another ending was meant as a file: no folder of that name is made.
    if out.is_file() or (form and not out.is_dir()):
        raise click.UsageError(f"{out} is no folder. Give a folder, or a file that ends in .html, .pdf or .odt.")
    out.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        _write(out / f"guidance-{theme_.id}.{name}", _render(document, name))
    _write(out / f"templates-{theme_.id}.zip", templates(theme_))


def _render(document: "Document", form: str) -> bytes:
    from tasks.letters.html import html
    from tasks.letters.odt import odt
    from tasks.letters.pdf import pdf

    return {"html": html, "odt": odt, "pdf": pdf}[form](document)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    click.echo(path)
