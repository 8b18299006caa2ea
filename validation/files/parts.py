"""Rows of a return that came in several files: one number a row, which holds both file and line."""

from models.ids import OF_A_KIND
from validation.files.senders import SENDER

PART = 10**8  # more lines than any file that is read can have


def numbered(line: int, part: int) -> int:
    """Return the number of a row: its line, counted on from `PART` times the files before its own.

    Args:
        line: in its file, from 1.
        part: which of the files it is, from 1.
    """
    return line + (part - 1) * PART


def taken_apart(row: int) -> tuple[int, int]:
    """Return file (from 1) and line (from 1) of a row's number."""
    part, line = divmod(row, PART)
    return part + 1, line


def row_in_words(row: int) -> str:
    """Return a row's number as people read it: `12`, `12 of file 2`, or `12 of agency 2`."""
    sender, own = divmod(row, SENDER)
    file, line = taken_apart(own)
    words = str(line) if file == 1 else f"{line} of file {file}"
    kind, place = divmod(sender, OF_A_KIND)
    if sender == 0:
        return words
    return f"{words} of agency {place + 1}" + (f" of kind {kind + 1}" if kind else "")
