"""Reads days and times as people and databases write them; what could be read in two ways is not read at all.

The day stands before the month, unless the year stands first or the month is written in letters. A time with an offset
from Greenwich, or with Z, is read as what clocks in London showed.
"""

import re
import unicodedata
from datetime import date

import polars as pl

YEARS = (1900, 2100)
"""Years outside are those that nobody meant, such as 0202 or 25."""

_LONDON = "Europe/London"
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_BY_NAME = {name: n for n, whole in enumerate(_MONTHS, 1) for name in (whole, whole[:3])} | {"sept": 9}
_NAMES = "|".join(sorted(_BY_NAME, key=len, reverse=True))
# Marks of direction and of no width, which web pages and spreadsheets leave in text, and spaces of other kinds.
_UNSEEN = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_DASHES = "[\u2010-\u2015\u2212]"
_SPACES = r"[\s\u00a0\u2000-\u200a\u202f\u205f\u3000]+"
_REST = "(?P<rest>(?:[T ,_].*)?)"
_FORMS = (
    rf"(?P<d>[0-9]{{1,2}})[/.-](?P<m>[0-9]{{1,2}})[/.-](?P<y>[0-9]{{4}}){_REST}",
    rf"(?P<y>[0-9]{{4}})[-/.](?P<m>[0-9]{{1,2}})[-/.](?P<d>[0-9]{{1,2}}){_REST}",
    rf"(?P<y>[0-9]{{4}})[ ./-](?P<m>{_NAMES})[ ./-](?P<d>[0-9]{{1,2}}){_REST}",
    rf"(?P<d>[0-9]{{1,2}})[ ./-]?(?P<m>{_NAMES})[ ./,-]{{0,2}}(?P<y>[0-9]{{4}}){_REST}",
    rf"(?P<m>{_NAMES})[ .]{{1,2}}(?P<d>[0-9]{{1,2}}),? (?P<y>[0-9]{{4}}){_REST}",
    r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?P<rest>(?:T.*)?)",
    # As messages between hospitals have it (HL7): 12 or 14 digits, where a number of milliseconds has 13.
    r"(?P<y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"
    r"(?P<rest>[0-9]{4}(?:[0-9]{2}(?:[.][0-9]{1,4})?)?(?:[+-][0-9]{4})?)",
)
_DAYS = tuple(f"^(?i:{form})$" for form in _FORMS)
_TIME = (
    r"^(?i:[T ,_]*(?P<H>[0-9]{1,2})(?:[:.]?(?P<M>[0-9]{2})(?:[:.]?(?P<S>[0-9]{2})(?:[.,:](?P<f>[0-9]{1,9}))?)?)"
    r"(?: ?(?P<half>[ap])\.?m\.?)?(?: ?(?P<zone>Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?))?)$"
)
_PYTHON_DAYS = tuple(re.compile(form) for form in _DAYS)
_NOON = 12


def tidy(text: pl.Expr) -> pl.Expr:
    """Return a cell without what cannot be seen, with plain digits and dashes, single spaces and no stop at its end."""
    plain = text.str.normalize("NFKC").str.replace_all(_UNSEEN, "").str.replace_all(_DASHES, "-")
    return plain.str.replace_all(_SPACES, " ").str.strip_chars().str.strip_suffix(".")


def tidied(text: str) -> str:
    """Return a text as `tidy` does a cell."""
    plain = re.sub(_DASHES, "-", re.sub(_UNSEEN, "", unicodedata.normalize("NFKC", text)))
    return re.sub(_SPACES, " ", plain).strip().removesuffix(".")


def days(text: pl.Series) -> pl.Series:
    """Return the day of each cell, whatever time stands behind it; null where it names none."""
    return _times(text).dt.date()


def times(text: pl.Series) -> pl.Series:
    """Return day and time of each cell; a day alone is its midnight, as many systems leave out 00:00."""
    return _times(text)


def day_parts(text: str) -> tuple[int, int, int, str] | None:
    """Return year, month and day that a cell names, whether or not there is such a day, and what stands behind them."""
    for form in _PYTHON_DAYS:
        if parts := form.match(text):
            month = _BY_NAME.get(parts["m"].lower()) or int(parts["m"])
            return int(parts["y"]), month, int(parts["d"]), parts["rest"].strip()
    return None


def is_day(year: int, month: int, day: int) -> bool:
    """Return whether the calendar has such a day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _times(text: pl.Series) -> pl.Series:
    frame = text.to_frame("t").select(t=tidy(pl.col("t")))
    frame = frame.with_columns(
        part=pl.coalesce(pl.when(pl.col("t").str.contains(f)).then(pl.lit(n)) for n, f in enumerate(_DAYS))
    )
    numbered = frame.with_row_index("n")
    # Most columns are written in one or two of the forms.
    parts = numbered["part"].drop_nulls().unique()
    pieces = [_pieces(numbered.filter(pl.col("part") == n), _DAYS[n]) for n in sorted(parts)]
    if not pieces:
        return pl.Series(text.name, [None], dtype=pl.Datetime("us")).new_from_index(0, len(text))
    read = pl.concat([_read(piece) for piece in pieces])
    joined = numbered.select("n").join(read, on="n", how="left", maintain_order="left")
    return joined["at"].alias(text.name)


def _pieces(frame: pl.DataFrame, form: str) -> pl.DataFrame:
    day = pl.col("t").str.extract_groups(form).struct
    month = day.field("m").str.to_lowercase()
    number = month.replace_strict(_BY_NAME, default=None, return_dtype=pl.Int64)
    return frame.select(
        "n",
        day.field("y"),
        pl.coalesce(number, month.cast(pl.Int64, strict=False)).alias("m"),
        day.field("d").cast(pl.Int64),
        day.field("rest"),
    )


def _read(pieces: pl.DataFrame) -> pl.DataFrame:
    clock = pl.col("rest").str.extract_groups(_TIME)
    timed = pieces.with_columns(clock.alias("clock"))
    part = pl.col("clock").struct
    hour = part.field("H").cast(pl.Int64)
    half = part.field("half").str.to_lowercase()
    # Twelve is the first hour of either half of the day; behind it no hour of the other clock can be meant.
    of_day = (
        pl.when(half.is_null())
        .then(hour)
        .when(hour.is_between(1, _NOON))
        .then(hour % _NOON + pl.when(half == "p").then(_NOON).otherwise(0))
    )
    alone = pl.col("rest").str.strip_chars(" ,") == ""
    two = [pl.col(name).cast(pl.String).str.zfill(2) for name in ("m", "d")]
    spelt = pl.format(
        "{}-{}-{} {}:{}:{}.{}",
        "y",
        *two,
        pl.when(alone).then(pl.lit("00")).otherwise(of_day.cast(pl.String).str.zfill(2)),
        pl.when(alone).then(pl.lit("00")).otherwise(part.field("M")),
        part.field("S").fill_null("00"),
        part.field("f").fill_null("0").str.pad_end(6, "0").str.slice(0, 6),
    )
    at = spelt.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
    zone = part.field("zone").str.to_uppercase()
    return timed.select("n", at=_in_london(at, zone))


def _in_london(at: pl.Expr, zone: pl.Expr) -> pl.Expr:
    hours = zone.str.extract(r"^[+-]([0-9]{2})").cast(pl.Int64).fill_null(0)
    minutes = zone.str.extract(r"^[+-][0-9]{2}:?([0-9]{2})$").cast(pl.Int64).fill_null(0)
    ahead = pl.duration(minutes=hours * 60 + minutes)
    greenwich = pl.when(zone.str.starts_with("-")).then(at + ahead).otherwise(at - ahead)
    london = greenwich.dt.replace_time_zone("UTC").dt.convert_time_zone(_LONDON).dt.replace_time_zone(None)
    return pl.when(zone.is_null()).then(at).otherwise(london)
