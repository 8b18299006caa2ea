"""Every place where a rule is broken, with marks by which it is known again in a later version of the same return."""

import hashlib
from collections.abc import Iterable, Iterator

import polars as pl

from models.frames import Frame, FrameColumn
from validation.contract.model import ROW
from validation.contract.outcome import CellFinding
from validation.contract.rules import Hits, Rule
from validation.files.explained import PLACE
from validation.files.parts import PART
from validation.files.tables import SheetTable


class Places(Frame):
    """Every place where a return breaks a rule."""

    rule = FrameColumn(pl.String(), "The id of the rule.")
    severity = FrameColumn(pl.String(), "How much it weighs.", among=("error", "query", "info"))
    sheet = FrameColumn(pl.String(), "The sheet, as the file names it; empty where the whole file is meant.")
    row = FrameColumn(pl.Int64(), "The line that a person sees; blank where no row is meant.", nullable=True, least=1)
    column = FrameColumn(pl.String(), "The column of the contract; blank where none is meant.", nullable=True)
    cell = FrameColumn(pl.String(), "The cell as the spreadsheet names it.", nullable=True)
    message = FrameColumn(pl.String(), "What is wrong and what to do.")
    mark = FrameColumn(pl.String(), "The same while rule, column and key of the row are.")
    content = FrameColumn(pl.String(), "The same as long as the mark is, and every cell that the rule reads.")
    file = FrameColumn(pl.Int64(), "Which of several files, from 1; blank where there is one.", nullable=True, least=1)


# The unit separator: a comma or a space could also stand in a cell, and two lists of cells would join to one text.
_BETWEEN = "\x1f"
_HEX = 32  # half of SHA-256: enough that no two of a million places share a mark by chance


def layout_places(findings: Iterable[CellFinding]) -> pl.DataFrame:
    """Return the places of findings on a sheet as a whole, which are known again by rule, column and sentence."""
    rows = []
    for f in findings:
        mark = _BETWEEN.join((f.rule, f.column or ""))
        digests = _digest(mark), _digest(_BETWEEN.join((mark, f.message)))
        rows.append((f.rule, f.severity, f.sheet, f.row, f.column, f.cell, f.message, *digests, f.file))
    return pl.DataFrame(rows, Places.schema, orient="row")


def table_places(table: SheetTable, rules: Iterable[Rule], hits: Hits) -> pl.DataFrame:
    """Return the places of a table's failing cells, rule by rule, each in the order of the file.

    `mark` is the same while rule, column and key of the row are; `content` while besides every cell that the rule
    reads in the row is. Both are digests, so that the list repeats nothing of what a cell holds.
    """
    parts = [_of_rule(table, rule, hits[rule.id]) for rule in rules if len(hits[rule.id])]
    return pl.concat([Places.empty(), *parts])


def _of_rule(table: SheetTable, rule: Rule, hits: pl.Series) -> pl.DataFrame:
    names = [name for name in table.sheet.names if name in rule.reads or name == rule.column]
    failing = table.frame.select(*table.sheet.names, ROW, PLACE)[hits]
    key = [pl.col(name).fill_null("") for name in table.sheet.key]
    # Rows without a key are known by their line, for want of anything better.
    line = (
        pl.when(pl.all_horizontal(part == "" for part in key)).then(pl.col(ROW).cast(pl.String)).otherwise(pl.lit(""))
    )
    mark = pl.concat_str(pl.lit(rule.id), pl.lit(rule.column), *key, line, separator=_BETWEEN)
    content = pl.concat_str(mark, *(pl.col(name).fill_null("") for name in names), separator=_BETWEEN)
    marked = failing.with_columns(mark=mark, content=content)
    places = pl.concat(
        [
            rows.select(
                pl.lit(rule.id).alias("rule"),
                pl.lit(rule.severity).alias("severity"),
                pl.lit(part.name).alias("sheet"),
                (pl.col(ROW).cast(pl.Int64) % PART).alias("row"),
                pl.lit(rule.column).alias("column"),
                pl.concat_str(pl.lit(part.letters[rule.column]), (pl.col(PLACE) % PART).cast(pl.String)).alias("cell"),
                pl.lit(rule.message).alias("message"),
                "mark",
                "content",
                pl.lit(file, pl.Int64).alias("file"),
            )
            for file, part, rows in _by_file(table, marked)
        ]
    )
    return places.with_columns(_digests(places["mark"]), _digests(places["content"]))


def _by_file(table: SheetTable, rows: pl.DataFrame) -> Iterator[tuple[int | None, SheetTable, pl.DataFrame]]:
    """Yield each file with rows of its own, the table in it, and those rows; one file is not numbered."""
    if not table.parts:
        yield None, table, rows
    for file, part in table.parts:
        some = rows.filter(pl.col(ROW) // PART == file - 1)
        if some.height:
            yield file, part, some


def _digests(texts: pl.Series) -> pl.Series:
    return pl.Series(texts.name, [_digest(text) for text in texts], dtype=pl.String)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_HEX]


def row_content(rule: str, column: str | None, cells: Iterable[object]) -> str:
    """Return the digest of the row that a rule about a whole row looks at; it stays the same while all cells do."""
    return _digest(_BETWEEN.join((rule, column or "", *("" if cell is None else str(cell) for cell in cells))))


def compared(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Return what became of the places of an earlier version, by rule and column.

    Args:
        before: the places of the earlier version.
        now: the places of the later one.

    Returns:
        rule, column, severity, message, fixed, new, still (Int64); sorted; a place that a rule names twice counts
        twice, so that fixed + still are the earlier version's places and new + still the later one's.
    """
    counted = [
        places.group_by("rule", "column", "mark").agg(
            pl.len().cast(pl.Int64).alias(name), pl.col("severity", "message").first().name.suffix(f"_{name}")
        )
        for name, places in (("before", before), ("now", now))
    ]
    both = counted[0].join(counted[1], on=["rule", "column", "mark"], how="full", coalesce=True, nulls_equal=True)
    earlier, later = pl.col("before").fill_null(0), pl.col("now").fill_null(0)
    still = pl.min_horizontal(earlier, later)
    return (
        both.with_columns(fixed=earlier - still, new=later - still, still=still)
        .sort("rule", "column", "mark")
        .group_by("rule", "column", maintain_order=True)
        .agg(
            pl.coalesce("severity_now", "severity_before").first().alias("severity"),
            pl.coalesce("message_now", "message_before").first().alias("message"),
            pl.col("fixed", "new", "still").sum(),
        )
    )


def marked_new(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Return the places that the earlier version did not have."""
    return now.join(before.select("mark").unique(), on="mark", how="anti", maintain_order="left")
