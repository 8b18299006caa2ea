"""Runs the rules of a schema for pandera: all expressions in one pass, and places, never cells, in what it reports."""

from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from pandera.backends.base import CoreCheckResult
from pandera.backends.polars.container import DataFrameSchemaBackend
from pandera.config import ValidationScope
from pandera.errors import FailureCaseMetadata, SchemaDefinitionError, SchemaError, SchemaErrorReason
from pandera.validation_depth import validate_scope

from validation.contract.rules import Hits, Rule, WholeRule
from validation.files.parsing import Spelt

# Flags of so many rules and rows at once keep a file of a million rows below 1 GiB.
_CELLS_AT_ONCE = 6_000_000
_CASES = {
    "check": pl.String(),
    "column": pl.String(),
    "reason": pl.String(),
    "failures": pl.Int64(),
    "index": pl.List(pl.UInt32),
}


@dataclass
class Evaluation:
    """One run of a schema's checks over one frame.

    Attributes:
        spellings: columns of the frame as their few spellings; a cellwise rule on such a column is asked once a
            spelling. They are used up, for the memory they take is needed by the rules that follow.
        ran: the checks that ran, by id; None while none was asked to.
    """

    spellings: dict[str, Spelt] = field(default_factory=dict)
    ran: set[str] | None = None


EVALUATION: ContextVar[Evaluation | None] = ContextVar("EVALUATION", default=None)
"""The run that is going on: pandera hands a backend the frame and the schema, and nothing else."""


@dataclass(frozen=True)
class _WithSchema:
    """Stands for a frame whose columns were looked up: pandera asks the frame itself twice for each column."""

    schema: pl.Schema

    def collect_schema(self) -> pl.Schema:
        return self.schema


class RuleBackend(DataFrameSchemaBackend):
    """Pandera's backend for frames whose schema holds rules of ours and no other checks."""

    def collect_column_info(self, check_obj: pl.LazyFrame, schema: Any) -> Any:
        """Return which columns of the schema the frame has; none of ours is named by a pattern."""
        frame: Any = _WithSchema(check_obj.collect_schema())
        return super().collect_column_info(frame, schema)

    @validate_scope(scope=ValidationScope.DATA)  # type: ignore[untyped-decorator]
    def run_checks(self, check_obj: pl.LazyFrame, schema: Any) -> list[CoreCheckResult]:
        """Return what became of every check of the schema.

        Raises:
            SchemaDefinitionError: the schema has a check that is no rule, whose failure cases would quote cells.
        """
        checks: list[Rule | WholeRule] = schema.checks
        if strange := [check for check in checks if not isinstance(check, Rule | WholeRule)]:
            raise SchemaDefinitionError(f"{strange[0]} is no rule.")
        evaluation = EVALUATION.get() or Evaluation()
        frame = check_obj.collect()
        hits = hits_of(frame, [check for check in checks if isinstance(check, Rule)], evaluation.spellings)
        results = [
            _of_rows(rule, number, hits) if isinstance(rule, Rule) else _of_sheet(rule, number, frame)
            for number, rule in enumerate(checks)
        ]
        evaluation.ran = {rule.id for rule in checks}
        return results

    @validate_scope(scope=ValidationScope.SCHEMA)  # type: ignore[untyped-decorator]
    def run_schema_component_checks(
        self,
        check_obj: pl.LazyFrame,
        schema: Any,
        schema_components: list[Any],  # noqa: ARG002 - pandera's own signature
        lazy: bool,  # noqa: ARG002 - pandera's own signature
    ) -> list[CoreCheckResult]:
        """Return the columns of a wrong type; whether a cell may be blank is for a rule to say, which has a message."""
        types = check_obj.collect_schema()
        return [
            CoreCheckResult(
                passed=False,
                check=f"type of {name}",
                reason_code=SchemaErrorReason.WRONG_DATATYPE,
                message=f"{name} is {types[name]}, not {column.dtype}",
                failure_cases=name,
            )
            for name, column in schema.columns.items()
            if name in types and column.dtype is not None and types[name] != column.dtype.type
        ]

    def collect_schema_components(self, *_: Any, **__: Any) -> list[Any]:
        """Return no components: columns have a type and no checks of their own."""
        return []

    def failure_cases_metadata(
        self,
        schema_name: str,  # noqa: ARG002 - pandera's own signature
        schema_errors: list[SchemaError],
    ) -> FailureCaseMetadata:
        """Return one row a check that failed: the check, its column, why, how often, and at which records."""
        rows = [_case(error) for error in schema_errors]
        counts: dict[str, int] = {}
        for error in schema_errors:
            counts[error.reason_code.name] = counts.get(error.reason_code.name, 0) + 1
        return FailureCaseMetadata(
            failure_cases=pl.DataFrame(rows, _CASES, orient="row"),
            message={str(check): failures for check, _, _, failures, _ in rows},
            error_counts=counts,
        )


def _case(error: SchemaError) -> tuple[str, str | None, str, int, pl.Series | None]:
    check, cases = error.check, error.failure_cases
    rule = check if isinstance(check, Rule | WholeRule) else None
    at = cases if isinstance(cases, pl.Series) else None
    return rule.id if rule else str(check), rule.column if rule else None, error.reason_code.name, _count(at), at


def _count(records: pl.Series | None) -> int:
    return 1 if records is None else len(records)


def _of_rows(rule: Rule, number: int, hits: Hits) -> CoreCheckResult:
    records = hits.get(rule.id)
    if records is None:
        return _broken(rule, number)
    return CoreCheckResult(
        passed=records.is_empty(),
        check=rule,
        check_index=number,
        reason_code=SchemaErrorReason.DATAFRAME_CHECK,
        message=rule.id,
        failure_cases=records,
    )


def _of_sheet(rule: WholeRule, number: int, frame: pl.DataFrame) -> CoreCheckResult:
    try:
        fault = rule.fault_of(frame)
    except Exception:  # whatever a rule of ours raises, the others run (L9)
        return _broken(rule, number)
    return CoreCheckResult(
        passed=not fault,
        check=rule,
        check_index=number,
        reason_code=SchemaErrorReason.DATAFRAME_CHECK,
        message=rule.id,
        failure_cases=fault,
    )


def _broken(rule: Rule | WholeRule, number: int) -> CoreCheckResult:
    # The text of what polars raised may quote cells, so nothing is said of it but whose fault it is.
    return CoreCheckResult(
        passed=False, check=rule, check_index=number, reason_code=SchemaErrorReason.CHECK_ERROR, message=rule.id
    )


def hits_of(frame: pl.DataFrame, rules: Sequence[Rule], spellings: dict[str, Spelt]) -> Hits:
    """Return the records that break each rule; a rule that cannot be evaluated is left out."""
    if frame.is_empty():
        return {rule.id: _none() for rule in rules}
    try:
        # One rule that cannot be evaluated spoils the whole pass, and must not take the findings of the others with it
        # (L9).
        return _in_one_pass(frame, rules, spellings)
    except Exception:
        return dict(_one_by_one(frame, rules))


def _in_one_pass(frame: pl.DataFrame, rules: Sequence[Rule], spellings: dict[str, Spelt]) -> Hits:
    """Evaluate rules together, which shares what they have in common and keeps all cores at work."""
    by_column: dict[str, list[Rule]] = {}
    others: list[Rule] = []
    for rule in rules:
        column = min(rule.reads) if rule.cellwise else ""
        (by_column.setdefault(column, []) if column in spellings else others).append(rule)
    hits: Hits = {}
    for column, some in by_column.items():
        hits.update(_by_spelling(spellings.pop(column), some))
    # Nothing reads them any more, and the pass over all rows needs the memory.
    spellings.clear()
    for some in _parts(others, frame.height):
        hits.update({flag.name: flag.arg_true() for flag in frame.select(rule.flag for rule in some)})
    return hits


def _parts(rules: list[Rule], height: int) -> Iterator[list[Rule]]:
    """Yield as many rules at once as a file of this height leaves memory for: what they work with is as tall as it."""
    count = max(1, _CELLS_AT_ONCE // height)
    return (rules[start : start + count] for start in range(0, len(rules), count))


def _by_spelling(column: Spelt, rules: Iterable[Rule]) -> Hits:
    flags = column.table.select(rule.flag for rule in rules)
    return {flag.name: flag.gather(column.at).arg_true() if flag.any() else _none() for flag in flags}


def _one_by_one(frame: pl.DataFrame, rules: Iterable[Rule]) -> Iterator[tuple[str, pl.Series]]:
    """Yield the rules that can be evaluated, where some rule among them cannot."""
    for rule in rules:
        records = _records(frame, rule)
        if records is not None:
            yield rule.id, records


def _records(frame: pl.DataFrame, rule: Rule) -> pl.Series | None:
    try:
        return frame.select(rule.flag).to_series().arg_true()
    except Exception:  # of whatever kind, it is a fault of this rule and no other
        return None


def _none() -> pl.Series:
    return pl.Series(dtype=pl.UInt32)
