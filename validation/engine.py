"""Runs the rules of a contract over a file's sheets and gathers every finding with its cell."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrorReason, SchemaErrors

from validation.context import Context
from validation.derived import derived
from validation.faults import InternalFault, Unreadable
from validation.model import CHILD_ROWS, PARENT_KNOWN, ROW, Contract, Rule, Sheet, value
from validation.outcome import OVERALL, PER_RULE, Finding, Options, Outcome, Verdict, unreadable
from validation.parsing import parse
from validation.readers import Read, read
from validation.returns import CONTRACTS
from validation.rulesets import rule_set
from validation.stamp import extract_of, stamp_findings, stamp_of
from validation.tables import PLACE, Table, all_headings, locate

_NIL = (
    "The sheet has headers but no rows. If there is nothing to report, say so with a nil return "
    "instead of an empty file; "
    "if there is, add the rows and send it again."
)


def rules_of(contract: Contract, sheet: Sheet, context: Context) -> tuple[Rule, ...]:
    """Return every rule of a sheet under the theme's rule set: those its columns imply, then its own."""
    return rule_set(context.theme).applied((*derived(contract, sheet), *sheet.rules(context)))


def headings() -> frozenset[str]:
    """Return the headers of all returns in comparable form, by which readers know a header line."""
    return all_headings(tuple(CONTRACTS.values()))


def check_file(source: Path | bytes, contract: Contract, context: Context, options: Options | None = None) -> Outcome:
    """Read a file and check it; a file that cannot be read has the verdict `unreadable`.

    Raises:
        InternalFault: a rule of ours failed.
        OSError: the path cannot be opened.
    """
    try:
        sheets = read(source, headings())
    except Unreadable as error:
        return unreadable(contract.code, str(error), context.theme.rule_set, contract.version)
    return check(sheets, contract, context, options)


def check(sheets: Read, contract: Contract, context: Context, options: Options | None = None) -> Outcome:
    """Check the sheets of a file against a contract.

    Raises:
        InternalFault: a rule of ours failed; only its id is told.
    """
    try:
        return _checked(sheets, contract, context, options or Options())
    except pl.exceptions.PolarsError as error:
        # The text of such an error may quote cells; its kind may not.
        fault = type(error).__name__
    raise InternalFault(fault)


def _checked(sheets: Read, contract: Contract, context: Context, options: Options) -> Outcome:
    stamp = stamp_of(sheets.grids)
    wrong = stamp_findings(stamp, contract, context)
    tables, layout = ([], list(wrong)) if wrong else locate(sheets.grids, contract, tuple(CONTRACTS.values()))
    context = replace(context, extract=context.extract or extract_of(stamp))
    parsed = _parsed(tables)
    failures = [_failures(contract, frame, table, context) for frame, table in zip(parsed, tables, strict=True)]
    for frame, table in zip(parsed, tables, strict=True):
        layout.extend(table.findings)
        layout.extend(_whole(frame, table, context))
    return _outcome(contract, context, sheets.notes, tables, layout, failures, options)


def _parsed(tables: list[Table]) -> list[pl.DataFrame]:
    """Return each table's frame with its parsed side columns, and how parent and child sheets hang together."""
    frames = [parse(t.frame, t.sheet).with_columns(pl.lit(None, pl.UInt32).alias(CHILD_ROWS)) for t in tables]
    for n, table in enumerate(tables):
        parent = value(table.sheet.parent)
        if table.sheet.parent:
            known = frames[0][parent].implode()
            counts = frames[n].group_by(parent).agg(pl.len().cast(pl.UInt32).alias(CHILD_ROWS))
            frames[n] = frames[n].with_columns(pl.col(parent).is_in(known).alias(PARENT_KNOWN))
            counted = frames[0].drop(CHILD_ROWS).join(counts, on=parent, how="left", maintain_order="left")
            frames[0] = counted.with_columns(pl.col(CHILD_ROWS).fill_null(0))
    return frames


def _whole(frame: pl.DataFrame, table: Table, context: Context) -> list[Finding]:
    if frame.is_empty():
        return [] if table.sheet.optional else [Finding("FILE.no_rows", "error", table.name, None, None, None, _NIL)]
    found = table.sheet.whole(frame, context)
    held = rule_set(context.theme)
    return [
        Finding(w.id, held.severity(w.id, w.severity), table.name, None, w.column, None, w.message)
        for w in found
        if w.id not in held.off
    ]


@dataclass(frozen=True)
class _Failures:
    """Every failing cell of a table: `index` of the record, `rule` as its place in `rules`; sorted."""

    table: Table
    rules: tuple[Rule, ...]
    frame: pl.DataFrame
    parsed: pl.DataFrame


def _failures(contract: Contract, frame: pl.DataFrame, table: Table, context: Context) -> _Failures:
    # A column that is not in the file is one finding on the layout, not one a row.
    place = {name: n for n, name in enumerate(table.sheet.names)}
    present = (r for r in rules_of(contract, table.sheet, context) if r.column in table.letters)
    rules = tuple(sorted(present, key=lambda r: place[r.column]))
    order = {rule.id: n for n, rule in enumerate(rules)}
    found = run(frame, rules)
    numbered = found.with_columns(pl.col("rule").replace_strict(order, default=None, return_dtype=pl.Int32))
    return _Failures(table, rules, numbered.sort("index", "rule"), frame)


def run(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Run rules over a parsed frame.

    Returns:
        `index` (Int64, the record from 0) and `rule` (the id) of every failing cell, in no order.

    Raises:
        InternalFault: a rule could not be evaluated.
    """
    empty = pl.DataFrame(schema={"index": pl.Int64, "rule": pl.String})
    if frame.is_empty():
        return empty
    schema = _schema(rules)
    fault: str | None = None
    try:
        # The environment can switch pandera's checks off; a check that does not run must never pass.
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            schema.validate(frame, lazy=True)
        return empty
    except SchemaErrors as errors:
        fault = _fault(errors)
        cases: pl.DataFrame = errors.failure_cases.select(pl.col("index").cast(pl.Int64), pl.col("check").alias("rule"))
    if fault:
        raise InternalFault(fault) from None
    return cases


def _schema(rules: Sequence[Rule]) -> pa.DataFrameSchema:
    checks: dict[str, list[pa.Check]] = {}
    for rule in rules:
        checks.setdefault(rule.column, []).append(pa.Check(_passes(rule), name=rule.id, error=rule.id))
    return pa.DataFrameSchema({name: pa.Column(pl.String, some, nullable=True) for name, some in checks.items()})


def _passes(rule: Rule) -> Callable[[Any], pl.LazyFrame]:
    expression = rule.fail.fill_null(False).not_()

    def passes(data: Any) -> pl.LazyFrame:
        frame: pl.LazyFrame = data.lazyframe.select(expression)
        return frame

    return passes


def _fault(errors: SchemaErrors) -> str | None:
    for error in errors.schema_errors:
        if error.reason_code is not SchemaErrorReason.DATAFRAME_CHECK:
            return str(error.check.name) if error.check is not None and hasattr(error.check, "name") else "the schema"
    return None


def _outcome(
    contract: Contract,
    context: Context,
    notes: tuple[str, ...],
    tables: list[Table],
    layout: list[Finding],
    failures: list[_Failures],
    options: Options,
) -> Outcome:
    counts, severity = Counter(f.rule for f in layout), {f.rule: f.severity for f in layout}
    for failed in failures:
        severity.update({r.id: r.severity for r in failed.rules})
        for number, count in failed.frame.group_by("rule").len().iter_rows():
            counts[failed.rules[number].id] += count
    errors = sum(n for rule, n in counts.items() if severity[rule] == "error")
    queries = sum(n for rule, n in counts.items() if severity[rule] == "query")
    shown = [*_capped(layout, options), *(f for failed in failures for f in _shown(failed, options))]
    findings = tuple(shown if options.everything else shown[:OVERALL])
    verdict: Verdict = "rejected" if errors else "queried" if queries else "accepted"
    rows = next((t.frame.height for t in tables if t.sheet is contract.main), 0)
    frames = {} if errors else {f.table.sheet.name: _canonical(f) for f in failures}
    truncated = len(findings) < sum(counts.values())
    version = contract.version
    return Outcome(
        contract.code,
        verdict,
        rows,
        errors,
        queries,
        findings,
        dict(sorted(counts.items())),
        truncated,
        notes,
        context.theme.rule_set,
        version,
        frames,
    )


def _capped(layout: list[Finding], options: Options) -> list[Finding]:
    seen: Counter[str] = Counter()
    kept = []
    for finding in layout:
        seen[finding.rule] += 1
        if options.everything or seen[finding.rule] <= PER_RULE:
            kept.append(finding)
    return kept


def _shown(failed: _Failures, options: Options) -> list[Finding]:
    frame = failed.frame
    if not options.everything:
        frame = frame.filter(pl.int_range(pl.len()).over("rule") < PER_RULE).head(OVERALL)
    table = failed.table
    lines, places = table.frame[ROW], table.frame[PLACE]
    shown = []
    for index, number in frame.select("index", "rule").iter_rows():
        rule = failed.rules[number]
        cell = f"{table.letters[rule.column]}{places[index]}"
        held = table.frame[rule.column][index] if options.show_values else None
        shown.append(Finding(rule.id, rule.severity, table.name, lines[index], rule.column, cell, rule.message, held))
    return shown


def _canonical(failed: _Failures) -> pl.DataFrame:
    """Return the typed frame: the line as `row`, then the contract's columns and nothing else."""
    typed = [pl.col(value(name)).alias(name) for name in failed.table.sheet.names]
    return failed.parsed.select(pl.col(ROW).cast(pl.Int64).alias("row"), *typed)
