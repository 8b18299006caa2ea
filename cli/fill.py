"""`jtai fill`: the returns of a theme filled from an extract, offline, and what of them is still missing."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from models.words import plural

if TYPE_CHECKING:
    from validation.contract.context import Context


@click.command("fill")
@click.argument(
    "extract", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--theme", "theme_id", required=True, help="The theme, for example domestic-abuse-2024.")
@click.option("--announce", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day of the announcement.")
@click.option("--area", "gss", required=True, help="The GSS code of the inspected area.")
@click.option("--extracted", type=click.DateTime(["%Y-%m-%d"]), help="The day the extract was drawn.")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Which of your own headers and values is which of ours.",
)
@click.option(
    "--suggest",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a mapping to begin with, for --return. Nothing is filled.",
)
@click.option("--return", "code", help="With --suggest: the return that your export should fill, for example POL-1.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The folder to write into.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def command(
    extract: tuple[Path, ...], theme_id: str, announce: datetime, gss: str, extracted: datetime | None,
    mapping: Path | None, suggest: Path | None, code: str | None, out: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Fill the returns of a theme from an extract that you have. Works offline: nothing leaves this computer.

    The extract is an Annex A workbook, in the official headers or in those of the SSD, or one file for each list. It
    may also be the XML file of the children in need census. Give both, so that the list of children has its factors.
    Tables of the standard safeguarding dataset, each on a sheet or in a file of its own, are read too.
    One workbook for each return is written into the folder. Nothing is sent: read them, enter what is missing, and
    send them yourself.

    An export with headers of its own fills one return by a mapping. Begin it with --suggest and --return, complete
    it, and use it with --mapping as often as the headers stay the same.

    Exit status: 0 filled, 2 misuse, or nothing could be filled.

    Example: jtai fill annex-a.xlsx --theme domestic-abuse-2024 --announce 2025-02-24 --area E06000038 --out filled
    """
    if bool(suggest) != bool(code) or bool(suggest) == bool(out):
        raise click.UsageError("Give --out to fill returns, or --suggest and --return to begin a mapping.")

    from models.areas import area
    from models.themes import theme
    from validation.contract.context import Context
    from validation.engine.filling import fill_in_child

    drawn = extracted.date() if extracted else None
    context = Context(theme(theme_id), announce.date(), area(gss).gss, drawn)
    if suggest and code:
        _suggest(extract[0], code, context, suggest)
        return
    out = out or Path()
    out.mkdir(parents=True, exist_ok=True)
    filled = fill_in_child(extract, context, mapping=mapping.read_text() if mapping else "")
    written = {code: out / f"{code}.xlsx" for code in filled.files}
    for code, data in filled.files.items():
        written[code].write_bytes(data)
    if as_json:
        files = {code: str(path) for code, path in written.items()}
        click.echo(json.dumps({**filled.account, "files": files}, ensure_ascii=False))
        return
    click.echo("\n".join(_lines(filled.account, written)))


def _suggest(extract: Path, code: str, context: "Context", suggest: Path) -> None:
    from validation.engine.filling import suggest_in_child

    suggest.write_text(suggest_in_child(extract, code, context))
    click.echo(
        f"{suggest} has what your headers may mean. Nothing is filled yet: look at each line, add the columns that are "
        "missing, give each of your values a code, and use it with --mapping."
    )


def _lines(account: dict[str, Any], written: dict[str, Path]) -> Iterator[str]:
    yield f"{account['extract']}: {_share(account)} filled in {plural(len(account['returns']), 'return')}."
    yield from account["notes"]
    for filled in account["returns"]:
        yield ""
        yield from _about(filled)
        yield f"  Written to {written[filled['return']]}"
    yield ""
    yield "Nothing is sent. Read each file, enter what is missing, and check it with jtai check before you send it."


def _about(filled: dict[str, Any]) -> Iterator[str]:
    rows = f"{plural(filled['rows'], 'row')} of {plural(filled['counted'], filled['of'], _PLURALS[filled['of']])}"
    yield f"{filled['return']}: {rows} in the extract. {_share(filled)} filled."
    for each in filled["left_out"]:
        yield f"  Left out  {each['count']:,}: {each['reason']}."
    for each in filled["missing"]:
        yield f"  Missing   {each['column']}, {plural(each['cells'], 'cell')}. {each['from']}"
    for each in filled["check"]:
        yield f"  Check     {each['column']}, {plural(each['cells'], 'cell')}. {each['why']}"
    for each in filled["changed"]:
        yield f"  Rewritten {each['column']}, {plural(each['cells'], 'cell')}: a code or date in our form."
    for note in filled["notes"]:
        yield f"  Note      {note}"


def _share(counts: dict[str, Any]) -> str:
    return f"{counts['filled_cells']:,} of {plural(counts['required_cells'], 'required cell')}"


_PLURALS = {"row": "rows", "child": "children"}
