"""How many rows a return had when its area last sent it: a question for people where the number is far from today's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models.words import long, plural
from tasks.comparing.shares import far_apart, times_in_words
from tasks.disclosure.tables import SMALLEST_SHOWN


@dataclass(frozen=True, slots=True)
class LastTime:
    """The rows of one return of all its agencies in an earlier inspection."""

    rows: int
    announced: date


def questions(before: Mapping[str, LastTime], now: Mapping[str, int]) -> tuple[str, ...]:
    """Return a sentence for each return whose number of rows is far from that of last time, by return code.

    Args:
        before: return -> last time; returns without one are left out.
        now: return -> rows of the newest versions.
    """
    return tuple(
        _question(code, before[code], rows)
        for code, rows in sorted(now.items())
        if code in before and far_apart(before[code].rows, rows)
    )


def _question(code: str, last: LastTime, now: int) -> str:
    then = f"{plural(last.rows, 'row')} in the inspection announced on {long(last.announced)}"
    if last.rows == 0:
        return f"{code}: no row in the inspection announced on {long(last.announced)}, now {_few(now)}."
    if last.rows < SMALLEST_SHOWN:
        return f"{code}: fewer than 5 rows in the inspection announced on {long(last.announced)}, now {_few(now)}."
    return f"{code}: {then}, now {_few(now)}: {times_in_words(last.rows, now)}."


def _few(rows: int) -> str:
    return "fewer than 5" if 0 < rows < SMALLEST_SHOWN else f"{rows:,}"
