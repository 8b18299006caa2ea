"""`jtai dpia`: the pack for data protection of a theme, made from what is in force."""

from datetime import date, datetime
from pathlib import Path

import click

from cli.options import IsoDate
from models.england import ENGLAND
from models.themes import theme

_FORMS = ("pdf", "odt", "html")


@click.command(epilog="Example: jtai dpia --theme domestic-abuse-2024 --out data-protection.pdf")
@click.option("--theme", "theme_id", required=True, help="The theme and its version, such as domestic-abuse-2024.")
@click.option("--on", "day", type=IsoDate(), help="Day for which it is made. Today if not given.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A file that ends in .pdf, .odt or .html.")
def command(theme_id: str, day: date | None, out: Path) -> None:
    """Write the data protection pack: assessment input, record of processing, data flow, retention, privacy notice."""
    form = out.suffix.lower().removeprefix(".")
    if form not in _FORMS:
        raise click.UsageError(f"{out} must end in .pdf, .odt or .html.")
    theme_ = theme(theme_id)
    from models.settings import settings
    from tasks.letters.html import html
    from tasks.letters.odt import odt
    from tasks.letters.pdf import pdf
    from tasks.protection.pack import pack

    document = pack(theme_, day or datetime.now(ENGLAND).date(), settings())
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes({"html": html, "odt": odt, "pdf": pdf}[form](document))
    click.echo(out)
