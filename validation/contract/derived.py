"""Rules that follow from the columns alone: required, of the right type, one of the codes, within the range."""

import polars as pl

from validation.contract.model import Column, Contract, Sheet, raw, v
from validation.contract.rules import Rule

_SOURCE = "the contract's column list"
_WRONG = {
    "integer": "The cell is not a whole number. Enter digits only",
    "decimal": "The cell is not a number. Enter digits with at most one decimal point",
    "date": "The cell is not a real date. Enter day, month and 4-digit year",
    "datetime": "The cell is not a real date and time. Enter day, month, 4-digit year, hour and minute",
    "bool": "The cell is neither yes nor no. Enter Yes or No",
    "category": "The cell is not one of the codes",
    "list": "The cell holds something that is not one of the codes",
}
_NONSENSE = "?? not this ??"
_SHOWN = 8


def derived(contract: Contract, sheet: Sheet) -> tuple[Rule, ...]:
    """Return the rules that the columns of a sheet imply, in column order."""
    implied: list[tuple[str, Column, pl.Expr, str, str | None]] = []
    for column in sheet.columns:
        name, start = column.name, f"{column.block or contract.prefix(sheet)}.{column.id}"
        if column.required == "yes":
            implied.append((f"{start}.required", column, raw(name).is_null(), _blank(column), None))
        # A list without codes holds any words, so nothing in it can be wrong.
        if column.type in _WRONG and (column.codes or column.type != "list"):
            kind = "code" if column.type in ("category", "list") else "type"
            unread = raw(name).is_not_null() & v(name).is_null()
            implied.append((f"{start}.{kind}", column, unread, _wrong(column), _NONSENSE))
        low, high = column.minimum, column.maximum
        if low is not None or high is not None:
            outside = pl.any_horizontal(
                v(name) < low if low is not None else pl.lit(False),
                v(name) > high if high is not None else pl.lit(False),
            )
            beyond = str(int(low) - 1) if low is not None else str(int(high or 0) + 1)
            implied.append((f"{start}.range", column, outside, _outside(column), beyond))
    return tuple(
        Rule(
            rule_id,
            column=column.name,
            severity="error",
            fails_where=fails_where,
            cellwise=True,
            message=message,
            source=_SOURCE,
            fails_on=({column.name: bad_cell},),
        )
        for rule_id, column, fails_where, message, bad_cell in implied
    )


def _blank(column: Column) -> str:
    """Return the message for a blank cell; the guidance goes on after a colon, so its first letter is made small.

    What is spelt in capitals, such as NHS, stays so.
    """
    guidance = column.guidance
    within = guidance[0].lower() + guidance[1:] if guidance[1:2].islower() else guidance
    return (
        f"The cell is blank, or holds a word for nothing such as NULL, but every row needs it: {within} Enter it, for "
        f"example {column.example}."
    )


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


def _outside(column: Column) -> str:
    low, high = column.minimum, column.maximum
    if high is None:
        words = f"of {low:g} or more"
    else:
        words = f"from {low:g} to {high:g}" if low is not None else f"of {high:g} or less"
    return f"The number is outside what is possible. Enter a number {words}, for example {column.example}."


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
