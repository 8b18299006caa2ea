"""What probably happened to a cell that breaks a rule, guessed from its shape without repeating what it holds."""

import re

from validation.contract.model import Sheet
from validation.contract.rules import Rule
from validation.files.readers.grid import is_error

_SERIAL = re.compile(r"^[1-9][0-9]{3,4}(\.[0-9]+)?$")
_PARTS = re.compile(r"^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{1,4})(?![0-9])")
_ISO = re.compile(r"^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?![0-9])")
_ROUNDED = re.compile(r"^[0-9](\.[0-9]+)?[eE]\+?[0-9]+$")
_ZEROS = re.compile(r"^[0-9]{3,6}0{4,7}$")
_SHORT = re.compile(r"^[0-9]{5,9}$")
_THOUSANDS = re.compile(r"^[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$")
_YEARS = (1900, 2100)
_MONTHS = 12
_CENTURY = 100

_FORMULA = "It is a formula that was written as text: put its result there."
_ERROR = "It is the error of a formula: mend the formula, or type the value."
_AS_SERIAL = (
    "It is a number such as those by which spreadsheets store days, and which day it means depends on the program: "
    "format the column as a date, dd/mm/yyyy, and send it again."
)
_MONTH_FIRST = (
    "The month seems to stand before the day. If so, every date of the column is meant that way, also those that were "
    "read: write the day first in all of them."
)
_SHORT_YEAR = "Its year has two digits: write all four."
_NO_YEAR = f"Its year is not between {_YEARS[0]} and {_YEARS[1]}."
_NO_DAY = "There is no such day in the calendar."
_LOST_DIGITS = (
    "A spreadsheet has rounded it, as in 9.43E+09, and the last digits are lost: format the column as text, then copy "
    "the numbers again from your system."
)
_LOST_ZERO = (
    "It has fewer than 10 digits, as when a spreadsheet drops a zero at the start: format the column as text, then "
    "copy the numbers again from your system."
)
_COMMAS = "Leave out the commas between the digits."


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
    if _SERIAL.match(text):
        return _AS_SERIAL
    if parts := _PARTS.match(text):
        day, month, year = map(int, parts.groups())
        if len(parts[3]) <= 2 and year < _CENTURY:
            return _SHORT_YEAR
        return _MONTH_FIRST if month > _MONTHS >= day else _of_calendar(year)
    return _of_calendar(int(parts[1])) if (parts := _ISO.match(text)) else ""


def _of_calendar(year: int) -> str:
    return _NO_DAY if _YEARS[0] <= year <= _YEARS[1] else _NO_YEAR
