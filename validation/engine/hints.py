"""What probably happened to a cell that breaks a rule, guessed from its shape without repeating what it holds."""

import re

from validation.contract.model import Sheet
from validation.contract.rules import Rule
from validation.files.dates import YEARS, day_parts, is_day, tidied
from validation.files.readers.grid import is_error

_SERIAL = re.compile(r"^[1-9][0-9]{3,4}(\.[0-9]+)?$")
_PARTS = re.compile(r"^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{1,4})(?![0-9])")
_YEAR_OF_TWO = re.compile(r"^[0-9]{1,2}[ /.-]?[a-z]{3,9}[ /.-]*'?[0-9]{2}(?![0-9])", re.IGNORECASE)
_NUMBERED = re.compile(r"(?<![0-9a-z])[0-9]{1,2}(st|nd|rd|th)(?![a-z])", re.IGNORECASE)
_WEEKDAY = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", re.IGNORECASE)
_ROUNDED = re.compile(r"^[0-9](\.[0-9]+)?[eE]\+?[0-9]+$")
_ZEROS = re.compile(r"^[0-9]{3,6}0{4,7}$")
_SHORT = re.compile(r"^[0-9]{5,9}$")
_THOUSANDS = re.compile(r"^[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$")
_YEAR = re.compile(r"^(?:(?:[0-9]{1,2}|[a-z]{3,9})[/., -]{1,2})?(?:19|20)[0-9]{2}(?:[/.-][0-9]{1,2})?$", re.IGNORECASE)
_WEEK = re.compile(r"^(?:19|20)[0-9]{2}-?W[0-9]{2}(?:-?[1-7])?$", re.IGNORECASE)
_TIME = re.compile(r"^[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[ap]m)?$", re.IGNORECASE)
_EPOCH = re.compile(r"^-?[0-9]{9,13}$|^/Date\(")
_WORD = re.compile(r"^[0-9]{1,2}[ ./-]?[^\W\d_]{3,}[ ./,-]{0,2}[0-9]{4}$")
_WITHIN = re.compile(r"^[^0-9]+[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}$")
_MONTHS = 12
_CENTURY = 100

_FORMULA = "It is a formula that was written as text: put its result there."
_ERROR = "It is the error of a formula: fix the formula, or type the value."
_AS_SERIAL = (
    "It is a number such as those by which spreadsheets store days, and which day it means depends on the program: "
    "format the column as a date, dd/mm/yyyy, and send it again."
)
_MONTH_FIRST = (
    "The month seems to stand before the day. If so, every date of the column is meant that way, also those that were "
    "read: write the day first in all of them."
)
_SHORT_YEAR = "Its year has 2 digits: write all 4."
_NO_YEAR = f"Its year is not between {YEARS[0]} and {YEARS[1]}."
_NO_DAY = "There is no such day in the calendar."
_DAY_IN_LETTERS = "Write the day as a number alone, for example 3 and not 3rd."
_NO_WEEKDAY = "Leave out the name of the weekday."
_BEHIND_DAY = (
    "The day can be read, but what stands behind it is not a time of day that we know: write it as 21:40 or 21:40:00, "
    "or leave it out."
)
_LOST_DIGITS = (
    "A spreadsheet has rounded it, as in 9.43E+09, and the last digits are lost: format the column as text, then copy "
    "the numbers again from your system."
)
_LOST_ZERO = (
    "It has fewer than 10 digits, as when a spreadsheet drops a zero at the start: format the column as text, then "
    "copy the numbers again from your system."
)
_NO_DAY_TOLD = "The day or the month is missing: write all of the date."
_ONLY_TIME = "The day is missing: write it before the time."
_SECONDS = (
    "It is a number of seconds or milliseconds, by which programs store times: have it exported as a date, dd/mm/yyyy."
)
_OTHER_WORDS = "Write the month as a number or in English."
_BEFORE_DAY = "Leave out what stands before the day."
_OF_WEEK = "It names a week of the year: write the day itself."
_COMMAS = "Leave out the commas between the digits."


_FORMS = (
    (_YEAR, _NO_DAY_TOLD),
    (_WEEK, _OF_WEEK),
    (_SERIAL, _AS_SERIAL),
    (_EPOCH, _SECONDS),
    (_TIME, _ONLY_TIME),
    (_WEEKDAY, _NO_WEEKDAY),
    (_WITHIN, _BEFORE_DAY),
    (_YEAR_OF_TWO, _SHORT_YEAR),
)


def hint(rule: Rule, sheet: Sheet, text: str | None) -> str:
    """Return a sentence on how a cell came to break a rule; empty where its shape does not tell."""
    if not text:
        return ""
    if is_error(text):
        return _ERROR
    if rule.id.endswith(".check_digit"):
        return _of_number(text)
    if rule.id.endswith(".format") and _ROUNDED.match(text):
        return _LOST_DIGITS
    if not rule.id.endswith(".type"):
        return ""
    if text.startswith("="):
        return _FORMULA
    return _of_date(text) if sheet.column(rule.column).type in ("date", "datetime") else _of_amount(text)


def _of_number(text: str) -> str:
    if _ROUNDED.match(text) or _ZEROS.match(text):
        return _LOST_DIGITS
    return _LOST_ZERO if _SHORT.match(text) else ""


def _of_amount(text: str) -> str:
    if _ROUNDED.match(text):
        return _LOST_DIGITS
    return _COMMAS if _THOUSANDS.match(text) else ""


def _of_date(text: str) -> str:
    text = tidied(text)
    for form, why in _FORMS:
        if form.match(text):
            return why
    if _NUMBERED.search(text):
        return _DAY_IN_LETTERS
    if parts := _PARTS.match(text):
        day, month, year = map(int, parts.groups())
        if len(parts[3]) <= 2 and year < _CENTURY:
            return _SHORT_YEAR
        if len(parts[3]) < len("2020"):
            return _NO_YEAR
        if month > _MONTHS >= day:
            return _MONTH_FIRST
    return _of_day(text) or (_OTHER_WORDS if _WORD.match(text) else "")


def _of_day(text: str) -> str:
    """Return what is wrong with a cell that names a day in a form that we read; the day itself is tried."""
    parts = day_parts(text)
    if parts is None:
        return ""
    year, month, day, _ = parts
    if not YEARS[0] <= year <= YEARS[1]:
        return _NO_YEAR
    return _BEHIND_DAY if is_day(year, month, day) else _NO_DAY
