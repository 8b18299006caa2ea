"""Turns the strings of a sheet into typed side columns; a cell that cannot be read becomes null, never a guess."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from validation.contract.codes import NO, YES, code_of, items_of, spellings
from validation.contract.identifiers import compact
from validation.contract.model import Code, CodeSet, Column, Sheet, value
from validation.files import dates

TYPES: dict[str, pl.DataType] = {
    "string": pl.String(),
    "integer": pl.Int64(),
    "decimal": pl.Float64(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
    "bool": pl.Boolean(),
    "category": pl.String(),
    "list": pl.List(pl.String()),
}
"""Type of a column in a contract -> type of its parsed side column."""

# What most files are written in throughout; whatever else is read costs more a cell.
_USUAL_DAYS = ("%d/%m/%Y", "%Y-%m-%d")
_USUAL_TIMES = ("%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M:%S")
_TIMED = ("date", "datetime")
_BOOL = CodeSet("BOOL", (Code(YES[0], YES[1], YES[2:]), Code(NO[0], NO[1], NO[2:])))
_SAMPLE = 10_000
# Where more cells than that differ, finding the spellings costs as much as reading each cell.
_DISTINCT = 0.75
_INTEGER = r"^[+-]?[0-9]{1,9}(\.0+)?$"
_DECIMAL = r"^[+-]?[0-9]{1,12}(\.[0-9]+)?$"


@dataclass(frozen=True)
class Spelt:
    """A column as its few spellings.

    Attributes:
        table: one row a spelling: the column as typed and its parsed side column; the last row is the blank.
        at: for every record the row of `table` that holds its spelling (UInt32).
    """

    table: pl.DataFrame
    at: pl.Series


def parse(frame: pl.DataFrame, sheet: Sheet) -> pl.DataFrame:
    """Return the frame with one parsed side column (`value(name)`) for every column of the sheet."""
    return parse_spelt(frame, sheet)[0]


def parse_spelt(frame: pl.DataFrame, sheet: Sheet) -> tuple[pl.DataFrame, dict[str, Spelt]]:
    """Return the frame with its parsed side columns, and each column whose spellings repeat as its few spellings."""
    # Every spelling of a column is read once: most columns repeat a few of them over and over.
    columns = _repeating(frame, [c for c in sheet.columns if not (c.type == "string" and c.shape in ("text", "prose"))])
    kinds, at = _spelt(frame, columns)
    few = {name: Spelt(table, at[name]) for name, table in _tables(kinds, columns)}
    sides: list[pl.Series | pl.Expr] = []
    for column in sheet.columns:
        name = value(column.name)
        if column.name in few:
            sides.append(pl.lit(few[column.name].table[name]).gather(pl.lit(few[column.name].at)).alias(name))
        else:
            sides.append(_READ[column.type](frame[column.name], column).alias(name))
    for column in sheet.unasked:
        # What nobody is asked is not so, where it is a yes or no: no child of such a theme is unborn.
        nothing = pl.lit(False if column.type == "bool" else None)
        sides += [
            pl.lit(None, pl.String).alias(column.name),
            nothing.cast(TYPES[column.type]).alias(value(column.name)),
        ]
    return frame.with_columns(sides), few


def _spelt(frame: pl.DataFrame, columns: list[Column]) -> tuple[dict[str, pl.Series], pl.DataFrame]:
    """Return the spellings of each column, and for every record the number of its own."""
    # All columns in one query each time: a query a column would cost more than what it asks.
    lists = frame.select(pl.col(c.name).unique().drop_nulls().implode() for c in columns)
    kinds = {c.name: lists[c.name][0] for c in columns}
    at = frame.select(
        pl.col(name).cast(pl.Enum(kind)).to_physical().cast(pl.UInt32).fill_null(len(kind))
        for name, kind in kinds.items()
    )
    return kinds, at


def _tables(kinds: dict[str, pl.Series], columns: list[Column]) -> Iterator[tuple[str, pl.DataFrame]]:
    blank = pl.Series([None], dtype=pl.String)
    typed = {c.name: pl.concat([kinds[c.name], blank]).alias(c.name) for c in columns}
    read = {c.name: _READ[c.type](typed[c.name], c) for c in columns if c.type not in _TIMED}
    for kind in _TIMED:
        some = [c for c in columns if c.type == kind]
        # Days of all columns together: what the rarer forms cost is mostly the asking.
        together = _READ[kind](pl.concat([typed[c.name] for c in some]), some[0]) if some else blank
        start = 0
        for column in some:
            read[column.name] = together.slice(start, len(typed[column.name]))
            start += len(typed[column.name])
    for column in columns:
        yield column.name, pl.DataFrame([typed[column.name], read[column.name].alias(value(column.name))])


def _repeating(frame: pl.DataFrame, columns: list[Column]) -> list[Column]:
    # From everywhere in the file, for files are often sorted or put together from parts.
    step = max(1, frame.height // _SAMPLE)
    most = -(-frame.height // step) * _DISTINCT
    kinds = frame.select(pl.col(c.name).gather_every(step).n_unique() for c in columns)
    return [c for c in columns if kinds[c.name][0] <= most]


def day_of(text: str) -> date | None:
    """Return the day that a text names, as a cell of a column of dates would; None where it names none."""
    day: date | None = _dates(pl.Series([text], dtype=pl.String))[0]
    return day


def _dates(text: pl.Series, _: Column | None = None) -> pl.Series:
    return _plausible(_first_of(text, _USUAL_DAYS, lambda cell, form: cell.str.to_date(form, strict=False), dates.days))


def _datetimes(text: pl.Series, _: Column) -> pl.Series:
    return _plausible(
        _first_of(
            text,
            _USUAL_TIMES,
            lambda cell, form: cell.str.to_datetime(form, strict=False, time_unit="us"),
            dates.times,
        )
    )


def _first_of(
    text: pl.Series,
    forms: tuple[str, ...],
    read: Callable[[pl.Expr, str], pl.Expr],
    any_form: Callable[[pl.Series], pl.Series],
) -> pl.Series:
    """Read each cell by the first form that fits; rarer forms are tried only on the cells that usual ones leave."""
    # A file is nearly always written in one form throughout.
    frame = text.to_frame("t").with_columns(read(pl.col("t"), forms[0]).alias("a"))
    if _left(frame):
        frame = frame.with_columns(pl.coalesce("a", *(read(pl.col("t"), form) for form in forms[1:])).alias("a"))
    if _left(frame):
        distinct = frame.filter(pl.col("a").is_null() & pl.col("t").is_not_null())["t"].unique()
        rare = pl.DataFrame([distinct, any_form(distinct).alias("rare")])
        frame = frame.join(rare, on="t", how="left", maintain_order="left").with_columns(pl.coalesce("a", "rare"))
    return frame["a"]


def _left(frame: pl.DataFrame) -> bool:
    return bool(frame.select((pl.col("a").is_null() & pl.col("t").is_not_null()).any()).item())


def _plausible(days: pl.Series) -> pl.Series:
    return days.to_frame("d").select(pl.when(pl.col("d").dt.year().is_between(*dates.YEARS)).then("d")).to_series()


def _integers(text: pl.Series, _: Column) -> pl.Series:
    number = pl.col("t").str.replace(r"\.0+$", "").str.strip_prefix("+").cast(pl.Int64, strict=False)
    return text.to_frame("t").select(pl.when(pl.col("t").str.contains(_INTEGER)).then(number)).to_series()


def _decimals(text: pl.Series, _: Column) -> pl.Series:
    bare = pl.col("t").str.strip_suffix("%").str.strip_chars()
    return (
        text.to_frame("t")
        .select(pl.when(bare.str.contains(_DECIMAL)).then(bare.cast(pl.Float64, strict=False)))
        .to_series()
    )


def _mapped(text: pl.Series, means: Callable[[str], str | None]) -> pl.Series:
    # One call a distinct spelling: a column of codes has few of them however long it is. In Python, for columns that
    # come here are mostly short, and there a join of polars costs twenty times as much.
    code_of_text: dict[str | None, str | None] = {None: None}
    cells = text.to_list()
    code_of_text |= {cell: means(cell) for cell in set(cells) if cell is not None}
    return pl.Series(text.name, [code_of_text[cell] for cell in cells], dtype=pl.String)


def _categories(text: pl.Series, column: Column) -> pl.Series:
    codes_by_spelling = spellings(_codes(column))
    return _mapped(text, lambda t: code_of(t, codes_by_spelling))


def _bools(text: pl.Series, _: Column) -> pl.Series:
    codes_by_spelling = spellings(_BOOL)
    return _mapped(text, lambda t: code_of(t, codes_by_spelling)) == YES[0]


def _lists(text: pl.Series, column: Column) -> pl.Series:
    if column.codes is None:
        return _mapped(text, lambda t: ";".join(items_of(t)) or None).str.split(";")
    codes_by_spelling = spellings(column.codes)

    def codes_in(cell: str) -> str | None:
        codes = [code_of(item, codes_by_spelling) for item in items_of(cell)]
        return None if not codes or None in codes else ";".join(c for c in codes if c)

    return _mapped(text, codes_in).str.split(";")


def _strings(text: pl.Series, column: Column) -> pl.Series:
    cell = pl.col("t")
    tight = compact(cell)
    shaped = {
        "text": cell,
        "prose": cell,
        "upper": cell.str.to_uppercase(),
        "compact": tight,
        "postcode": tight.str.replace(r"^(.+)(...)$", "$1 $2"),
    }[column.shape]
    return text.to_frame("t").select(shaped).to_series()


def _codes(column: Column) -> CodeSet:
    if column.codes is None:
        raise ValueError(f"the column {column.name} is a category without codes")
    return column.codes


_READ: dict[str, Callable[[pl.Series, Column], pl.Series]] = {
    "string": _strings,
    "integer": _integers,
    "decimal": _decimals,
    "date": _dates,
    "datetime": _datetimes,
    "bool": _bools,
    "category": _categories,
    "list": _lists,
}
