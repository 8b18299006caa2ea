"""`jtai template`: the empty workbook of a return."""

from pathlib import Path

import click

_FORMS = ("xlsx", "ods", "csv")


@click.command("template")
@click.argument("code", metavar="RETURN")
@click.option("--theme", "theme_id", required=True, help="The theme, for example domestic-abuse-2024.")
@click.option("--area", "gss", help="The GSS code of the area, to be stamped on the template.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A file .xlsx, .ods or .csv."
)
def command(code: str, theme_id: str, gss: str | None, out: Path) -> None:
    """Write the empty workbook of a return: guidance, drop-downs and headers.

    Example: jtai template LA-DA --theme domestic-abuse-2024 --out LA-DA.xlsx
    """
    fmt = out.suffix.lower().removeprefix(".")
    if fmt not in _FORMS:
        raise click.UsageError("--out must end in .xlsx, .ods or .csv.")

    from models.areas import area
    from models.themes import theme
    from validation.returns import contract
    from validation.stamp import Stamp
    from validation.templates import write_template

    place = area(gss) if gss else None
    stamp = Stamp(gss=place.gss, area=place.name) if place else None
    write_template(contract(code), theme(theme_id), out, fmt, stamp)  # type: ignore[arg-type]
    click.echo(out)
