"""Finds days in prose: `27 February 2025`, and spans such as `from 9 to 13 December 2024`. Pure."""

import re
from datetime import date

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTH = "|".join(MONTHS)
_NUMBER = r"(\d{1,2})(?:st|nd|rd|th)?"
_DAY = re.compile(rf"\b{_NUMBER}\s+({_MONTH})\s+(\d{{4}})\b", re.IGNORECASE)
_SPAN = re.compile(
    rf"\b(?:from|between)\s+(?:\w+day,?\s+)?{_NUMBER}(?:\s+({_MONTH}))?(?:\s+(\d{{4}}))?\s+(?:to|and|until|\u2013|-)\s+"
    rf"(?:\w+day,?\s+)?{_NUMBER}\s+({_MONTH})\s+(\d{{4}})\b",
    re.IGNORECASE,
)


def first_day(text: str) -> date | None:
    """Return the first day that a text names with its year, or None."""
    return next((day for match in _DAY.finditer(text) if (day := _day(*match.groups()))), None)


def first_span(text: str) -> tuple[date, date] | None:
    """Return first and last day of the first span that a text names, or None; month and year may stand once."""
    match = _SPAN.search(text)
    if match is None:
        return None
    first, first_month, first_year, last, month, year = match.groups()
    start, end = _day(first, first_month or month, first_year or year), _day(last, month, year)
    return (start, end) if start and end and start <= end else None


def _day(number: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), MONTHS.index(month.lower()) + 1, int(number))
    except ValueError:
        return None
