"""Rows and files for the tests: the contract's own example row, and files made of rows."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from models.themes import theme
from validation.contract.context import Context
from validation.contract.model import CHILD_ROWS, PARENT_KNOWN, Contract, Sheet, value
from validation.contract.outcome import Options, Outcome
from validation.contract.rules import Row
from validation.engine.checking import check_file
from validation.files.parsing import parse

CONTEXT = Context(theme("domestic-abuse-2024"), date(2025, 2, 24), "E06000038", agency="police")

# What the columns' own examples leave to be settled: a born child, in an evaluation still within the period.
_SETTLED: Row = {"expected_date_of_birth": None, "pre_birth_assessment": None, "period_reviewed_to": "20/02/2025"}


def example_row(sheet: Sheet) -> dict[str, str | None]:
    """Return a row that keeps every rule of the sheet."""
    return {c.name: _SETTLED.get(c.name, c.example) for c in sheet.columns}


def frame_of(contract: Contract, sheet: Sheet, rows: Iterable[Row]) -> pl.DataFrame:
    """Return rows, as changes to the example row, as a parsed frame."""
    full = [{**example_row(sheet), **row} for row in rows]
    schema = dict.fromkeys(sheet.names, pl.String)
    frame = parse(pl.DataFrame(full, schema=schema), sheet).with_columns(pl.lit(1, pl.UInt32).alias(CHILD_ROWS))
    if not sheet.parent:
        return frame
    known = contract.main.column(sheet.parent).example
    return frame.with_columns((pl.col(value(sheet.parent)) == known).alias(PARENT_KNOWN))


def csv_of(sheet: Sheet, rows: Iterable[Row], delimiter: str = ",", headers: Mapping[str, str] | None = None) -> str:
    """Return rows, as changes to the example row, as CSV text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow([(headers or {}).get(n, n) for n in sheet.names])
    for row in rows:
        full = {**example_row(sheet), **row}
        writer.writerow([full[n] or "" for n in sheet.names])
    return out.getvalue()


def checked(contract: Contract, *rows: Row, context: Context = CONTEXT, options: Options | None = None) -> Outcome:
    """Check rows, as changes to the example row, sent as CSV."""
    return check_file(csv_of(contract.main, rows).encode(), contract, context, options)
