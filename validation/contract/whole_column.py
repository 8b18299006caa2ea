"""The beginning of a sentence about nearly a whole column, which reports list once, and how many cells it is about."""

import re

_BEGINS = re.compile(r"^(?:This is so in|From here down) ([0-9][0-9,]*) cells\b")


def about_column(cells: int, message: str) -> str:
    """Return the sentence of a rule that so many cells of a column break, from the first of them down."""
    return f"This is so in {cells:,} cells of the column, from here down. {message}"


def cells_meant(message: str) -> int | None:
    """Return how many cells of a column a sentence is about; None where it is about one place."""
    begins = _BEGINS.match(message)
    return int(begins[1].replace(",", "")) if begins else None
