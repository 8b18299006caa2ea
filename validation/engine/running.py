"""Checks parsed frames against their schema, and makes sure that every rule of it ran."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

from validation.contract.errors import InternalFaultError
from validation.contract.rules import Hits, Rule, WholeRule
from validation.engine.backend import EVALUATION, Evaluation
from validation.engine.schemas import ReturnSchema
from validation.files.parsing import Spelt

_NOT_RUN = "the rules were not run"


@dataclass(frozen=True)
class Failures:
    """What breaks the rules of a schema in one frame.

    Attributes:
        records: every rule about rows -> the records that break it.
        sheet: the rules about the sheet as a whole that are broken -> what was found, such as a count.
    """

    records: Hits
    sheet: dict[str, str] = field(default_factory=dict)


def failures_of(schema: pa.DataFrameSchema, frame: pl.DataFrame, spellings: dict[str, Spelt] | None = None) -> Failures:
    """Return what breaks the rules of a schema: pandera's own verdict on the frame.

    Args:
        schema: of rules.
        frame: the parsed frame.
        spellings: columns of the frame as their few spellings, which are used up; see `Evaluation`.

    Raises:
        InternalFaultError: a rule could not be evaluated, or pandera did not run it, as where somebody switched its
            validation off. A rule that did not run must never pass.
    """
    evaluation = Evaluation({} if spellings is None else spellings)
    errors = _errors(schema, frame, evaluation)
    if fault := next((error for error in errors if error.reason_code is not SchemaErrorReason.DATAFRAME_CHECK), None):
        # `from None`: what pandera raises may quote cells (L5).
        raise InternalFaultError(_name(fault)) from None
    if evaluation.ran != {rule.id for rule in schema.checks}:
        raise InternalFaultError(_NOT_RUN) from None
    cases = {error.check.id: error.failure_cases for error in errors}
    none = pl.Series(dtype=pl.UInt32)
    return Failures(
        {rule.id: cases.get(rule.id, none) for rule in schema.checks if isinstance(rule, Rule)},
        {rule.id: cases[rule.id] for rule in schema.checks if isinstance(rule, WholeRule) and rule.id in cases},
    )


def _errors(schema: pa.DataFrameSchema, frame: pl.DataFrame, evaluation: Evaluation) -> list[SchemaError]:
    before = EVALUATION.set(evaluation)
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as failed:
        errors: list[SchemaError] = failed.schema_errors
        return errors
    finally:
        EVALUATION.reset(before)
    return []


def _name(error: SchemaError) -> str:
    return error.check.id if isinstance(error.check, Rule | WholeRule) else "the schema"


def failing(frame: pl.DataFrame, rules: Sequence[Rule], spellings: dict[str, Spelt] | None = None) -> Hits:
    """Return rule -> the records that break it, for rules outside any contract.

    Raises:
        InternalFaultError: as of `failures_of`.
    """
    columns = {rule.column: pa.Column(pl.String, nullable=True) for rule in rules}
    return failures_of(ReturnSchema(columns, checks=list(rules)), frame, spellings).records


def run(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Run rules over a parsed frame.

    Returns:
        `index` (Int64, the record from 0) and `rule` (the id) of every failing cell, rule by rule.

    Raises:
        InternalFaultError: as of `failures_of`.
    """
    hits = {rule: records for rule, records in failing(frame, rules).items() if len(records)}
    lists = {"index": list(hits.values()), "rule": list(hits)}
    return pl.DataFrame(lists, {"index": pl.List(pl.Int64), "rule": pl.String}).explode("index")
