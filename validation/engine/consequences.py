"""What another finding already explains is not said again: a missing column, and a blank cell that every row needs."""

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from validation.contract.model import Sheet
from validation.contract.rules import Hits, Rule

_BLANK = ".required"


def without_consequences(hits: Hits, rules: Sequence[Rule], sheet: Sheet, present: Collection[str]) -> Hits:
    """Return the records that break each rule, without those where a told cause is all that is wrong.

    A rule that reads a column which should be there and is not would fail at every row; one that reads a cell which is
    told to be blank, at that row.

    Args:
        hits: rule -> the records that break it.
        rules: of the sheet.
        sheet: of the contract.
        present: its columns that are in the file.
    """
    missing = {column.name for column in sheet.columns if column.required != "no" and column.name not in present}
    blanks = {
        rule.column: hits[rule.id]
        for rule in rules
        if rule.id.endswith(_BLANK) and rule.severity == "error" and len(hits[rule.id])
    }
    if not missing and not blanks:
        return hits
    return {rule.id: _unexplained(hits[rule.id], rule, missing, blanks) for rule in rules}


def _unexplained(
    records: pl.Series, rule: Rule, missing: Collection[str], blanks: Mapping[str, pl.Series]
) -> pl.Series:
    if records.is_empty() or rule.id.endswith(_BLANK):
        return records
    if not rule.reads.isdisjoint(missing):
        return records.clear()
    explained = [blanks[column] for column in rule.reads if column in blanks]
    return records.filter(~records.is_in(pl.concat(explained).implode())) if explained else records
