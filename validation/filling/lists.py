"""Fills the sheet of one return from a table of an extract: rows in the window, codes and dates as we write them."""

import polars as pl

from models.words import long
from validation.contract.context import Context
from validation.contract.model import Column, Contract, Sheet, v, value
from validation.contract.rules import PARSED
from validation.files.parsing import parse
from validation.filling.dialects import other_code
from validation.filling.filled import Filled, FilledColumn, LeftOut
from validation.filling.origins import origin_of
from validation.returns.annex_a import AGE, BORN, GENDER_OF, age_on

DAY, MOMENT = "%d/%m/%Y", "%d/%m/%Y %H:%M"
# As a spreadsheet holds a day, and as a person types it: written out as a day in both cases, it is no other.
_SAME_DAY = (DAY, "%Y-%m-%d", "%Y-%m-%d 00:00:00")
_WINDOW = ".window"


def filled_list(
    contract: Contract, frame: pl.DataFrame, context: Context, of: str
) -> tuple[Filled, pl.DataFrame, pl.DataFrame]:
    """Return a return filled from a table; its rows, parsed; and those that it leaves out, likewise.

    Args:
        contract: of the return.
        frame: String columns of its main sheet, as the extract has them.
        context: the circumstances, whose window leaves rows out.
        of: what the table is, in words, such as `List 3 of the extract`.
    """
    sheet = contract.main
    parsed = with_other_codes(parse(frame, sheet), sheet)
    outside = _outside(parsed, sheet, context)
    kept = parsed.filter(~outside)
    kept, reckoned = _with_ages(kept, sheet, context)
    written = kept.select(written_of(column) for column in sheet.columns)
    left_out = (LeftOut(_window_words(context), int(outside.sum())),) if outside.any() else ()
    columns = tuple(_filled_column(c, kept, written, of, contract.code) for c in sheet.columns)
    notes = (f"{reckoned:,} ages were blank and are reckoned from the dates of birth.",) if reckoned else ()
    return Filled(contract.code, written, "row", frame.height, left_out, columns, notes), kept, parsed.filter(outside)


def with_other_codes(parsed: pl.DataFrame, sheet: Sheet) -> pl.DataFrame:
    """Return parsed rows in which spellings of other systems are read, too."""
    changes = []
    for column in sheet.columns:
        if column.type != "category" or column.codes is None:
            continue
        name, side = column.name, value(column.name)
        codes = frozenset(column.codes.values)
        unread = parsed.filter(pl.col(side).is_null() & pl.col(name).is_not_null())[name].unique()
        means = {text: code for text in unread if (code := other_code(text, column.codes.name, codes))}
        if means:
            other = pl.col(name).replace_strict(means, default=None, return_dtype=pl.String)
            changes.append(pl.coalesce(side, other).alias(side))
    return parsed.with_columns(changes)


def _outside(parsed: pl.DataFrame, sheet: Sheet, context: Context) -> pl.Series:
    """Return which rows the return's own rule about its window would have left out."""
    rules = [rule for rule in sheet.rules(context) if rule.id.endswith(_WINDOW)]
    if not rules:
        return pl.Series([False], dtype=pl.Boolean).new_from_index(0, parsed.height)
    return parsed.select(pl.any_horizontal(rule.flag for rule in rules)).to_series()


def _window_words(context: Context) -> str:
    return f"outside the window, {long(context.window_start)} to {long(context.announced)}"


def _with_ages(parsed: pl.DataFrame, sheet: Sheet, context: Context) -> tuple[pl.DataFrame, int]:
    """Return rows whose blank ages are reckoned from the birth, and how many those are."""
    if AGE not in sheet.names or BORN not in sheet.names:
        return parsed, 0
    age = age_on(v(BORN), context.extracted).cast(pl.Int64)
    blank = pl.col(AGE).is_null() & v(BORN).is_not_null()
    count = int(parsed.select(blank.sum()).item())
    if not count:
        return parsed, 0
    return parsed.with_columns(pl.when(blank).then(age).otherwise(v(AGE)).alias(value(AGE))), count


def written_of(column: Column) -> pl.Expr:
    """Return a cell as we write it; what could not be read stays as it stands in the extract."""
    read, typed = v(column.name), pl.col(column.name)
    forms = {
        "date": read.dt.strftime(DAY) if column.type == "date" else read,
        "datetime": read.dt.strftime(MOMENT) if column.type == "datetime" else read,
        "bool": pl.when(read).then(pl.lit("Yes")).when(~read).then(pl.lit("No")) if column.type == "bool" else read,
        "list": read.list.join("; ") if column.type == "list" else read,
    }
    plain = read.cast(pl.String) if column.type in ("integer", "category") else typed
    return pl.coalesce(forms.get(column.type, plain), typed).alias(column.name)


def _filled_column(column: Column, parsed: pl.DataFrame, written: pl.DataFrame, of: str, code: str) -> FilledColumn:
    read = parsed.select(v(column.name).is_not_null()).to_series()
    wanted = wanted_of(column, parsed)
    filled = int((read & wanted).sum())
    unread = int((parsed[column.name].is_not_null() & ~read).sum())
    missing_from = "" if filled == int(wanted.sum()) else origin_of(code, column.name)
    if unread:
        missing_from = f"{unread:,} of them hold what we cannot read, and stand as in your extract. {missing_from}"
    return FilledColumn(
        column.name,
        column.required,
        int(wanted.sum()),
        filled,
        of,
        missing_from.strip(),
        changed_cells(column, parsed, written),
    )


def wanted_of(column: Column, parsed: pl.DataFrame) -> pl.Series:
    """Return which rows need a value in a column.

    Where the return says when, as of a date of birth, a row needs one unless it is about an unborn child; any other
    condition is left to the check, and counts only the rows that have a value.
    """
    everywhere = pl.Series([True], dtype=pl.Boolean).new_from_index(0, parsed.height)
    if column.required == "yes":
        return everywhere
    if column.required == "conditional" and column.name in (BORN, AGE) and GENDER_OF in parsed.columns:
        unborn = v(BORN).is_null() & v(AGE).is_null() & (v(GENDER_OF) == "U").fill_null(value=False)
        return parsed.select(~unborn).to_series()
    return parsed.select(v(column.name).is_not_null()).to_series()


def changed_cells(column: Column, parsed: pl.DataFrame, written: pl.DataFrame) -> int:
    """Return how many cells are written in another form than in the extract."""
    if column.type not in ("date", "datetime", "category", "list", "bool"):
        return 0
    typed, now = parsed[column.name], written[column.name]
    same = typed == now
    if column.type == "date":
        side = parsed[f"{column.name}{PARSED}"]
        for form in _SAME_DAY:
            same = same | (typed == side.dt.strftime(form))
    return int((~same & typed.is_not_null()).sum())
