"""Rules that follow from the columns alone: required, of the right type, one of the codes, within the range."""

from collections.abc import Iterator

import polars as pl

from validation.contract.model import Column, Contract, Sheet, raw, v
from validation.contract.rules import Rule

_SOURCE = "the contract's column list"
_WRONG = {
    "integer": "The cell is not a whole number. Enter digits only",
    "decimal": "The cell is not a number. Enter digits with at most one decimal point",
    "date": "The cell is not a real date. Enter day, month and four-digit year",
    "datetime": "The cell is not a real date and time. Enter day, month, four-digit year, hour and minute",
    "bool": "The cell is neither yes nor no. Enter Yes or No",
    "category": "The cell is not one of the codes",
    "list": "The cell holds something that is not one of the codes",
}
_NONSENSE = "?? not this ??"
_SHOWN = 8


def derived(contract: Contract, sheet: Sheet) -> tuple[Rule, ...]:
    """Return the rules that the columns of a sheet imply, in column order."""
    prefix = contract.prefix(sheet)
    return tuple(rule for column in sheet.columns for rule in _of(column, column.block or prefix))


def _of(column: Column, prefix: str) -> Iterator[Rule]:
    name, start = column.name, f"{prefix}.{column.id}"
    if column.required == "yes":
        message = (
            f"The cell is blank, but every row needs it: {_within(column.guidance)} Enter it, for example "
            f"{column.example}."
        )
        yield Rule(
            f"{start}.required",
            column=name,
            severity="error",
            fails_where=raw(name).is_null(),
            cellwise=True,
            message=message,
            source=_SOURCE,
            fails_on=({name: None},),
        )
    if column.type in _WRONG and (column.codes or column.type != "list"):
        kind = "code" if column.type in ("category", "list") else "type"
        fail = raw(name).is_not_null() & v(name).is_null()
        yield Rule(
            f"{start}.{kind}",
            column=name,
            severity="error",
            fails_where=fail,
            cellwise=True,
            message=_wrong(column),
            source=_SOURCE,
            fails_on=({name: _NONSENSE},),
        )
    yield from _range(column, start)


def _within(sentence: str) -> str:
    """Return a sentence as it goes on after a colon; what is spelt in capitals stays so."""
    return sentence[0].lower() + sentence[1:] if sentence[1:2].islower() else sentence


def _wrong(column: Column) -> str:
    example = f"for example {column.example}."
    if column.codes is None:
        return f"{_WRONG[column.type]}, {example}"
    codes = column.codes.values
    listed = (
        ", ".join(codes)
        if len(codes) <= _SHOWN
        else f"a code of the list {column.codes.name} on the template's sheet Codes"
    )
    each = ", separated by semicolons" if column.type == "list" else ""
    return f"{_WRONG[column.type]}. Use {listed}{each}, {example}"


def _range(column: Column, start: str) -> Iterator[Rule]:
    name, low, high = column.name, column.minimum, column.maximum
    if low is None and high is None:
        return
    fail = pl.any_horizontal(
        v(name) < low if low is not None else pl.lit(False), v(name) > high if high is not None else pl.lit(False)
    )
    if high is None:
        words = f"of {low:g} or more"
    else:
        words = f"from {low:g} to {high:g}" if low is not None else f"of {high:g} or less"
    message = f"The number is outside what is possible. Enter a number {words}, for example {column.example}."
    beyond = str(int(low) - 1) if low is not None else str(int(high or 0) + 1)
    yield Rule(
        f"{start}.range",
        column=name,
        severity="error",
        fails_where=fail,
        cellwise=True,
        message=message,
        source=_SOURCE,
        fails_on=({name: beyond},),
    )


def needed(prefix: str, name: str, when: pl.Expr, words: str, example: str, **rows: str | None) -> Rule:
    """Return the rule that a column is filled where `when` holds.

    Args:
        prefix: the first part of the rule's id.
        name: the column.
        when: True where it is needed.
        words: when it is needed, after 'is needed'.
        example: a good value.
        rows: cells of the example row under which the column is needed; the failing example blanks it.
    """
    message = f"The cell is blank, but is needed {words}. Enter it, for example {example}."
    return Rule(
        f"{prefix}.{name}.required",
        column=name,
        severity="error",
        fails_where=when & raw(name).is_null(),
        message=message,
        source="the contract's column list",
        passes_on=({**rows, name: example},),
        fails_on=({**rows, name: None},),
    )
