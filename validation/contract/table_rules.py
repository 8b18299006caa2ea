"""Table rules that several returns share: dates in order or in the window, rows that appear once, kinds of number."""

from datetime import date

import polars as pl

from models.words import long
from validation.contract.context import Context
from validation.contract.identifiers import CRN, ODS, bad_form, bad_pnc
from validation.contract.model import v
from validation.contract.rules import Row, Rule, Severity


def day_of(column: str) -> pl.Expr:
    """Return the day of a date or datetime column."""
    return v(column).dt.date()


def in_window(prefix: str, column: str, context: Context, what: str, example: Row, key: str = "") -> Rule:
    """Return the rule that a day lies in the window, from its first day to the announcement (X09)."""
    window = f"{long(context.window_start)} to {long(context.announced)}"
    message = f"{what} is outside the window, which is {window}. Check the date; if it is right, leave the row out."
    fail = ~day_of(column).is_between(context.window_start, context.announced)
    return Rule(
        f"{prefix}.{key or column}.window",
        column=column,
        severity="error",
        fails_where=fail,
        cellwise=True,
        message=message,
        source="X09",
        fails_on=(example,),
    )


def in_order(prefix: str, column: str, first: str, last: str, message: str, example: Row, key: str = "") -> Rule:
    """Return the rule that `first` is not after `last`, reported on `column`.

    In the hour that comes twice when summer time ends, clocks do not tell which moment was the earlier.
    """
    return Rule(
        f"{prefix}.{key or column}.order",
        column=column,
        severity="error",
        fails_where=(v(first) > v(last))
        & ~(_in_the_hour_that_comes_twice(first) & _in_the_hour_that_comes_twice(last)),
        message=message,
        source="CIN 8608",
        fails_on=(example,),
    )


def _in_the_hour_that_comes_twice(column: str) -> pl.Expr:
    at = v(column).cast(pl.Datetime("us")).dt
    # Summer time ends on the last Sunday of October at 2 o'clock.
    return ((at.month() == 10) & (at.day() >= 25) & (at.weekday() == 7) & (at.hour() == 1)).fill_null(False)


def not_after(prefix: str, column: str, latest: date, what: str, key: str = "") -> Rule:
    """Return the rule that a day is not after the latest possible."""
    message = (
        f"{what} is after {long(latest)}, the last day that this list can tell of. Check the day, month and year; what "
        "is still to come is left out."
    )
    fail = day_of(column) > latest
    return Rule(
        f"{prefix}.{key or column}.future",
        column=column,
        severity="error",
        fails_where=fail,
        cellwise=True,
        message=message,
        source="X10",
        fails_on=({column: "01/01/2090"},),
    )


def once(prefix: str, name: str, columns: tuple[str, ...], message: str, severity: Severity = "error") -> Rule:
    """Return the rule that no two rows agree in all these columns, rows with a blank among them apart."""
    # Two blanks are not the same thing twice; the missing cell breaks a rule of its own.
    complete = pl.all_horizontal(v(c).is_not_null() for c in columns)
    fail = complete & pl.struct(v(c) for c in columns).is_duplicated()
    return Rule(
        f"{prefix}.{name}.unique",
        column=columns[0],
        severity=severity,
        fails_where=fail,
        message=message,
        source="CIN 8510",
        fails_on=({}, {}),
    )


def pnc_id(prefix: str, column: str) -> Rule:
    """Return the rule that a PNC ID carries its own check letter."""
    message = (
        "The PNC ID is not valid: year, stroke, number and check letter do not agree. Copy it again; a good one is "
        "2003/0011985X."
    )
    fail, bad = bad_pnc(v(column)), {column: "2003/0011985A"}
    return Rule(
        f"{prefix}.{column}.check_letter",
        column=column,
        severity="error",
        fails_where=fail,
        cellwise=True,
        message=message,
        source="PNC ID, modulus 23",
        fails_on=(bad,),
    )


def ods_code(prefix: str, column: str) -> Rule:
    """Return the rule that a provider's code has the form of those of the Organisation Data Service."""
    message = "The ODS code is not 3 to 8 letters and digits. Copy it again; a good one is RHW01."
    return _of_form(prefix, column, ODS, message=message, source="ODS", bad="R")


def crn(prefix: str, column: str) -> Rule:
    """Return the rule that probation's number for a person has its form."""
    message = "The CRN is not a letter and 6 digits. Copy it again; a good one is X123456."
    return _of_form(prefix, column, CRN, message=message, source="HMPPS", bad="12")


def _of_form(prefix: str, column: str, form: str, *, message: str, source: str, bad: str) -> Rule:
    return Rule(
        f"{prefix}.{column}.format",
        column=column,
        severity="error",
        fails_where=bad_form(v(column), form),
        cellwise=True,
        message=message,
        source=source,
        fails_on=({column: bad},),
    )


def mappa(prefix: str, level: str, category: str) -> Rule:
    """Return the rule that a person managed at a MAPPA level is in a category."""
    message = "There is a MAPPA level without a category. Give the category from 1 to 4, or level 0."
    fail, bad = (v(level) > 0) & (v(category) == 0), {level: "1"}
    return Rule(
        f"{prefix}.{level}.category",
        column=level,
        severity="error",
        fails_where=fail,
        message=message,
        source="MAPPA guidance",
        fails_on=(bad,),
    )
