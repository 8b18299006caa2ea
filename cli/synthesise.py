"""`jtai synthesise`: synthetic returns of one area, and the truth kept apart."""

import json
from datetime import date, datetime
from pathlib import Path

import click


@click.command("synthesise")
@click.option("--theme", "theme_id", required=True, help="The theme, for example domestic-abuse-2024.")
@click.option("--area", "gss", required=True, help="The GSS code of the area.")
@click.option("--children", type=click.IntRange(min=1), required=True, help="How many children there are in all.")
@click.option("--seed", type=int, required=True, help="The same seed makes the same bytes.")
@click.option("--return", "codes", multiple=True, help="A return to make, for example EVAL. Repeat for each.")
@click.option("--all", "every", is_flag=True, help="Make every return that there is, not the theme's alone.")
@click.option("--dirty", type=click.FloatRange(0, 1), default=0.0, help="Share of cells spoiled on purpose, 0 to 1.")
@click.option(
    "--hidden", type=click.IntRange(min=0), help="How many children are known to others and not to the council."
)
@click.option("--announce", type=click.DateTime(["%Y-%m-%d"]), help="Day of the announcement. 2025-02-24 if not given.")
@click.option(
    "--format", "fmt", type=click.Choice(["xlsx", "ods", "csv"]), help="One form for all, not each agency's own."
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder to write into."
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def command(
    theme_id: str, gss: str, children: int, seed: int, codes: tuple[str, ...], every: bool, dirty: float,
    hidden: int | None, announce: datetime | None, fmt: str | None, out: Path, as_json: bool,
) -> None:  # fmt: skip
    """Make synthetic returns of every agency of one area, and truth.parquet (return, row, child).

    Without --return or --all those that the theme asks for. Where several kinds of agency owe one return, a folder of
    each kind has what that kind sends. Evaluations (EVAL) are about a made-up sample, whose
    references are told for `jtai check --sample-ref`.

    Example: jtai synthesise --theme domestic-abuse-2024 --area E06000038 --children 2000 --seed 7 --out returns
    """
    from models.areas import area
    from models.themes import theme
    from validation.returns import contract
    from validation.synthetic import ALL, ANNOUNCED, synthesise
    from validation.synthetic.writing import write, write_shares

    day: date = announce.date() if announce else ANNOUNCED
    if codes and every:
        raise click.UsageError("Give --return or --all, not both.")
    if hidden is not None and hidden > children:
        raise click.UsageError("--hidden cannot be more than --children.")
    named = ALL if every else tuple(contract(code).code for code in codes) or None
    made = synthesise(theme(theme_id), area(gss).gss, children, seed, dirty, day, named, hidden)
    paths = [*write(made, out, fmt), *write_shares(made, out, fmt)]  # type: ignore[arg-type]
    rows = {code: sum(frame.height for frame in sheets.values()) for code, sheets in made.returns.items()}
    refs = list(made.context.sample_refs)
    value = {
        "announce": day.isoformat(),
        "files": [str(p) for p in paths],
        "rows": rows,
        "planted": made.planted.height,
    }
    if as_json:
        click.echo(json.dumps({**value, "sample_refs": refs} if refs else value))
        return
    for path in paths:
        click.echo(path)
    if refs:
        click.echo(f"The evaluations are about {', '.join(refs)}.")
    click.echo(f"The returns are good for an inspection announced on {day.isoformat()}.")
