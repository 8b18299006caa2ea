"""Finds characters in cells that their sender did not mean: guessed, encoded twice, lost, unseen, or in code."""

import re
from functools import lru_cache
from html import unescape

import polars as pl

from validation.files.readers.distinct import Distinct, records_like
from validation.files.readers.grid import Mark
from validation.files.readers.text import CONTROL, GUESSED

# What UTF-8 looks like when a system has read it as Windows-1252 or Latin-1 and written that in UTF-8.
_BEHIND = "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_TWICE = f"[\u00c2-\u00c5\u00e2][{_BEHIND}]"
_ENTITY = "&#?[A-Za-z0-9]{2,31};"
_LOST = "[\ufffd\u0080-\u009f]"
# A letter as programs write it in code: in JSON, in addresses of the web and in emails.
_ESCAPED = r"\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|[%=]C[2-5][%=][89ABab][0-9A-Fa-f]|[%=]c[2-5][%=][89ab][0-9a-f]"
# Marks of direction, of no width and of possible hyphens; in other scripts some of them belong between letters.
_MARKS = "[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_LETTER = "[A-Za-z\u00c0-\u024f]"
_UNSEEN = f"{_LETTER}{_MARKS}+{_LETTER}"
# What a system writes for a letter that its code lacks, in a word.
_QUESTIONED = rf"{_LETTER}\?{_LETTER}|^\?{_LETTER}+$|^{_LETTER}+\?$"
_ODD = f"{_TWICE}|{_ENTITY}|{_LOST}|{_ESCAPED}|{_UNSEEN}|{_QUESTIONED}"
# Each with a byte that most files lack, for which a look is many times as fast as a search.
_ODD_BYTES = (
    (b"\xc3", re.compile(rb"\xc3[\x82-\x85\xa2](?:\xc2|\xc5[\x92-\xbe]|\xc6\x92|\xcb[\x86\x9c]|\xe2[\x80\x82\x84])")),
    (b"\xef", re.compile(rb"\xef\xbf\xbd|\xef\xbb\xbf")),
    (b"\xc2", re.compile(rb"\xc2[\x80-\x9f\xad]")),
    (b"&", re.compile(rb"&#?[A-Za-z0-9]{2,31};")),
    (b"\\", re.compile(rb"\\[ux][0-9A-Fa-f]{2}")),
    (b"%", re.compile(rb"%[Cc][2-5]%")),
    (b"=", re.compile(rb"=[Cc][2-5]=")),
    (b"?", re.compile(rb"[A-Za-z\x80-\xbf]\?|\?[A-Za-z\xc3-\xc9]")),
    (b"\xe2", re.compile(rb"\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xa9]")),
    (b"\xcd", re.compile(rb"\xcd\x8f")),
    (b"\xe1", re.compile(rb"\xe1\xa0\x8e")),
)


def may_be_odd(data: bytes) -> bool:
    """Return whether the bytes of a text in UTF-8 may hold such a character."""
    return any(first in data and pattern.search(data) for first, pattern in _ODD_BYTES)


def odd_cells(frame: pl.DataFrame, distinct: Distinct, offset: int = 0) -> tuple[Mark, ...]:
    """Return the cells that hold such characters, each with its kind, as `Mark` lists them.

    Args:
        frame: of a grid.
        distinct: the different cells of its columns.
        offset: how many columns of the sheet stand before those of the frame.
    """
    marks = []
    for column, record in records_like(frame, distinct, _ODD):
        if kind := _kind(frame[record, column]):
            marks.append(Mark(kind, record, column + offset))
    return tuple(marks)


@lru_cache(maxsize=1024)
def _kind(text: str) -> str:
    if re.search(_LOST, text) and not _twice(text):
        return "lost"
    if re.search(_TWICE, text) and _twice(text):
        return "twice"
    for kind, form in (("escaped", _ESCAPED), ("unseen", _UNSEEN), ("questioned", _QUESTIONED)):
        if re.search(form, text):
            return kind
    return "entity" if unescape(text) != text else ""


def _twice(text: str) -> bool:
    """Return whether a part of a text becomes a Latin letter, or a mark of print, when it is encoded back."""
    for pair in re.finditer(f"{_TWICE}[\u0080-\u00bf\u0152-\u2122]?", text):
        for length in (3, 2):
            try:
                letter = b"".join(_byte(char) for char in pair[0][:length]).decode()
            except UnicodeError:
                continue
            if len(letter) == 1 and (letter < "\u0250" or "\u2010" <= letter <= "\u2122"):
                return True
    return False


def _byte(char: str) -> bytes:
    # Windows leaves five codes without a letter, and systems pass them through.
    return char.encode("latin-1") if char < "\u0100" else char.encode("cp1252")


def without_marks(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Mark, ...]]:
    """Return the cells without the marks of `text`, and where those stood: kinds `guessed` and `control`.

    A character that no text has becomes a space: where it stood, one word may have ended.
    """
    marks = []
    for column, cells in enumerate(frame):
        for kind, mark in (("guessed", GUESSED), ("control", CONTROL)):
            hits = cells.str.contains(mark, literal=True).fill_null(False).arg_true()
            marks += [Mark(kind, record, column) for record in hits]
    changed = sorted({mark.column for mark in marks})
    plain = [cleaned(pl.col(str(n))).alias(str(n)) for n in changed]
    filled = [pl.when(pl.col(str(n)) != "").then(pl.col(str(n))) for n in changed]
    return frame.with_columns(plain).with_columns(filled), tuple(marks)


def cleaned(cell: pl.Expr) -> pl.Expr:
    """Return a cell without the marks of `text`, trimmed."""
    return cell.str.replace_all(GUESSED, "", literal=True).str.replace_all(CONTROL, " ", literal=True).str.strip_chars()


def bare(text: str) -> str:
    """Return a text without the marks of `text`."""
    return text.replace(GUESSED, "").replace(CONTROL, " ")
