"""A person's rows without anybody else: each cell that is left out has a mark that says what it was and why. Pure."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from models.words import in_text
from validation.contract.model import Sheet
from validation.contract.persons_columns import Whose, whose
from validation.contract.persons_numbers import COLUMNS, Number, compared
from validation.telling.pages import Page, write_pages

_OTHER = "[Left out: about another person]"
_MARKS = {
    Whose.STAFF: "[Left out: names a member of staff]",
    Whose.WHERE: "[Left out: tells where somebody lives or goes]",
    Whose.SEVERAL: "[Left out: words, or about several people at once]",
    Whose.LISTED: "[Left out: numbers of other children]",
}
MARKS = (_OTHER, *_MARKS.values())
"""Each mark. It stands whether or not the cell held anything, so that it tells nothing of that either."""

_SHORTEST = 4
"""A value with fewer characters, such as a code, stands in any file by chance."""


@dataclass(frozen=True, slots=True)
class MaskedCell:
    """One cell of a copy.

    Attributes:
        column: its header in the return.
        text: what the person gets: the value, or a mark.
        hidden: what stands there and was left out, for checks alone; empty where nothing was, and for codes of a list.
    """

    column: str
    text: str
    hidden: str = ""


def masked_row(code: str, sheet: Sheet, row: Mapping[str, object], numbers: Iterable[Number]) -> list[MaskedCell]:
    """Return the cells of one row as the person of these numbers gets them."""
    numbers = frozenset(numbers)
    columns = [column for column in sheet.columns if column.name in row]
    own = {column.name: _own(column.name, row[column.name], numbers) for column in columns}
    # Whose part of the row is given out is decided by number alone: a name may be that of somebody else.
    parts = {whose(code, sheet.name, column) for column in columns if own[column.name]} - set(_MARKS)
    cells = []
    for column in columns:
        part, text = whose(code, sheet.name, column), in_text(row[column.name])
        # A code of a closed list stands in any file by chance, and tells nobody from anybody.
        identifying = "" if column.codes or column.type == "bool" else text
        if part is Whose.LISTED:
            theirs = "; ".join((*own[column.name], _MARKS[part]))
            cells.append(MaskedCell(column.name, theirs, identifying))
        elif part in parts:
            cells.append(MaskedCell(column.name, text))
        else:
            cells.append(MaskedCell(column.name, _MARKS.get(part, _OTHER), identifying))
    return cells


def _own(name: str, value: object, numbers: frozenset[Number]) -> list[str]:
    """Return which values of a cell are numbers of the person, as they are typed."""
    kind = COLUMNS.get(name)
    if kind is None or value is None:
        return []
    values = [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
    typed = pl.DataFrame({"typed": values}, schema={"typed": pl.String})
    # Compared as linkage does, and shown as it was typed.
    forms = typed.select(compared(kind, pl.col("typed")).alias("form"))["form"]
    return [each for each, form in zip(values, forms, strict=True) if form and Number(kind, form) in numbers]


def hidden_values(cells: Iterable[MaskedCell]) -> list[str]:
    """Return the values that were left out and that nothing which is given out holds, long enough to be told apart."""
    cells = list(cells)
    # A surname that a family shares stands in the person's own cells, and its presence is no leak.
    shown = " ".join(cell.text for cell in cells).casefold()
    parts = {part.strip() for cell in cells for part in cell.hidden.split(";")}
    return sorted(part for part in parts if len(part) >= _SHORTEST and part.casefold() not in shown)


def workbook(rows: Sequence[tuple[str, ...]], about: Sequence[str]) -> bytes:
    """Return a copy as a workbook: what it is, then one line a cell."""
    head = ("Inspection", "Agency", "Return", "Row of their file", "What", "What it says")
    pages = [
        Page(
            "About this copy", [["About this copy"], *([text] for text in about)], title=True, widths=[100], wrap=True
        ),
        Page("What is held", [head, *rows], header=True, widths=[28, 28, 20, 16, 34, 50], wrap=True, landscape=True),
    ]
    return write_pages(pages, "xlsx")


def values_within(data: bytes, values: Iterable[str]) -> list[str]:
    """Return which values stand anywhere in a workbook: in any part of it, packed or not, as text or escaped."""
    parts = [data]
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        # Packed parts as well: a search of the file's bytes alone would pass everything.
        parts += [book.read(name) for name in book.namelist()]
        parts += [name.encode() for name in book.namelist()]
    texts = [part.decode("utf-8", "replace").casefold() for part in parts]
    return [value for value in values if any(_escaped(value.casefold()) in text for text in texts)]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def values_in_words(text: str, values: Iterable[str]) -> list[str]:
    """Return which values stand as whole words in a text that is published."""
    folded = text.casefold()
    # As whole words: a forename of 4 letters is part of many words.
    return [value for value in values if re.search(rf"(?<!\w){re.escape(value.casefold())}(?!\w)", folded)]
