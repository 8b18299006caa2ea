"""`jtai link`: which rows of the returns in a folder are about the same child."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO

import click
import polars as pl

from cli.options import IsoDate, answer, as_json
from models.themes import Theme, theme
from models.words import plural
from tasks.cohort.building import build
from tasks.linkage import Linkage, linkage
from validation.contract.errors import UnreadableError
from validation.contract.identity import CHILDREN, records
from validation.contract.model import ROW, value
from validation.engine.checking import headings
from validation.files.parsing import parse
from validation.files.readers import Grid, read
from validation.files.tables import locate
from validation.returns import CONTRACTS, contract

_SUFFIXES = (".xlsx", ".ods", ".csv")
Frames = dict[str, pl.DataFrame]


@click.command(
    epilog="Example: jtai link returns/ --theme domestic-abuse-2024 --out links.parquet",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--theme", "theme_id", required=True, help="Theme, for example domestic-abuse-2024.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Parquet file of the links."
)
@click.option(
    "--doubtful",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV file of the pairs of records that a person should look at, by return and row: no names.",
)
@click.option("--cohort", type=click.Path(dir_okay=False, path_type=Path), help="Parquet file of the cohort's frame.")
@click.option("--announce", "announced", type=IsoDate(), help="Day of the announcement. --cohort needs it.")
@click.option("--key-file", type=click.File("rb"), help="Secret of the pseudonyms. Without it, numbers can be guessed.")
@as_json
def command(
    folder: Path,
    theme_id: str,
    out: Path,
    doubtful: Path | None,
    cohort: Path | None,
    announced: date | None,
    key_file: BinaryIO | None,
    as_json: bool,
) -> None:
    """Link the children of all returns in FOLDER, each file named by its return (LA-DA.xlsx, POL-1.csv).

    Rows that can be read are linked even where the file has errors. The links have the columns return, row, child and
    probability. The cohort has one row for each child and no direct identifier.
    """
    theme_ = theme(theme_id)
    if cohort is not None and announced is None:
        raise click.UsageError("--cohort counts ages on the day of the announcement: give --announce DATE too.")
    frames = {code: canonical(paths, code, theme_) for code, paths in _returns(folder, theme_).items()}
    identities = {code: records(code, sheets) for code, sheets in frames.items()}
    key = key_file.read().strip() if key_file else b""
    if cohort is None or announced is None:
        how, children = linkage(identities, key), None
    else:
        made = build(frames, identities, theme_, announced, key)
        how, children = made.linkage, made.frame.height
        made.frame.write_parquet(cohort)
    how.links.write_parquet(out)
    if doubtful is not None:
        _pairs(how).write_csv(doubtful)
    _print_summary(how, children, out, doubtful, as_json)


def _returns(folder: Path, theme_: Theme) -> Mapping[str, list[Path]]:
    """Return the files of each return of the theme that lists children; at least one.

    Raises:
        click.UsageError: none is there, or one is there twice.
    """
    codes = [r.code for r in theme_.returns if r.code in CHILDREN]
    files: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        code, _, sheet = path.stem.partition(" ")
        code = code.upper()
        if code not in codes or path.suffix.lower() not in _SUFFIXES:
            continue
        # A CSV file holds one sheet; the others of a return stand beside it, as in `PRO-1 Children.csv`.
        if not sheet and any(" " not in other.stem for other in files.get(code, ())):
            raise click.UsageError(f"{folder} holds {code} twice, as {path.name} and in another form. Keep one.")
        files.setdefault(code, []).append(path)
    if not files:
        raise click.UsageError(f"{folder} holds no return of this theme. Expected files such as {codes[0]}.xlsx.")
    return files


def canonical(paths: Sequence[Path], code: str, theme_: Theme) -> Frames:
    """Read a return's sheets as typed frames with the line as `row`, whatever the verdict on it would be.

    Raises:
        click.ClickException: the file is not this return, or cannot be read; the sentence says why.
    """
    grids = tuple(grid for path in paths for grid in grids_of(path))
    tables, layout = locate(grids, contract(code, theme_), tuple(CONTRACTS.values()))
    if not tables:
        raise click.ClickException(f"{paths[0].name}: {layout[0].message if layout else 'no sheet of this return.'}")
    return {
        table.sheet.name: parse(table.frame, table.sheet).select(
            pl.col(ROW).cast(pl.Int64).alias("row"),
            *(pl.col(value(name)).alias(name) for name in table.sheet.names),
        )
        for table in tables
    }


def grids_of(path: Path) -> tuple[Grid, ...]:
    """Return the sheets of a file.

    Raises:
        click.ClickException: it cannot be read; the sentence says why.
    """
    try:
        return read(path, headings()).grids
    except UnreadableError as error:
        # Without the cause, whose text may quote a cell (L5).
        raise click.ClickException(f"{path.name}: {error}") from None


def _pairs(how: Linkage) -> pl.DataFrame:
    """Return the doubtful pairs by reference, the surest first; of several equal records the first stands for all."""
    against = pl.col("against").replace("", None)
    return how.doubtful.select("return", "row", "other_return", "other_row", "probability", "evidence", against)


def _print_summary(how: Linkage, children: int | None, out: Path, doubtful: Path | None, as_json: bool) -> None:
    links = how.links
    by_return = dict(links.group_by("return").len().sort("return").iter_rows())
    summary = {
        "out": str(out),
        "records": links.height,
        "children": links["child"].n_unique(),
        "returns": by_return,
        "method": how.facts["method"],
        "joined": how.facts["joined"],
        "doubtful": how.facts["doubtful"],
    }
    text = (
        f"{plural(links.height, 'record')} in {plural(len(by_return), 'return')}, about "
        f"{plural(summary['children'], 'child', 'children')}. Written to {out}."
    )
    if summary["doubtful"]:
        listed = f"listed in {doubtful}" if doubtful else "which --doubtful FILE.csv lists"
        text += f" Pairs of records that need a person to decide: {summary['doubtful']}, {listed}."
    if doubtful is not None:
        summary["doubtful_out"] = str(doubtful)
    if children is not None:
        summary["cohort"] = children
        text += f" {children} of them are in the cohort."
    answer(summary, as_json=as_json, text=text)
