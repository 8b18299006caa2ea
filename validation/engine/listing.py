"""Which findings a report lists, and how: each cell, or once what has one cause in many cells of a column."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import polars as pl

from validation.contract.model import ROW
from validation.contract.outcome import OVERALL, PER_RULE, CellFinding, Options
from validation.contract.rules import Hits, Rule
from validation.contract.whole_column import about_column, about_run
from validation.engine.hints import hint
from validation.files.explained import PLACE
from validation.files.parts import PART
from validation.files.tables import SheetTable

_WHOLE_COLUMN, _NEARLY_ALL = 20, 0.9
_RUN = 3
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class TableFailures:
    """What breaks the rules of a table.

    Attributes:
        table: the table.
        rules: those about rows, in the order of their columns.
        hits: the records that break each of them.
        sheet: findings on the sheet as a whole.
        parsed: the table's frame with its parsed side columns.
        not_run: the rules that could not be evaluated, for a fault of ours.
        of_column: ids of the rules that a column breaks for one reason in all its cells.
    """

    table: SheetTable
    rules: tuple[Rule, ...]
    hits: Hits
    sheet: tuple[CellFinding, ...]
    parsed: pl.DataFrame
    not_run: tuple[str, ...]
    of_column: frozenset[str] = frozenset()


def listed_layout(findings: Iterable[CellFinding], options: Options) -> list[CellFinding]:
    """Return the findings on the layout that a report lists: all of them, or the first of each rule, runs once."""
    if options.everything:
        return list(findings)
    seen: Counter[str] = Counter()
    listed = []
    for finding in _runs_once(list(findings)):
        seen[finding.rule] += 1
        if seen[finding.rule] <= PER_RULE:
            listed.append(finding)
    return listed


def _runs_once(findings: list[CellFinding]) -> Iterator[CellFinding]:
    """Yield findings, those that say the same of cells below each other as one."""
    alike: dict[tuple[object, ...], list[tuple[int, CellFinding]]] = {}
    for number, finding in enumerate(findings):
        if finding.cell and finding.column:
            key = (finding.rule, finding.sheet, finding.column, finding.message, finding.file)
            alike.setdefault(key, []).append((number, finding))
    instead: dict[int, CellFinding | None] = {}
    for some in alike.values():
        for run in _runs(some):
            if len(run) >= _RUN:
                (first, finding), (_, last) = run[0], run[-1]
                message = about_run(len(run), finding.cell or "", last.cell or "", finding.message)
                instead |= {number: None for number, _ in run} | {first: replace(finding, message=message)}
    for number, finding in enumerate(findings):
        kept = instead.get(number, finding)
        if kept:
            yield kept


def _runs(findings: list[tuple[int, CellFinding]]) -> Iterator[list[tuple[int, CellFinding]]]:
    run: list[tuple[int, CellFinding]] = []
    for number, finding in findings:
        if run and _place(finding) != _place(run[-1][1]) + 1:
            yield run
            run = []
        run.append((number, finding))
    yield run


def _place(finding: CellFinding) -> int:
    return int((finding.cell or "").lstrip(_LETTERS) or 0)


def listed_failures(failed: TableFailures, options: Options) -> list[CellFinding]:
    """Return the findings of a table in the order of the file; all of them, or the first of each rule.

    What is wrong with a whole column has one cause, and so has what was filled down; it is listed once.
    """
    broken = [(number, rule) for number, rule in enumerate(failed.rules) if len(failed.hits[rule.id])]
    if not broken:
        return []
    once = frozenset() if options.everything else frozenset(r.id for _, r in broken if _of_whole_column(failed, r))
    listed = pl.concat([_listed(failed, number, options, once) for number, _ in broken]).sort("index", "number")
    kept = listed if options.everything else listed.head(OVERALL)
    columns = ("number", ROW, PLACE, "content", "cells")
    return [_finding(failed, options, once, *row) for row in kept.select(columns).iter_rows()]


def _finding(
    failed: TableFailures,
    options: Options,
    once: frozenset[str],
    number: int,
    row: int,
    place: int,
    content: str | None,
    cells: int,
) -> CellFinding:
    rule = failed.rules[number]
    table, file = failed.table.standing(row)
    letter = table.letters[rule.column]
    cell = f"{letter}{place % PART}"
    why = hint(rule, table.sheet, content)
    message = f"{rule.message} {why}" if why else rule.message
    if rule.id in once:
        message = about_column(len(failed.hits[rule.id]), message)
    elif cells > 1:
        message = about_run(cells, cell, f"{letter}{place % PART + cells - 1}", message)
    # What the cell holds may name a child, so a report repeats it only to its own sender, who asked for it (L5).
    shown = content if options.show_values else None
    return CellFinding(rule.id, rule.severity, table.name, row % PART, rule.column, cell, message, shown, file)


def _listed(failed: TableFailures, number: int, options: Options, once: frozenset[str]) -> pl.DataFrame:
    """Return where a rule is broken, and in how many cells from there down."""
    rule = failed.rules[number]
    hits = failed.hits[rule.id]
    shown, cells = hits, pl.Series([1], dtype=pl.UInt32).new_from_index(0, len(hits))
    if not options.everything:
        shown, cells = (hits.head(1), cells.head(1)) if rule.id in once else _first(failed, rule, hits, cells)
    places = failed.table.frame.select(ROW, PLACE, content=rule.column)[shown]
    return places.with_columns(shown.alias("index"), cells.alias("cells"), number=pl.lit(number, pl.Int32))


def _first(failed: TableFailures, rule: Rule, hits: pl.Series, cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the first records that break a rule, those below each other with the same content once, and how many."""
    # Beyond the cap only the count matters, so nothing is looked up where no cell was filled down.
    if not (rule.cellwise or rule.id.endswith(".unique")) or not (hits.diff(_RUN - 1) == _RUN - 1).any():
        return hits.head(PER_RULE), cells.head(PER_RULE)
    goes_on = (pl.col(PLACE).diff() == 1) & (pl.col("content") == pl.col("content").shift())
    places = failed.table.frame.select(PLACE, content=rule.column)[hits].with_columns(index=hits)
    runs = places.with_columns(run=(~goes_on).fill_null(True).cum_sum()).with_columns(cells=pl.len().over("run"))
    first = pl.int_range(pl.len()).over("run") == 0
    kept = runs.filter(first | (pl.col("cells") < _RUN)).head(PER_RULE)
    counts = pl.when(pl.col("cells") < _RUN).then(pl.lit(1, pl.UInt32)).otherwise("cells")
    return kept["index"], kept.select(counts.alias("cells")).to_series()


def _of_whole_column(failed: TableFailures, rule: Rule) -> bool:
    """Return whether nearly all filled cells of a column break a rule about single cells: they were written so."""
    if rule.id in failed.of_column:
        return True
    hits = len(failed.hits[rule.id])
    if hits < _WHOLE_COLUMN or not rule.cellwise or rule.id.endswith(".required"):
        return False
    filled = failed.table.frame.height - failed.table.frame[rule.column].null_count()
    return hits >= filled * _NEARLY_ALL
