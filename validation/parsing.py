"""Turns the strings of a sheet into typed side columns; a cell that cannot be read becomes null, never a guess."""

from collections.abc import Callable

import polars as pl

from validation.codes import NO, YES, code_of, items_of, spellings
from validation.identifiers import compact
from validation.model import Code, CodeSet, Column, Sheet, value

_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
_RARE_DATES = ("%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%Y-%m-%dT%H:%M:%S")
_TIMES = (
    "%d/%m/%Y %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
)
_YEARS = (1900, 2100)
_BOOL = CodeSet("BOOL", (Code(YES[0], YES[1], YES[2:]), Code(NO[0], NO[1], NO[2:])))
_SAMPLE = 10_000
_DISTINCT = 0.75
_INTEGER = r"^[+-]?[0-9]{1,9}(\.0+)?$"
_DECIMAL = r"^[+-]?[0-9]{1,12}(\.[0-9]+)?$"


def parse(frame: pl.DataFrame, sheet: Sheet) -> pl.DataFrame:
    """Return the frame with one parsed side column (`value(name)`) for every column of the sheet."""
    return frame.with_columns(_parsed(frame[c.name], c).alias(value(c.name)) for c in sheet.columns)


def _parsed(text: pl.Series, column: Column) -> pl.Series:
    if column.type == "string" and column.shape == "text":
        return text
    read = _READ[column.type]
    if _is_mostly_distinct(text):
        return read(text, column)
    # Most columns repeat a few spellings over and over: each is read once, and its value handed to every row of it.
    spelt = text.unique().drop_nulls()
    return read(spelt, column).gather(text.cast(pl.Enum(spelt)).to_physical())


def _is_mostly_distinct(text: pl.Series) -> bool:
    sample = text.head(_SAMPLE).drop_nulls()
    return sample.n_unique() > len(sample) * _DISTINCT


def _dates(text: pl.Series, _: Column) -> pl.Series:
    return _plausible(_first_of(text, _DATES, _RARE_DATES, lambda s, f: s.str.to_date(f, strict=False)))


def _datetimes(text: pl.Series, column: Column) -> pl.Series:
    times = _first_of(text, _TIMES, (), lambda s, f: s.str.to_datetime(f, strict=False, time_unit="us"))
    if (times.is_null() & text.is_not_null()).any():
        # A date alone is midnight: many systems drop the time when it is 00:00.
        times = times.to_frame("t").select(pl.coalesce("t", _dates(text, column).cast(pl.Datetime("us")))).to_series()
    return _plausible(times)


def _first_of(
    text: pl.Series, usual: tuple[str, ...], rare: tuple[str, ...], read: Callable[[pl.Series, str], pl.Series]
) -> pl.Series:
    found = read(text, usual[0])
    for form in (*usual[1:], *rare):
        if not (found.is_null() & text.is_not_null()).any():
            break
        found = found.to_frame("a").select(pl.coalesce("a", read(text, form))).to_series()
    return found


def _plausible(days: pl.Series) -> pl.Series:
    """Null years that nobody meant, such as 0202 or 25."""
    return days.to_frame("d").select(pl.when(pl.col("d").dt.year().is_between(*_YEARS)).then("d")).to_series()


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
    # One call a distinct spelling: a column of codes has few of them however long it is.
    distinct = [t for t in text.unique().to_list() if t is not None]
    known = {t: code for t in distinct if (code := means(t)) is not None}
    if not known:
        return pl.Series(text.name, [None] * len(text), dtype=pl.String)
    return text.replace_strict(known, default=None, return_dtype=pl.String)


def _categories(text: pl.Series, column: Column) -> pl.Series:
    known = spellings(_codes(column))
    return _mapped(text, lambda t: code_of(t, known))


def _bools(text: pl.Series, _: Column) -> pl.Series:
    known = spellings(_BOOL)
    return _mapped(text, lambda t: code_of(t, known)) == YES[0]


def _lists(text: pl.Series, column: Column) -> pl.Series:
    if column.codes is None:
        return _mapped(text, lambda t: ";".join(items_of(t)) or None).str.split(";")
    known = spellings(column.codes)

    def codes_in(cell: str) -> str | None:
        codes = [code_of(item, known) for item in items_of(cell)]
        return None if not codes or None in codes else ";".join(c for c in codes if c)

    return _mapped(text, codes_in).str.split(";")


def _strings(text: pl.Series, column: Column) -> pl.Series:
    cell = pl.col("t")
    tight = compact(cell)
    shaped = {
        "text": cell,
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
