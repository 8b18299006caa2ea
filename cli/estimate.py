"""`jtai estimate`: how many children may be in no list at all, from the files of a frozen cohort."""

from pathlib import Path

import click
import polars as pl

from cli.options import answer, as_json, table
from models.themes import theme
from tasks.estimate.histories import Pairs
from tasks.estimate.lists import lists_of_theme
from tasks.estimate.reading import estimated
from tasks.estimate.wording import as_json as in_json
from tasks.estimate.wording import (
    bound_in_sentence,
    cautions,
    in_sentence,
    lists_in_words,
    put_together_in_words,
    shown_alone,
)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_LINKS = ("return", "row", "child", "probability")
_BY_ROW = ("return", "row", "other_return", "other_row", "probability")


@click.command(
    epilog="Example: jtai estimate cohort.parquet --links links.parquet --theme domestic-abuse-2024",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("cohort", type=_FILE)
@click.option("--links", type=_FILE, help="Parquet file of the links. With it, doubt about links is in the range.")
@click.option("--doubtful", type=_FILE, help="Doubtful pairs: the CSV file of `jtai link --doubtful`. Needs --links.")
@click.option("--theme", "theme_id", help="Theme, for example domestic-abuse-2024. --links needs it.")
@as_json
def command(cohort: Path, links: Path | None, doubtful: Path | None, theme_id: str | None, as_json: bool) -> None:
    """Estimate how many children are in none of the lists, from COHORT, the Parquet file of a frozen frame.

    It is for those who lead an inspection, and for no letter, finding or report. `jtai sample export` and
    `jtai link --cohort` write COHORT.
    """
    if links and not theme_id:
        raise click.UsageError("--links name returns, and a theme says who sends which: give --theme too.")
    if doubtful and not links:
        raise click.UsageError("Doubtful pairs are of rows, and links say whose they are: give --links too.")
    frame = _table(cohort, ("child", "agencies"))
    if frame.schema["agencies"] != pl.List(pl.String):
        raise click.ClickException(f"{cohort} is not the frame of a cohort: its column 'agencies' holds no lists.")
    linked = _table(links, _LINKS) if links else None
    pairs = _pairs(doubtful, linked) if doubtful and linked is not None else None
    kinds = lists_of_theme(theme(theme_id)) if theme_id else {}
    made = estimated(frame, linked, kinds, pairs)
    with_links, shown = linked is not None, shown_alone(made)
    rows = [["List", "Children"], *(list(row) for row in lists_in_words(made, shown))]
    sentences = [in_sentence(made), bound_in_sentence(made), *put_together_in_words(made)]
    lines = [*filter(None, sentences), "", table(rows), "", *cautions(made, links=with_links)]
    answer(in_json(made, shown, links=with_links), as_json=as_json, text="\n".join(lines))


def _table(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    """Read a table.

    Raises:
        click.ClickException: the file is not a table of its kind, or lacks a column.
    """
    try:
        frame = pl.read_csv(path) if path.suffix == ".csv" else pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        # Without the cause: polars may quote what it read (L5).
        kind = "CSV" if path.suffix == ".csv" else "Parquet"
        raise click.ClickException(f"{path} is not a {kind} file.") from None
    if absent := [name for name in columns if name not in frame.columns]:
        raise click.ClickException(f"{path} has no column '{absent[0]}'. It needs {', '.join(columns)}.")
    return frame


def _pairs(path: Path, links: pl.DataFrame) -> pl.DataFrame:
    """Return the doubtful pairs of rows as pairs of the children to whom the rows are linked."""
    rows, children = _table(path, _BY_ROW), links.select("return", "row", "child")
    first = rows.join(children, on=["return", "row"])
    others = children.rename({"return": "other_return", "row": "other_row", "child": "other_child"})
    # Two rows that are linked to one child leave no doubt between two.
    both = first.join(others, on=["other_return", "other_row"]).filter(pl.col("child") != pl.col("other_child"))
    return Pairs.crossing(both.select(list(Pairs.schema)))
