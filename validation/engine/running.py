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
_NOT_THE_SCHEMA = "the schema"
_OF_RULES = (SchemaErrorReason.DATAFRAME_CHECK, SchemaErrorReason.CHECK_ERROR)


@dataclass(frozen=True)
class Failures:
    """What breaks the rules of a schema in one frame.

    Attributes:
        records: every rule about rows -> the records that break it.
        sheet: the rules about the sheet as a whole that are broken -> what was found, such as a count.
        not_run: the rules that could not be evaluated, for a fault of ours; the others were.
    """

    records: Hits
    sheet: dict[str, str] = field(default_factory=dict)
    not_run: tuple[str, ...] = ()


def failures_of(schema: pa.DataFrameSchema, frame: pl.DataFrame, spellings: dict[str, Spelt] | None = None) -> Failures:
    """Return what breaks the rules of a schema: pandera's own verdict on the frame.

    Args:
        schema: of rules.
        frame: the parsed frame.
        spellings: columns of the frame as their few spellings, which are used up; see `Evaluation`.

    Raises:
        InternalFaultError: the frame is not as its contract has it, or pandera ran no rules, as where somebody
            switched its validation off. A rule that did not run must never pass.
    """
    evaluation = Evaluation({} if spellings is None else spellings)
    errors = _errors(schema, frame, evaluation)
    if any(error.reason_code not in _OF_RULES for error in errors):
        # `from None`: what pandera raises may quote cells (L5).
        raise InternalFaultError(_NOT_THE_SCHEMA) from None
    if evaluation.ran != {rule.id for rule in schema.checks}:
        raise InternalFaultError(_NOT_RUN) from None
    not_run = tuple(error.check.id for error in errors if error.reason_code is SchemaErrorReason.CHECK_ERROR)
    cases = {error.check.id: error.failure_cases for error in errors if error.check.id not in not_run}
    none = pl.Series(dtype=pl.UInt32)
    return Failures(
        {rule.id: cases.get(rule.id, none) for rule in schema.checks if isinstance(rule, Rule)},
        {rule.id: cases[rule.id] for rule in schema.checks if isinstance(rule, WholeRule) and rule.id in cases},
        not_run,
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


def failing(frame: pl.DataFrame, rules: Sequence[Rule], spellings: dict[str, Spelt] | None = None) -> Hits:
    """Return rule -> the records that break it, for rules outside any contract.

    Raises:
        InternalFaultError: as of `failures_of`, or a rule could not be evaluated.
    """
    columns = {rule.column: pa.Column(pl.String, nullable=True) for rule in rules}
    failures = failures_of(ReturnSchema(columns, checks=list(rules)), frame, spellings)
    if failures.not_run:
        raise InternalFaultError(failures.not_run[0])
    return failures.records


def run(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Run rules over a parsed frame.

    Returns:
        `index` (Int64, the record from 0) and `rule` (the id) of every failing cell, rule by rule.

    Raises:
        InternalFaultError: as of `failing`.
    """
    hits = {rule: records for rule, records in failing(frame, rules).items() if len(records)}
    lists = {"index": list(hits.values()), "rule": list(hits)}
    return pl.DataFrame(lists, {"index": pl.List(pl.Int64), "rule": pl.String}).explode("index")
