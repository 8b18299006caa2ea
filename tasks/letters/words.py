"""Small pieces of English: dates in full, counts with their noun, lists with 'and'."""

from collections.abc import Sequence
from datetime import date


def long_date(day: date) -> str:
    """Return a date as people write it in a letter: 6 May 2025."""
    return f"{day.day} {day:%B %Y}"


def count(number: int, noun: str, plural: str) -> str:
    """Return a number with its noun: 1 child, 7 children."""
    return f"{number} {noun if number == 1 else plural}"


def joined(words: Sequence[str]) -> str:
    """Return words with commas, and 'and' before the last."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
