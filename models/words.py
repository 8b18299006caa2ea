"""Says days, moments, numbers, lists and codes in words: one function for each form of words."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from unicodedata import combining, normalize

from models.england import ENGLAND

_KIB = 1024

VERDICTS: Mapping[str, str] = {
    "accepted": "Accepted",
    "queried": "Accepted with queries",
    "rejected": "Needs correcting",
    "unreadable": "Could not be read",
}
"""The words for each verdict, wherever a person reads it: page, report, workbook, notice, command."""

HELD = "Held: to be checked again"
"""What a verdict is while rules of ours could not be run."""

SEVERITIES: Mapping[str, str] = {"error": "Error", "query": "Query", "info": "Info"}
"""The words for how much a finding weighs."""


def long(day: date) -> str:
    """Return a day as people write it, for example `6 May 2025`."""
    # A number, since `%d` pads it and `%-d` is not known on every platform.
    return f"{day.day} {day:%B %Y}"


def span(start: date, end: date) -> str:
    """Return two days as people write them: `9 to 13 December 2024`, `30 June to 4 July 2025`."""
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {long(end)}"
    return f"{start.day} {start:%B}{f' {start.year}' if start.year != end.year else ''} to {long(end)}"


def long_weekday(day: date) -> str:
    """Return a day with its day of the week, for example `Tuesday 6 May 2025`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def short(day: date) -> str:
    """Return a day for a narrow column, for example `6 May 2025` or `6 Sep 2025`."""
    return f"{day.day} {day:%b %Y}"


def short_weekday(day: date) -> str:
    """Return a day with its day of the week for a narrow column, for example `Tue 6 May 2025`."""
    return f"{day:%a} {short(day)}"


def padded_weekday(day: date) -> str:
    """Return a day of the same width every time, for a table on a terminal, for example `Tue 06 May 2025`."""
    return f"{day:%a %d %b %Y}"


def numeric(day: date) -> str:
    """Return a day in digits, for example `06/05/2025`."""
    return f"{day:%d/%m/%Y}"


def moment(when: datetime) -> str:
    """Return a moment in England, for example `5pm on Friday 28 February 2025`."""
    return f"{clock(when)} on {long_weekday(when.astimezone(ENGLAND))}"


def clock(when: datetime) -> str:
    """Return the time of day in England, for example `5pm` or `5:30pm`; midday and midnight by their names."""
    local = when.astimezone(ENGLAND)
    if (local.hour % 12, local.minute) == (0, 0):
        return "midday" if local.hour else "midnight"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def short_moment(when: datetime) -> str:
    """Return a moment in England for a narrow column, for example `28 Feb 2025, 5pm`."""
    return f"{short(when.astimezone(ENGLAND))}, {clock(when)}"


def exact_moment(when: datetime) -> str:
    """Return a moment in England to the second with its zone, as a receipt needs it."""
    local = when.astimezone(ENGLAND)
    return f"{long_weekday(local)} at {local:%H:%M:%S} {local.tzname()}"


def in_text(value: object) -> str:
    """Return a value as a cell of a table says it: a day in digits, yes or no, several with semicolons between."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return numeric(value)
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(in_text(item) for item in value)
    return str(value)


def noun(number: int, thing: str, things: str = "") -> str:
    """Return a thing in the number that goes with a count: `row` for 1, else `rows`."""
    return thing if number == 1 else things or f"{thing}s"


def plural(number: int, thing: str, things: str = "") -> str:
    """Return a number with its thing, for example `1 row` or `1,200 rows`."""
    return f"{number:,} {noun(number, thing, things)}"


def count(number: int, thing: str, things: str = "") -> str:
    """Return a number without commas with its thing, for example `1200 children`, as letters and manifests have it."""
    return f"{number} {noun(number, thing, things)}"


def size(number: int) -> str:
    """Return a size in bytes as people read it."""
    if number < _KIB:
        return plural(number, "byte")
    return f"{number / _KIB:,.1f} KB" if number < _KIB**2 else f"{number / _KIB**2:,.1f} MB"


def joined(names: Sequence[str], last: str = "and") -> str:
    """Return names with commas, and 'and' or another word before the last."""
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def unaccented(text: str) -> str:
    """Return a text in the form in which spellings of one name are equal: small letters without accents."""
    # Taken apart first: only then is an accent a character of its own, which can be left out.
    return "".join(char for char in normalize("NFKD", text).casefold() if not combining(char))


_WRITTEN = {"pre_publication": "pre-publication"}
"""Codes whose words are not those between their underscores."""


def plain(code: str) -> str:
    """Return a code as words, for example `returns open`."""
    return _WRITTEN.get(code) or code.replace("_", " ")


def titled(code: str) -> str:
    """Return a code as words with a capital, for example `Local authority`."""
    return plain(code).capitalize()


def hyphened(code: str) -> str:
    """Return a code as addresses and file names have it, for example `local-authority`."""
    return code.replace("_", "-")


def agency_in_words(kind: str) -> str:
    """Return a kind of agency as words inside a sentence, for example `local authority`."""
    return "Marac" if kind == "marac" else plain(kind)


def agencies(kinds: Sequence[str]) -> str:
    """Return kinds of agency as words with a capital, for example `Health, local authority and police`."""
    text = joined([plain(kind) for kind in kinds])
    return text[:1].upper() + text[1:]


def band(ages: str) -> str:
    """Return an age band as words, for example `0 to 1` for `0-1`."""
    return ages.replace("-", " to ")
