"""Cells of which a finding on the file already says what is wrong, so that no rule need say it again, or untruly."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from validation.contract.file_rules import FileRule
from validation.files.parts import PART
from validation.files.readers.grid import Mark
from validation.files.rules import cells as cell_rules
from validation.files.rules import characters as character_rules
from validation.files.rules import rows as row_rules
from validation.files.splitting import FoundSheet

PLACE = "__place"
"""Column of a frame: the spreadsheet row of each record."""

_OF_KIND = {
    "error": cell_rules.ERROR_VALUE,
    "error_text": cell_rules.ERROR_TEXT,
    "uncalculated": cell_rules.UNCALCULATED,
    "lost_value": cell_rules.LOST_VALUE,
    "merged": cell_rules.MERGED_CELLS,
    "cut": row_rules.CUT_ROW,
    "guessed": character_rules.GUESSED,
    "control": character_rules.CONTROL,
    "lost": character_rules.LOST_LETTER,
    "twice": character_rules.TWICE,
    "entity": character_rules.ENTITY,
    "escaped": character_rules.ESCAPED,
    "unseen": character_rules.UNSEEN,
    "questioned": character_rules.QUESTIONED,
}
_OF_TEXT = ("error_text", "questioned", "unseen")
# What holds a value, if with an odd character in it, is checked like any other cell.
_WITHOUT_VALUE = ("error", "error_text", "uncalculated", "lost_value", "merged", "cut")


@dataclass(frozen=True, order=True)
class ExplainedCells:
    """Cells below each other in one column.

    Attributes:
        first: their first spreadsheet row.
        last: their last spreadsheet row.
        column: of the contract.
        rule: the id of the rule under which a finding speaks of them.
        blanks: whether it speaks only of those that are blank, as below the first of merged cells.
    """

    first: int
    last: int
    column: str
    rule: str
    blanks: bool = False

    def in_file(self, number: int) -> "ExplainedCells":
        """Return the cells as those of a file of several, counted from 1."""
        return replace(self, first=self.first + (number - 1) * PART, last=self.last + (number - 1) * PART)


def rule_of(mark: Mark, claim: FoundSheet, columns: Mapping[int, str]) -> tuple[FileRule, str] | None:
    """Return the rule under which a mark is told, and its column; None where it is not told.

    Args:
        mark: of the reader.
        claim: the sheet; what stands in its headers, or above or below its rows, is not told.
        columns: column of the sheet, from 0 -> column of the contract.
    """
    column = columns.get(mark.column)
    if column is None and mark.last_column > mark.column:
        column = next((columns[c] for c in range(mark.column, mark.last_column + 1) if c in columns), None)
    if mark.record <= claim.record or column is None:
        return None
    # A formula filled in beforehand below all rows is no loss; a cell whose value is lost is, though alone in its row.
    if mark.record >= claim.grid.frame.height and mark.kind not in ("error", "lost_value"):
        return None
    # In other columns the text itself breaks a rule; in prose a question mark may be meant.
    wanted = claim.sheet.column(column)
    if mark.kind in _OF_TEXT and wanted.type != "string":
        return None
    if mark.kind == "questioned" and wanted.shape == "prose":
        return None
    return _OF_KIND[mark.kind], column


def explained_cells(claim: FoundSheet, columns: Mapping[int, str]) -> Iterator[ExplainedCells]:
    """Yield the cells without a value of which the findings on a sheet speak; arguments as of `rule_of`."""
    places = claim.grid.places
    for mark in claim.grid.marks:
        named = rule_of(mark, claim, columns) if mark.kind in _WITHOUT_VALUE else None
        if named is None:
            continue
        last = min(max(mark.record, mark.last_record), claim.grid.frame.height - 1)
        merged = mark.kind == "merged"
        for number in range(mark.column, max(mark.column, mark.last_column) + 1):
            # The first of merged cells is the one that may hold a value.
            first = mark.record + (merged and number == mark.column)
            if number in columns and first <= last:
                yield ExplainedCells(places[first], places[last], columns[number], named[0].id, merged)


def explained_records(
    cells: Iterable[ExplainedCells], frame: pl.DataFrame, waived: Collection[str] = ()
) -> dict[str, pl.Series]:
    """Return column -> the records (UInt32) whose cell a finding speaks of.

    Args:
        cells: of which findings speak.
        frame: the rows that were read, in the order of their `PLACE`.
        waived: ids of rules that weigh nothing here, under which nothing is explained.
    """
    by_column: dict[tuple[str, bool], list[ExplainedCells]] = {}
    for cell in sorted(cells):
        if cell.rule not in waived:
            by_column.setdefault((cell.column, cell.blanks), []).append(cell)
    records: dict[str, pl.Series] = {}
    for (column, blanks), some in by_column.items():
        within = _records(some, frame[PLACE])
        if blanks:
            within = within.filter(frame[column][within].is_null())
        records[column] = pl.concat([records[column], within]).unique() if column in records else within
    return records


def _records(cells: list[ExplainedCells], places: pl.Series) -> pl.Series:
    """Return the records at cells of one column that are in order; those of overlapping blocks once."""
    starts = places.search_sorted(pl.Series([cell.first for cell in cells], dtype=pl.Int64), "left").to_list()
    ends = places.search_sorted(pl.Series([cell.last for cell in cells], dtype=pl.Int64), "right").to_list()
    spans, after = [], 0
    for start, end in zip(starts, ends, strict=True):
        if end > max(start, after):
            spans.append(pl.int_range(max(start, after), end, dtype=pl.UInt32, eager=True))
            after = end
    return pl.concat(spans) if spans else pl.Series(dtype=pl.UInt32)
