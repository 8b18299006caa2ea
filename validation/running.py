"""Runs rules over a parsed frame: all of them in one pass, each a check of a pandera schema."""

from collections.abc import Callable, Sequence
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrorReason, SchemaErrors

from validation.faults import InternalFault
from validation.model import Rule

Hits = dict[str, pl.Series]


def run(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Run rules over a parsed frame.

    Returns:
        `index` (Int64, the record from 0) and `rule` (the id) of every failing cell, rule by rule.

    Raises:
        InternalFault: a rule could not be evaluated.
    """
    empty = pl.DataFrame(schema={"index": pl.Int64, "rule": pl.String})
    found = failing(frame, rules)
    parts = [
        hits.cast(pl.Int64).alias("index").to_frame().with_columns(rule=pl.lit(rule))
        for rule, hits in found.items()
        if len(hits)
    ]
    return pl.concat([empty, *parts])


def failing(frame: pl.DataFrame, rules: Sequence[Rule]) -> Hits:
    """Return rule -> the records (UInt32, from 0, ascending) that break it, for every rule.

    Raises:
        InternalFault: a rule could not be evaluated.
    """
    if frame.is_empty():
        return {rule.id: pl.Series(dtype=pl.UInt32) for rule in rules}
    hits = _in_one_pass(frame, rules)
    schema = _schema(rules, hits)
    fault: str | None = None
    try:
        # The environment can switch pandera's checks off; a check that does not run must never pass.
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        fault = _fault(errors)
    if fault is None and len(hits) != len(rules):
        fault = "the schema"
    if fault is not None:
        raise InternalFault(fault) from None
    return hits


def _in_one_pass(frame: pl.DataFrame, rules: Sequence[Rule]) -> Hits:
    """Evaluate all rules at once, which shares what they have in common and keeps all cores at work.

    Nothing comes back where any rule cannot be evaluated: each then is evaluated by its own check, which tells whose
    fault it is.
    """
    try:
        flags = frame.select(_broken(rule).alias(rule.id) for rule in rules)
    except pl.exceptions.PolarsError:
        return {}
    return {flag.name: flag.arg_true() for flag in flags}


def _broken(rule: Rule) -> pl.Expr:
    return rule.fail.fill_null(False)


def _schema(rules: Sequence[Rule], hits: Hits) -> pa.DataFrameSchema:
    # A check that answers with one truth value keeps cells out of pandera's errors, and costs no copy of them. Checks
    # of the frame, not of its columns: pandera would put its errors together once a column, and then once more.
    columns = {rule.column: pa.Column(pl.String, nullable=True) for rule in rules}
    return pa.DataFrameSchema(columns, [pa.Check(_passes(rule, hits), name=rule.id, error=rule.id) for rule in rules])


def _passes(rule: Rule, hits: Hits) -> Callable[[Any], bool]:
    def passes(data: Any) -> bool:
        if rule.id not in hits:
            hits[rule.id] = data.lazyframe.select(_broken(rule)).collect().to_series().arg_true()
        return hits[rule.id].is_empty()

    return passes


def _fault(errors: SchemaErrors) -> str | None:
    for error in errors.schema_errors:
        if error.reason_code is not SchemaErrorReason.DATAFRAME_CHECK:
            return str(error.check.name) if error.check is not None and hasattr(error.check, "name") else "the schema"
    return None
