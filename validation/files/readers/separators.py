"""Separators of delimited text that are not read, or that change below the headers: each is named at its line."""

import re
from collections.abc import Iterator
from itertools import islice

import polars as pl

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.grid import heading

_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
SEPARATORS = "".join(_NAMES)
"""What is read as a separator."""

_WITHIN = 20
# Fewer headers may stand in any sentence.
_LEAST = 3
# Signs that stand in headers themselves, as in `date/time`, are none.
_SIGNS = re.compile(r"[^\w\s./()'&%-]+|(?<=\S) {2,}(?=\S)|[\x1c-\x1f]")
_CONTROLS = {"\x1c": "1C", "\x1d": "1D", "\x1e": "1E", "\x1f": "1F"}
_MOSTLY = 0.9


def check_separator(head: str, names: frozenset[str]) -> None:
    """Let a text pass whose headers are not kept apart by some other separator.

    Args:
        head: the first lines of a text in which no headers stand between the usual separators.
        names: headers looked for, in the form of `heading`.

    Raises:
        UnreadableError: they are; the sentence names it.
    """
    for number, line in enumerate(head.split("\n", _WITHIN)[:_WITHIN], 1):
        for sign in dict.fromkeys(_SIGNS.findall(line)):
            if len({heading(cell) for cell in line.split(sign)} & names) >= _LEAST:
                raise UnreadableError(refusals.OTHER_SEPARATOR, row=number, line=number, separator=_in_words(sign))


def check_wrapped(columns: list[pl.Series], line: int, delimiter: str) -> None:
    """Let a table pass whose cells are not kept apart by several signs of which the usual one is but one, as in ~|~.

    Args:
        columns: of the table, from the header line on.
        line: of the headers, from 1.
        delimiter: between them.

    Raises:
        UnreadableError: they are; the sentence names them.
    """
    between = [_between([column[n] or "" for column in columns]) for n in range(min(len(columns[0]), 2))]
    if between[0] and between[-1] == between[0]:
        before, behind = between[0]
        separator = _in_words(before + delimiter + behind)
        raise UnreadableError(refusals.OTHER_SEPARATOR, row=line, line=line, separator=separator)


def _between(cells: list[str]) -> tuple[str, str] | None:
    """Return the signs on the two sides of a separator, where they are the same between all cells of a line."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    ends = {_sign(cell[-1]) for cell in filled[:-1]}, {_sign(cell[0]) for cell in filled[1:]}
    before, behind = (signs.pop() if len(signs) == 1 else "" for signs in ends)
    return (before, behind) if len(filled) > _LEAST and before + behind else None


def _sign(char: str) -> str:
    # Quotation marks with a space before them are read without it, and brackets are how SQL Server writes names.
    return "" if char.isalnum() or char in "\"'`\u2018\u2019[]()_*?%#\ufdd1\ufdd2=" else char


def check_same(columns: list[pl.Series], lines: pl.Series, delimiter: str) -> None:
    """Let a table pass in which each line has the separator of the headers.

    Args:
        columns: of the table, from the header line on.
        lines: the line of each record.
        delimiter: between the headers.

    Raises:
        UnreadableError: such a line is there; it is named.
    """
    if len(columns) <= _LEAST:
        return
    likely = columns[0].str.contains(f"[{SEPARATORS}]").fill_null(value=False).arg_true()
    for other in SEPARATORS if len(likely) else "":
        records = list(islice(_lines_of(columns, likely, other), 2))
        # A single line may be a slip with two marks, of which another rule speaks.
        if len(records) > (other == delimiter):
            line = int(lines[records[0]])
            if other == delimiter:
                raise UnreadableError(refusals.ONE_CELL, row=line, line=line)
            named = {"other": _NAMES[other], "separator": _NAMES[delimiter]}
            raise UnreadableError(refusals.TWO_SEPARATORS, row=line, line=line, **named)


def _lines_of(columns: list[pl.Series], records: pl.Series, separator: str) -> Iterator[int]:
    for record in records:
        cells = [column[record] or "" for column in columns]
        count = sum(cell.count(separator) for cell in cells)
        if count >= (len(columns) - 1) * _MOSTLY and 2 * sum(map(bool, cells)) < len(columns):
            yield record


def control_that_separates(data: bytes) -> UnreadableError | None:
    """Return the refusal of a text whose cells are kept apart by a control character; None where they are not."""
    first = data.lstrip().split(b"\n", 1)[0].decode("latin-1")
    all_controls = sum(data.count(sign.encode()) for sign in _CONTROLS)
    for sign, code in _CONTROLS.items():
        if first.count(sign) >= _LEAST and data.count(sign.encode()) >= all_controls * _MOSTLY:
            separator = f"a character that cannot be seen (code {code})"
            return UnreadableError(refusals.OTHER_SEPARATOR, row=1, line=1, separator=separator)
    return None


def _in_words(sign: str) -> str:
    if not sign.strip():
        return "spaces"
    return f"the signs {sign}" if len(sign) > 1 else f"the sign {sign}"
