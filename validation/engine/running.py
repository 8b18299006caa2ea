"""Runs rules over a parsed frame: all of them in one pass, each a check of a pandera schema."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrorReason, SchemaErrors

from validation.contract.errors import InternalFault
from validation.contract.model import Rule, value
from validation.files.parsing import Spelt

Hits = dict[str, pl.Series]

_CELLS_AT_ONCE = 6_000_000
_CALL = re.compile(r"([\w.]+)\(")
# What looks at one cell and at no other; an expression with anything else in it is given whole columns.
_CELLWISE = {
    "": ("col", "when", "then", "otherwise", "is_null", "is_not_null", "not", "fill_null", "cast", "strict_cast")
    + ("is_between", "is_in", "any_horizontal", "all_horizontal", "sum_horizontal", "max_horizontal", "replace_strict"),
    "str.": (
        "contains",
        "slice",
        "to_uppercase",
        "to_lowercase",
        "zfill",
        "replace_all",
        "extract_groups",
        "len_chars",
    ),
    "dt.": ("date", "year", "month", "day", "weekday", "offset_by"),
    "list.": ("contains", "length"),
    "struct.": ("field_by_name",),
}
_CELLWISE_NAMES = frozenset(f"{space}{name}" for space, names in _CELLWISE.items() for name in names)


def run(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Run rules over a parsed frame.

    Returns:
        `index` (Int64, the record from 0) and `rule` (the id) of every failing cell, rule by rule.

    Raises:
        InternalFault: a rule could not be evaluated.
    """
    found = {rule: hits for rule, hits in failing(frame, rules).items() if len(hits)}
    lists = {"index": list(found.values()), "rule": list(found)}
    return pl.DataFrame(lists, {"index": pl.List(pl.Int64), "rule": pl.String}).explode("index")


def failing(frame: pl.DataFrame, rules: Sequence[Rule], few: dict[str, Spelt] | None = None) -> Hits:
    """Return rule -> the records (UInt32, from 0, ascending) that break it, for every rule.

    Args:
        frame: the parsed frame.
        rules: to be run.
        few: columns of the frame as their few spellings; rules about one of these alone are asked once a spelling. They
            are used up, for the memory they take is needed by the rules that follow.

    Raises:
        InternalFault: a rule could not be evaluated.
    """
    if frame.is_empty():
        return {rule.id: pl.Series(dtype=pl.UInt32) for rule in rules}
    hits = _in_one_pass(frame, rules, {} if few is None else few)
    broken: list[str] = []
    schema = _schema(rules, hits, broken)
    fault, told = "", frozenset[str]()
    try:
        # The environment can switch pandera's checks off; a check that does not run must never pass.
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        fault = _fault(errors)
        told = frozenset() if fault else _told(errors)
    if broken or fault:
        raise InternalFault(broken[0] if broken else fault) from None
    if len(hits) != len(rules) or told != {rule for rule, records in hits.items() if len(records)}:
        raise InternalFault("the schema") from None
    return hits


def _in_one_pass(frame: pl.DataFrame, rules: Sequence[Rule], few: dict[str, Spelt]) -> Hits:
    """Evaluate rules together, which shares what they have in common and keeps all cores at work.

    Nothing comes back where any rule cannot be evaluated: each then is evaluated by its own check, which tells whose
    fault it is.
    """
    alone: dict[str, list[Rule]] = {}
    others: list[Rule] = []
    for rule in rules:
        column = alone_in(rule.fail)
        (alone.setdefault(column, []) if column in few else others).append(rule)
    hits: Hits = {}
    try:
        for column, some in alone.items():
            hits.update(_by_spelling(few.pop(column), some))
        few.clear()
        for some in _parts(others, frame.height):
            flags = frame.select(_failing(rule).alias(rule.id) for rule in some)
            hits.update({flag.name: flag.arg_true() for flag in flags})
    except pl.exceptions.PolarsError:
        return {}
    return hits


def _parts(rules: list[Rule], height: int) -> Iterator[list[Rule]]:
    """Yield as many rules at once as a file of this height leaves memory for: what they work with is as tall as it."""
    count = max(1, _CELLS_AT_ONCE // height)
    return (rules[start : start + count] for start in range(0, len(rules), count))


def _by_spelling(column: Spelt, rules: Sequence[Rule]) -> Hits:
    flags = column.table.select(_failing(rule).alias(rule.id) for rule in rules)
    none = pl.Series(dtype=pl.UInt32)
    return {flag.name: flag.gather(column.at).arg_true() if flag.any() else none for flag in flags}


def alone_in(expression: pl.Expr) -> str:
    """Return the column whose cells, each for itself, decide an expression; empty where more decides it."""
    roots = set(expression.meta.root_names())
    column = min(roots, key=len, default="").removesuffix(value(""))
    if not roots or not roots <= {column, value(column)}:
        return ""
    calls = {call.removeprefix(".") for call in _CALL.findall(str(expression))}
    return column if calls <= _CELLWISE_NAMES else ""


def _failing(rule: Rule) -> pl.Expr:
    return rule.fail.fill_null(False)


def _schema(rules: Sequence[Rule], hits: Hits, broken: list[str]) -> pa.DataFrameSchema:
    # A check that answers with one truth value keeps cells out of pandera's errors, and costs no copy of them. Checks
    # of the frame, not of its columns: pandera would put its errors together once a column, and then once more.
    columns = {rule.column: pa.Column(pl.String, nullable=True) for rule in rules}
    checks = [pa.Check(_passes(rule, hits, broken), name=rule.id, error=rule.id) for rule in rules]
    return pa.DataFrameSchema(columns, checks)


def _passes(rule: Rule, hits: Hits, broken: list[str]) -> Callable[[Any], bool]:
    def passes(data: Any) -> bool:
        if rule.id not in hits:
            try:
                hits[rule.id] = data.lazyframe.select(_failing(rule)).collect().to_series().arg_true()
            except pl.exceptions.PolarsError:
                # Left to pandera it would stand among its errors as text, which may quote cells.
                broken.append(rule.id)
                return False
        return hits[rule.id].is_empty()

    return passes


def _told(errors: SchemaErrors) -> frozenset[str]:
    return frozenset(str(error.check.name) for error in errors.schema_errors)


def _fault(errors: SchemaErrors) -> str:
    """Return the name of what is no finding but a fault; empty where there is none."""
    for error in errors.schema_errors:
        if error.reason_code is not SchemaErrorReason.DATAFRAME_CHECK:
            return str(error.check.name) if error.check is not None and hasattr(error.check, "name") else "the schema"
    return ""
