"""Turns the strings of a sheet into typed side columns; a cell that cannot be read becomes null, never a guess."""

from collections.abc import Callable
from dataclasses import dataclass

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
    parsed: list[pl.Series] = []
    few: dict[str, Spelt] = {}
    for column in sheet.columns:
        text = frame[column.name]
        if _is_plain(column):
            side = text
        elif _is_mostly_distinct(text):
            side = _READ[column.type](text, column)
        else:
            few[column.name] = spelt = _spelt(text, column)
            side = spelt.table[value(column.name)].gather(spelt.at)
        parsed.append(side.alias(value(column.name)))
    return frame.with_columns(parsed), few


def _is_plain(column: Column) -> bool:
    return column.type == "string" and column.shape == "text"


def _spelt(text: pl.Series, column: Column) -> Spelt:
    """Read every spelling of a column once: most columns repeat a few of them over and over."""
    kinds = text.unique().drop_nulls()
    at = text.cast(pl.Enum(kinds)).to_physical().cast(pl.UInt32).fill_null(len(kinds))
    blank = pl.Series(text.name, [None], dtype=pl.String)
    typed = kinds.extend(blank)
    return Spelt(pl.DataFrame([typed, _READ[column.type](typed, column).alias(value(column.name))]), at)


def _is_mostly_distinct(text: pl.Series) -> bool:
    # From everywhere in the column, for files are often sorted or put together from parts.
    sample = text.gather_every(max(1, len(text) // _SAMPLE))
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
