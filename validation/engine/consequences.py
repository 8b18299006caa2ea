"""What another finding already explains is not said again: a column or value that is not there, a blank cell."""

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from validation.contract.model import Sheet
from validation.contract.rules import Hits, Rule

_BLANK = ".required"


def without_consequences(
    hits: Hits,
    rules: Sequence[Rule],
    sheet: Sheet,
    present: Collection[str],
    explained: Mapping[str, pl.Series] | None = None,
) -> Hits:
    """Return the records that break each rule, without those where a told cause is all that is wrong.

    A rule that reads a column which should be there and is not would fail at every row; one that reads a cell which is
    told to be blank, at that row. Where the value of a cell is lost, not even that it is blank would be true.

    Args:
        hits: rule -> the records that break it.
        rules: of the sheet.
        sheet: of the contract.
        present: its columns that are in the file.
        explained: column -> records at whose cell a finding on the file says what is wrong.
    """
    explained = explained or {}
    missing = {column.name for column in sheet.columns if column.required != "no" and column.name not in present}
    blanks = {
        rule.column: hits[rule.id]
        for rule in rules
        if rule.id.endswith(_BLANK) and rule.severity == "error" and len(hits[rule.id])
    }
    if not missing and not blanks and not explained:
        return hits
    causes = {column: [*_of(explained, column), *_of(blanks, column)] for column in {*explained, *blanks}}
    required = {column: [records] for column, records in explained.items()}
    return {
        rule.id: _unexplained(hits[rule.id], rule, (), required)
        if rule.id.endswith(_BLANK)
        else _unexplained(hits[rule.id], rule, missing, causes)
        for rule in rules
    }


def _of(records: Mapping[str, pl.Series], column: str) -> list[pl.Series]:
    return [records[column]] if column in records else []


def _unexplained(
    records: pl.Series, rule: Rule, missing: Collection[str], causes: Mapping[str, list[pl.Series]]
) -> pl.Series:
    if records.is_empty():
        return records
    if not rule.reads.isdisjoint(missing):
        return records.clear()
    explained = [cause for column in rule.reads for cause in causes.get(column, ())]
    return records.filter(~records.is_in(pl.concat(explained).implode())) if explained else records
