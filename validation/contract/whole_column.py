"""The beginning of a sentence about many cells, which reports list once, and how many cells it is about."""

import re

_COLUMN = re.compile(r"^(?:This is so in|From here down) ([0-9][0-9,]*) cells\b")
_RUN = re.compile(r"^This is so in the ([0-9][0-9,]*) cells [A-Z]+[0-9]+ to [A-Z]+[0-9]+\.")


def about_column(cells: int, message: str) -> str:
    """Return the sentence of a rule that so many cells of a column break, from the first of them down."""
    return f"This is so in {cells:,} cells of the column, from here down. {message}"


def about_run(cells: int, first: str, last: str, message: str) -> str:
    """Return the sentence of a rule that so many cells below each other break."""
    return f"This is so in the {cells:,} cells {first} to {last}. {message}"


def is_about_column(message: str) -> bool:
    """Return whether a sentence is about a column as a whole."""
    return bool(_COLUMN.match(message))


def cells_meant(message: str) -> int | None:
    """Return how many cells a sentence is about; None where it is about one place."""
    begins = _COLUMN.match(message) or _RUN.match(message)
    return int(begins[1].replace(",", "")) if begins else None


def run_length(message: str) -> int:
    """Return how many cells below each other, the first of them included, a sentence is about; 1 for any other."""
    return cells_meant(message) or 1 if _RUN.match(message) else 1
