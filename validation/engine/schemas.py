"""The contract of a sheet as a pandera schema, for our own checks and for anybody's notebook."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pandera.polars as pa
import polars as pl
import yaml
from pandera.io.polars_io import serialize_schema

from models.themes import theme as theme_of
from validation.across.rule_sets import rule_set
from validation.contract.context import Context
from validation.contract.derived import derived
from validation.contract.model import CHILD_ROWS, PARENT_KNOWN, Column, Contract, Sheet, value
from validation.contract.rules import Rule, WholeRule
from validation.engine.backend import RuleBackend
from validation.files.parsing import TYPES, parse
from validation.returns import contract as contract_of

UNSTATED = (
    "where a row breaks a rule: the condition is a polars expression, or a function of the whole sheet",
    "how a cell as typed is read into its side column: the spellings of dates, numbers, codes and lists",
    "which rows keep and which break a rule: its examples",
    "what is asked of a file before its rows are read, and what is asked across returns",
)
"""What a schema written as YAML leaves out."""

_Any = TypeVar("_Any", Rule, WholeRule)

WAIVED = "This rule was waived for your return, so it asks for nothing."


class ReturnSchema(pa.DataFrameSchema):
    """A schema whose checks are rules of ours, run by a backend that reports places and never cells."""

    def to_yaml(self, stream: Any = None, *, minimal: bool = True) -> str | None:
        """Return the schema as YAML that stock pandera reads, or write it to a file.

        The checks of such a file would have to be pandera's own, so our rules in words stand under
        `metadata`, which pandera leaves aside; `UNSTATED` lists what cannot.
        """
        plain = pa.DataFrameSchema(self.columns, name=self.name, title=self.title, description=self.description)
        stated = serialize_schema(plain, minimal=minimal)
        for name, column in self.columns.items():
            if column.metadata:
                stated["columns"][name]["metadata"] = column.metadata
        stated["metadata"] = {**(self.metadata or {}), "rules": [_stated(rule) for rule in self.checks]}
        text: str = yaml.safe_dump(stated, sort_keys=False, allow_unicode=True, width=120)
        if stream is None:
            return text
        if hasattr(stream, "write"):
            stream.write(text)
        else:
            Path(stream).write_text(text, encoding="utf-8")
        return None


# Pandera looks for a backend by the class of the schema and of the frame.
ReturnSchema.register_backend(pl.DataFrame, RuleBackend)
ReturnSchema.register_backend(pl.LazyFrame, RuleBackend)


def schema(
    code: str,
    *,
    theme: str,
    announced: date,
    sheet: str | None = None,
    area: str | None = None,
    extract: date | None = None,
) -> ReturnSchema:
    """Return the schema by which a sheet of a return is checked; its frames are made by `parsed`.

    Args:
        code: the return, such as `LA-DA`.
        theme: the theme version, such as `domestic-abuse-2024`.
        announced: the day of the announcement.
        sheet: the sheet; the main one where none is named.
        area: the code of the inspected area, where rules are to compare with it.
        extract: the day on which the data was drawn, where that is known.

    Raises:
        UnknownReturnError: no contract has this code.
        UnknownThemeError: there is no such theme.
        KeyError: the return has no such sheet.
    """
    context = Context(theme_of(theme), announced, area, extract)
    contract = contract_of(code, context.theme)
    return schema_of(contract, _sheet(contract, sheet), context)


def parsed(frame: pl.DataFrame, code: str, *, theme: str | None = None, sheet: str | None = None) -> pl.DataFrame:
    """Return the cells of a sheet as `schema` checks them: as typed, and beside each its parsed value.

    Args:
        frame: String columns under the headers of the contract; a column that is not there is blank.
        code: the return.
        theme: by which `schema` checks them; about domestic abuse where none is named.
        sheet: the sheet; the main one where none is named.

    Raises:
        UnknownReturnError: no contract has this code.
        UnknownThemeError: there is no such theme.
        KeyError: the return has no such sheet.
    """
    target = _sheet(contract_of(code, theme_of(theme) if theme else None), sheet)
    cells = frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(pl.String).alias(name) for name in target.names
    )
    alone = [pl.lit(None, pl.UInt32).alias(CHILD_ROWS), pl.lit(None, pl.Boolean).alias(PARENT_KNOWN)]
    return parse(cells, target).with_columns(alone)


def _sheet(contract: Contract, name: str | None) -> Sheet:
    return {sheet.name: sheet for sheet in contract.sheets}[name or contract.main.name]


def schema_of(
    contract: Contract, sheet: Sheet, context: Context, present: Collection[str] | None = None
) -> ReturnSchema:
    """Return the schema of a sheet under a request, its rules in the order of their columns.

    Args:
        contract: of the return.
        sheet: of the contract.
        context: the circumstances.
        present: the columns that are in the file, whose rules alone are asked; all columns where it is not given.
    """
    place = {name: n for n, name in enumerate(sheet.names)}
    in_play = place if present is None else present
    rules = [rule for rule in rules_of(contract, sheet, context) if rule.column in in_play]
    rules.sort(key=lambda rule: place[rule.column])
    return ReturnSchema(
        _columns(contract, sheet, rules),
        checks=[*rules, *whole_rules_of(sheet, context)],
        name=sheet.name,
        title=contract.title,
        description=contract.purpose,
        metadata={
            "return": contract.code,
            "version": contract.version,
            "rule_set": context.rule_set,
            "announced": context.announced.isoformat(),
            "key": list(sheet.key),
            "unstated": list(UNSTATED),
        },
    )


def rules_of(contract: Contract, sheet: Sheet, context: Context) -> tuple[Rule, ...]:
    """Return every rule about rows of a sheet under the theme's rule set: those its columns imply, then its own.

    A rule that was waived for this request only counts.
    """
    implied, left_out = derived(contract, sheet), {column.name for column in sheet.unasked}
    # Where a theme needs in every row what others need in some, the columns themselves imply it.
    ids = {rule.id for rule in implied}
    own = [rule for rule in sheet.rules(context) if rule.id not in ids and _can_be_broken(rule, left_out)]
    rules = rule_set(context.theme).applied((*implied, *own))
    return tuple(_weighed(rule, context) for rule in rules)


def _can_be_broken(rule: Rule, left_out: Collection[str]) -> bool:
    """Return whether rows can break a rule although the theme leaves columns out."""
    return rule.column not in left_out and any(row.keys().isdisjoint(left_out) for row in rule.fails_on)


def whole_rules_of(sheet: Sheet, context: Context) -> tuple[WholeRule, ...]:
    """Return the rules about a sheet as a whole under a request."""
    rules = rule_set(context.theme).applied(sheet.whole)
    return tuple(_weighed(rule.under(context), context) for rule in rules)


def _weighed(rule: _Any, context: Context) -> _Any:
    return rule.weighing("info", f"{rule.message} {WAIVED}") if rule.id in context.waived else rule


def _columns(contract: Contract, sheet: Sheet, rules: list[Rule]) -> dict[str, pa.Column]:
    filled = {rule.column for rule in rules if rule.id.endswith(".required") and rule.severity == "error"}
    needed = {column.name for column in sheet.columns if column.required == "yes"} & filled
    typed = {column.name: _as_typed(column, nullable=column.name not in needed) for column in sheet.columns}
    values = {value(column.name): _as_parsed(column) for column in sheet.columns}
    beside = {CHILD_ROWS: _beside(pl.UInt32(), f"How many rows of other sheets of {contract.code} name this row.")}
    if sheet.parent:
        words = f"Whether {sheet.parent} stands on the sheet {contract.main.name}."
        beside[PARENT_KNOWN] = _beside(pl.Boolean(), words)
    return typed | values | beside


def _as_typed(column: Column, *, nullable: bool) -> pa.Column:
    stated: dict[str, object] = {"type": column.type, "required": column.required, "example": column.example}
    if column.when:
        stated["when"] = column.when
    if column.codes:
        stated["codes"] = list(column.codes.values)
    stated |= {
        name: bound for name, bound in (("minimum", column.minimum), ("maximum", column.maximum)) if bound is not None
    }
    return pa.Column(pl.String(), nullable=nullable, title=column.name, description=column.guidance, metadata=stated)


def _as_parsed(column: Column) -> pa.Column:
    words = f"What {column.name} was read as; blank where it is blank or cannot be read."
    return pa.Column(TYPES[column.type], nullable=True, description=words)


def _beside(dtype: pl.DataType, words: str) -> pa.Column:
    return pa.Column(dtype, nullable=True, required=False, description=words)


def _stated(rule: Rule | WholeRule) -> dict[str, object]:
    """Return a rule in words, as values that YAML can hold."""
    names = ("id", "column", "severity", "message", "source", "added")
    about = {"about": "rows" if isinstance(rule, Rule) else "the sheet"}
    reads = {"reads": sorted(rule.reads), "cellwise": rule.cellwise} if isinstance(rule, Rule) else {}
    return {name: getattr(rule, name) for name in names} | about | reads
