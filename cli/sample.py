"""`jtai sample`: draw children from a cohort, and verify a draw from its manifest."""

import importlib.metadata
import json
from pathlib import Path

import click
import polars as pl

from cli.options import answer, as_json
from models.themes import Theme, theme
from tasks.cohort import frame_digest
from tasks.sampling import NotAManifestError, checked, complete, draw, manifest, manifest_bytes, verify

_LINKS = {"return", "row", "child", "probability"}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Draw or verify a sample.

    Example: jtai sample draw cohort.parquet --theme domestic-abuse-2024 --seed 5f1c... --out manifest.json
    """


@command.command(
    "draw", epilog="Example: jtai sample draw cohort.parquet --theme domestic-abuse-2024 --seed 5f1c --out m.json"
)
@click.argument("cohort", type=_FILE)
@click.option("--theme", "theme_id", required=True, help="Theme, for example domestic-abuse-2024.")
@click.option("--seed", required=True, help="The revealed seed, 64 hexadecimal digits for preference.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="JSON file of the manifest."
)
@as_json
def draw_command(cohort: Path, theme_id: str, seed: str, out: Path, as_json: bool) -> None:
    """Draw the sample of a theme from COHORT, the Parquet file of a cohort's frame (or of links)."""
    asked = theme(theme_id)
    frame = _frame(cohort, asked)
    sample = draw(frame, asked.sampling, seed)
    record = manifest(sample, frame_digest(frame), asked, seed, importlib.metadata.version("jtai"))
    out.write_bytes(manifest_bytes(record))
    told = {
        "out": str(out),
        "children": frame.height,
        "tracked": len(sample.chosen("tracked")),
        "sampled": len(sample.chosen("sampled")),
        "reserves": len(sample.reserves()),
        "frame_digest": record["frame_digest"],
        "seed_digest": record["seed_digest"],
        "shortfalls": list(sample.shortfalls),
    }
    said = [
        f"{told['tracked']} tracked and {told['sampled']} sampled of {frame.height} children, with "
        f"{told['reserves']} reserves. Written to {out}.",
        *sample.shortfalls,
    ]
    answer(told, as_json=as_json, text="\n".join(said))


@command.command("verify", epilog="Example: jtai sample verify manifest.json cohort.parquet")
@click.argument("manifest_file", metavar="MANIFEST", type=_FILE)
@click.argument("cohort", type=_FILE)
@as_json
@click.pass_context
def verify_command(context: click.Context, manifest_file: Path, cohort: Path, as_json: bool) -> None:
    """Draw again from COHORT and compare with MANIFEST; exit 1 and say the first difference if there is any."""
    record = checked(_json(manifest_file))
    asked = theme(str(record["theme"]).partition("@")[0])
    differences = verify(record, _frame(cohort, asked), asked)
    told = {"same": not differences, "differences": differences}
    answer(told, as_json=as_json, text=differences[0] if differences else "The same sample, draw for draw.")
    context.exit(1 if differences else 0)


def _json(path: Path) -> object:
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise NotAManifestError from None


def _frame(path: Path, asked: Theme) -> pl.DataFrame:
    """Read a cohort, or links grouped by child; say on standard error what had to be assumed.

    Raises:
        click.ClickException: not a Parquet file, or one without children.
    """
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        raise click.ClickException(f"{path} is not a Parquet file.") from None
    if "child" not in frame.columns:
        raise click.ClickException(f"{path} has no column 'child': give the frame of a cohort, or links.")
    if set(frame.columns) >= _LINKS:
        frame = _grouped(frame, asked)
        click.echo("These are links: each child is known to the agencies whose returns name it.", err=True)
    frame, notes = complete(frame, asked.sampling)
    for note in notes:
        click.echo(note, err=True)
    return frame


def _grouped(links: pl.DataFrame, asked: Theme) -> pl.DataFrame:
    """Return links as the least frame that can be drawn from: child, agencies; sorted."""
    kinds: dict[str, str] = {r.code: r.agency for r in asked.returns}
    agency = pl.col("return").replace(kinds).unique().sort().alias("agencies")
    return links.group_by(pl.col("child").cast(pl.String)).agg(agency).sort("child")
