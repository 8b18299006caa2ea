"""What programs put around a value, which is no part of it: cells are read without it, and that is said once."""

from collections.abc import Callable, Collection, Iterator

import polars as pl

from models.words import plural
from validation.contract.file_rules import FileRule
from validation.contract.model import Column, Sheet
from validation.contract.outcome import CellFinding
from validation.files.readers.distinct import Distinct, Look, columns_where
from validation.files.rules import cells as cell_rules

# A few quotation marks may be meant; as many as that were written by a program.
_MANY = 10
# The apostrophe, and what keyboards and word processors make of it.
_MARKS = "'`\u2018\u2019"
_BEGINS_WITH_ANY = f'^["={_MARKS}]'


def unwrapped(
    sheet: Sheet, name: str, frame: pl.DataFrame, distinct: Distinct
) -> tuple[pl.DataFrame, tuple[CellFinding, ...]]:
    """Return a table without what stands around its values, and what is said of it.

    Args:
        sheet: of the contract.
        name: as reports tell it.
        frame: the sheet's columns as typed, and others, which are left as they are.
        distinct: the different cells of the columns that the file has.
    """
    findings: list[CellFinding] = []
    # A look at the first letter of each cell: for nearly all columns of nearly all files this is the end of it.
    begins = set(columns_where(distinct, dict.fromkeys(distinct, lambda cell: cell.str.contains(_BEGINS_WITH_ANY))))
    for wrapped, rule, least, form in (
        # A space between the separator and the mark makes the marks part of the cell.
        (_within(begins, lambda cell: cell.str.starts_with('"')), cell_rules.MARKS_AROUND, _MANY, r'^"([^"]*)"$'),
        # By such a formula a program keeps a spreadsheet from reading digits as a number.
        (_within(begins, lambda cell: cell.str.starts_with('="')), cell_rules.TEXT_FORMULA, 1, r'^="([^"]*)"$'),
        # By this mark spreadsheets know text from numbers; names such as 't Hooft keep theirs.
        (_within(begins, _begins_with_mark), cell_rules.APOSTROPHE, 1, rf"^[{_MARKS}]([-0-9=+@].*)$"),
        # Programs for statistics keep whole numbers among blanks as fractions.
        (_identifiers(lambda cell: cell.str.ends_with(".0")), cell_rules.POINT_NOUGHT, 1, r"^([0-9]{1,15})\.0+$"),
    ):
        looks = {c.name: look for c in sheet.columns if c.name in distinct and (look := wrapped(c)) is not None}
        frame, counts_by_column = _without(frame, columns_where(distinct, looks), form, least)
        distinct = {**distinct, **{column: frame[column] for column in counts_by_column}}
        findings += _finding(rule, counts_by_column, name)
    return frame, tuple(findings)


def _begins_with_mark(cell: pl.Expr) -> pl.Expr:
    # Four looks at the first letter cost less than one expression that knows four.
    return pl.any_horizontal(cell.str.starts_with(mark) for mark in _MARKS)


def _within(columns: Collection[str], look: Look) -> Callable[[Column], Look | None]:
    return lambda column: look if column.name in columns else None


def _identifiers(look: Look) -> Callable[[Column], Look | None]:
    # A number reads the same with and without.
    return lambda column: look if column.type == "string" and column.shape != "prose" else None


def _without(frame: pl.DataFrame, names: list[str], form: str, least: int) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return the frame without the wrapping of likely columns, and how many cells of each had it."""
    if not names:
        return frame, {}
    counts = frame.select(pl.col(name).str.contains(form).sum().alias(name) for name in names)
    counts_by_column = {name: int(counts[name][0]) for name in names if counts[name][0]}
    if sum(counts_by_column.values()) < least:
        return frame, {}
    bare = (pl.coalesce(pl.col(name).str.extract(form), pl.col(name)).str.strip_chars() for name in counts_by_column)
    return frame.with_columns(pl.when(cell != "").then(cell).name.keep() for cell in bare), counts_by_column


def _finding(rule: FileRule, counts_by_column: dict[str, int], name: str) -> Iterator[CellFinding]:
    if counts_by_column:
        cells = plural(sum(counts_by_column.values()), "cell")
        yield rule.at(
            name, None, next(iter(counts_by_column)), cells=cells, columns=plural(len(counts_by_column), "column")
        )
