"""Rows right under the headers that say what each column holds: its type, format or number, or whether it is needed."""

import re
from collections.abc import Callable

import polars as pl

from validation.contract.codes import NO, YES, code_of, items_of, spellings
from validation.contract.model import Column, Sheet
from validation.files.layout import Header
from validation.files.no_values import words_for

_WITHIN, _COMPARED = 4, 12
_LEAST = 3
# Most cells of such a row are no values; of rows of values few are, and where many are, the fault is another.
_MOST, _FEW = 0.5, 0.25
# What a value of each type looks like, which is enough here: reading it in all its forms would cost far more.
_DAY = re.compile(r"(?i)^[=\"'`]*(?:[0-9]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[^0-9]*[0-9]){4}")
_YES_OR_NO = frozenset(word.lower() for word in (*YES, *NO))
_LOOKS = {"date": _DAY, "datetime": _DAY, "integer": re.compile(r"^\D?[0-9]"), "decimal": re.compile(r"^\D?[0-9]")}


def under_headers(sheet: Sheet, header: Header, body: pl.DataFrame) -> list[int]:
    """Return the rows right under the headers in which most cells cannot be values of their columns, as others are.

    Args:
        sheet: of the contract.
        header: the header row.
        body: what stands below it.
    """
    columns = [c for c in sheet.columns if c.type != "string" and c.name in header.at]
    if len(columns) < _LEAST:
        return []
    tests = [(header.at[c.name], _test_of(c), words_for(c)) for c in columns]
    rows = []
    for n, cells in enumerate(body.head(_WITHIN + _COMPARED).iter_rows()):
        looks = [may_be(cells[at]) for at, may_be, blanks in tests if cells[at] and cells[at] not in blanks]
        if looks:
            rows.append((n, looks.count(False), looks.count(False) / len(looks)))
    under = [n for n, wrong, share in rows[:_WITHIN] if wrong >= _LEAST and share > _MOST]
    # They follow each other from the first row on.
    under = [n for place, n in enumerate(under) if rows[place][0] == n]
    others = [share for n, _, share in rows if n not in under]
    return under if others and sum(others) / len(others) < _FEW else []


def _test_of(column: Column) -> Callable[[str], bool]:
    """Return whether a cell may be a value of a column, as a test."""
    form = _LOOKS.get(column.type)
    if form:
        return lambda cell: bool(form.match(cell))
    if column.type == "bool":
        return lambda cell: cell.strip().lower() in _YES_OR_NO
    if column.codes is None:
        return lambda _: True
    meanings = spellings(column.codes)
    if column.type == "list":
        return lambda cell: all(code_of(item, meanings) for item in items_of(cell))
    return lambda cell: code_of(cell, meanings) is not None
