"""`jtai encode`: a return whose names are encoded on the sender's own machine, for whoever may not send names."""

from pathlib import Path

import click

from cli.options import write_privately
from models.words import plural


@click.command(epilog="Example: jtai encode POL-1.xlsx --return POL-1 --key names.key --out POL-1.encoded.xlsx")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--return", "code", required=True, help="The return, for example POL-1.")
@click.option(
    "--theme", "theme_id", default="domestic-abuse-2024", show_default=True, help="The theme that asks for it."
)
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The key of this inspection, from the page of your request on the portal.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The workbook to write.")
def command(file: Path, code: str, theme_id: str, key: Path, out: Path) -> None:
    """Write the same return with encoded names. Works offline: nothing leaves this computer.

    Children's names become signatures that show how alike the names of 2 children born on the same day are. Names of
    mothers are left out. Everything else stays as it is: days of birth, postcodes and numbers too. Encoded names are
    not anonymous: whoever has the key can try names one by one.
    """
    from cli.encoding import encoded_return, read_key

    if out.suffix.lower() != ".xlsx":
        raise click.UsageError(f"{out} must end in .xlsx.")
    # No link is written through, and that is said before anything is encoded.
    if out.is_symlink():
        raise click.UsageError(f"{out} is a link. Give the name of a new file.")
    if out.exists() and any(out.samefile(each) for each in (file, key)):
        # It may be the only copy that has the names.
        raise click.UsageError(f"{out} is what you gave, and would be lost. Give the name of a new file.")
    data, names = encoded_return(file, code, theme_id, read_key(key))
    # It has days of birth, postcodes and numbers of children.
    write_privately(out.parent, {out.name: data})
    click.echo(f"{plural(names, 'name')} encoded. Written to {out}. Check it with `jtai check` and send it.")
