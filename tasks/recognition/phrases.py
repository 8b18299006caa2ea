"""Reads from a sentence what it says of a child: ages, whether a boy or a girl, and days. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tasks.reading_letters.dates import MONTHS

_NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
)
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNIT = r"year|month|week"
_DASH = r"[-\u2010-\u2013 ]"
# "Aged 4 to 7" and "aged 16 or over" speak of a group, not of a child.
_GROUP = (
    rf"(?!\s*(?:to|[-\u2013])\s*{_NUMBER})(?!\s+(?:years?\s+)?(?:or|and)\s+(?:over|under|above|below|older|younger))"
)
_AGE = re.compile(
    rf"\bage(?:d|\s+of)?\s+(?P<aged>{_NUMBER})\b(?:{_DASH}?(?P<aged_unit>{_UNIT})s?\b)?{_GROUP}"
    rf"|(?<!to )(?<!-)\b(?P<old>{_NUMBER}){_DASH}?(?P<old_unit>{_UNIT})s?{_DASH}olds?\b"
    rf"|\bborn (?P<past>{_NUMBER}) (?P<past_unit>{_UNIT})s? ago\b",
    re.IGNORECASE,
)
_UNBORN = re.compile(r"\b(?:an|one|the|this|her|their|whose)\s+unborn\b", re.IGNORECASE)
_SEXES = {
    "M": re.compile(r"\b(?:boy|son|brother|stepson|stepbrother|grandson|nephew)\b", re.IGNORECASE),
    "F": re.compile(r"\b(?:girl|daughter|sister|stepdaughter|stepsister|granddaughter|niece)\b", re.IGNORECASE),
}
_SIBLINGS = re.compile(r"\b(?:siblings?|brothers?|sisters?|twins?|family|household|children of)\b", re.IGNORECASE)
_MONTH = "|".join(f"{name}|{name[:3]}" for name in MONTHS)
_DAY = re.compile(
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{_MONTH})\b\.?,?(?:\s+(?P<y>\d{{4}})\b)?"
    rf"|\b(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,?\s+(?P<y2>\d{{4}})\b)?"
    r"|\b(?P<d3>\d{1,2})[/.](?P<m3>\d{1,2})[/.](?P<y3>\d{4}|\d{2})\b"
    r"|\b(?P<y4>\d{4})-(?P<m4>\d{2})-(?P<d4>\d{2})\b",
    re.IGNORECASE,
)
_BIRTH = re.compile(r"\b(?:born|birth|birthday|dob|due)\b[^.]{0,20}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Age:
    """An age in whole months: at least `least` and less than `below`; an unborn child is below 0."""

    least: int
    below: int
    sex: str = ""


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day as written: its year may be missing; `birth` where it is said to be somebody's."""

    day: int
    month: int
    year: int | None
    birth: bool = False

    def is_same(self, other: date) -> bool:
        """Return whether a day can be meant."""
        return (self.day, self.month) == (other.day, other.month) and self.year in (None, other.year)


@dataclass(frozen=True, slots=True)
class Saying:
    """What a text says of children, one after the other."""

    ages: tuple[Age, ...] = ()
    sexes: frozenset[str] = frozenset()
    days: tuple[WrittenDay, ...] = ()
    siblings: bool = False

    def __add__(self, other: "Saying") -> "Saying":
        """Return what two texts say together."""
        return Saying(
            self.ages + other.ages, self.sexes | other.sexes, self.days + other.days, self.siblings or other.siblings
        )


def saying(text: str) -> Saying:
    """Return what a text says of children."""
    sexes = frozenset(sex for sex, words in _SEXES.items() if words.search(text))
    return Saying(tuple(_ages(text, sexes)), sexes, tuple(_days(text)), _SIBLINGS.search(text) is not None)


def _ages(text: str, sexes: frozenset[str]) -> Iterator[Age]:
    for match in _AGE.finditer(text):
        given = next((name for name in ("aged", "old", "past") if match[name]), "aged")
        number, unit = _number(match[given]), (match[f"{given}_unit"] or "year").lower()
        yield Age(*_months(number, unit), _sex_at(text, match, sexes))
    if _UNBORN.search(text):
        yield Age(-12, 0)


def _sex_at(text: str, match: re.Match[str], sexes: frozenset[str]) -> str:
    """Return the sex said within 3 words of an age; that of the whole text where it says but one."""
    around = " ".join(text[: match.start()].split()[-3:]), " ".join(text[match.end() :].split()[:3])
    near = {sex for sex, words in _SEXES.items() if any(map(words.search, around))}
    chosen = near or sexes
    return next(iter(chosen)) if len(chosen) == 1 else ""


def _number(written: str) -> int:
    return int(written) if written.isdigit() else _NUMBERS.index(written.lower()) + 1


def _months(number: int, unit: str) -> tuple[int, int]:
    if unit == "year":
        return number * 12, number * 12 + 12
    return (number, number + 1) if unit == "month" else (number * 7 // 31, (number + 1) * 7 // 30 + 1)


def _days(text: str) -> Iterator[WrittenDay]:
    for match in _DAY.finditer(text):
        kind = next(end for end in ("", "2", "3", "4") if match[f"d{end}"])
        month, year = match[f"m{kind}"].lower(), match[f"y{kind}"]
        number = int(month) if month.isdigit() else next(n for n, m in enumerate(MONTHS, 1) if m.startswith(month))
        full = int(year) + (2000 if len(year) == 2 else 0) if year else None
        yield WrittenDay(int(match[f"d{kind}"]), number, full, _BIRTH.search(text[: match.start()]) is not None)
