"""`jtai template`: the empty workbook of a return."""

from datetime import datetime
from pathlib import Path

import click

_FORMS = ("xlsx", "ods", "csv")


@click.command("template")
@click.argument("code", metavar="RETURN")
@click.option("--theme", "theme_id", required=True, help="The theme, for example domestic-abuse-2024.")
@click.option("--area", "gss", help="The GSS code of the area, to be stamped on the template.")
@click.option(
    "--announce",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of the announcement: the guidance names its window, and good values are of it.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A file .xlsx, .ods or .csv."
)
def command(code: str, theme_id: str, gss: str | None, announce: datetime | None, out: Path) -> None:
    """Write the empty workbook of a return: guidance, drop-downs and headers.

    ANNEX-A is the council's workbook with the lists LA-1 to LA-8 as its sheets List 1 to List 8.

    Without the day of the announcement, good values show their form alone.

    Example: jtai template LA-DA --theme domestic-abuse-2024 --area E06000038 --announce 2025-02-24 --out LA-DA.xlsx
    """
    fmt = out.suffix.lower().removeprefix(".")
    if fmt not in _FORMS:
        raise click.UsageError("--out must end in .xlsx, .ods or .csv.")

    from models.areas import area
    from models.themes import theme
    from validation.contract.context import Context
    from validation.files.stamp import Stamp
    from validation.returns.bundles import BUNDLES, workbook_contract
    from validation.telling.templates import write_template

    theme_ = theme(theme_id)
    contract = workbook_contract(code, theme_)
    if fmt == "csv" and contract.code in BUNDLES:
        raise click.UsageError(
            f"--out must end in .xlsx or .ods: {contract.code} has several sheets, a CSV file has one."
        )
    place = area(gss) if gss else None
    stamp = Stamp(gss=place.gss, area=place.name) if place else None
    context = Context(theme_, announce.date(), place.gss if place else None) if announce else None
    write_template(contract, theme_, out, fmt, stamp, context=context)  # type: ignore[arg-type]
    click.echo(out)
