"""Lists on pages: one way to look for words, choose, sort, turn pages and download, for every list there is."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from fastapi import Request, Response
from starlette.datastructures import FormData

from models.words import in_text
from portal.pages.forms import text_of
from portal.pages.frame import MEDIA, attachment, page, who

if TYPE_CHECKING:
    from validation.telling.pages import Format

PAGE = 50
"""Rows on one page."""
FORMATS = ("xlsx", "ods", "csv")
"""In which a list is downloaded."""
_CHOICE = "only-"
_LONGEST = 80
_NUMBER = re.compile("[1-9][0-9]{0,5}")
_WIDEST = 60

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class ListingColumn(Generic[Row]):
    """What a list says of each of its rows under one heading.

    Attributes:
        name: of the column in forms.
        title: its heading.
        value: gives it for a row: text, a number, a day, a moment, yes or no, several texts, or None.
        chosen: whether people choose among its values.
        person: whether the value names somebody by reference, as records do; the list says their name.
    """

    name: str
    title: str
    value: Callable[[Row], object]
    chosen: bool = False
    person: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see of a list.

    Attributes:
        words: which a row must hold, in any column, in capital or small letters; empty for all rows.
        by: the column by which rows are sorted; empty for the list's own order.
        falling: whether the largest comes first.
        number: of the page, from 1.
        chosen: the value that a row must have, by column.
        download: a format of `FORMATS` in which all matching rows are wanted; empty for a page.
    """

    words: str = ""
    by: str = ""
    falling: bool = False
    number: int = 1
    chosen: Mapping[str, str] = field(default_factory=dict)
    download: str = ""


EVERYTHING = Wanted()
"""What somebody wants who has asked for nothing yet: the first page of all rows, in the list's own order."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """One page of a list, with what its form offers.

    Attributes:
        rows: of this page.
        every: all rows that are wanted, where they are at hand.
        wanted: what was asked for, its page as it is.
        titles: headings by the name of their column, for sorting.
        choices: values to choose from, by column.
        total: how many rows the list has.
        matching: how many of them are wanted.
        pages: on how many pages they stand.
    """

    rows: Sequence[Row]
    wanted: Wanted
    titles: Mapping[str, str]
    choices: Mapping[str, Sequence[str]]
    total: int
    matching: int
    pages: int
    every: Sequence[Row] = ()


def wanted_in(form: FormData) -> Wanted:
    """Return what the form of a list asks for.

    A form and no address, for what somebody looks for may be a child's name (L5).
    """
    number, download = text_of(form, "number"), text_of(form, "download")
    chosen = {
        name.removeprefix(_CHOICE): value
        for name, value in form.multi_items()
        if name.startswith(_CHOICE) and isinstance(value, str) and value
    }
    return Wanted(
        words=text_of(form, "words")[:_LONGEST],
        by=text_of(form, "by"),
        falling=text_of(form, "falling") == "true",
        number=int(number) if _NUMBER.fullmatch(number) else 1,
        chosen=chosen,
        download=download if download in FORMATS else "",
    )


def arrange(rows: Sequence[Row], columns: Sequence[ListingColumn[Row]], wanted: Wanted) -> Listing[Row]:
    """Return the rows that are wanted, in the order that is wanted; all of them for a download, else one page.

    Args:
        rows: of the whole list, in its own order, which ties keep.
        columns: of the list.
        wanted: a choice or a column that the list does not have is no condition.
    """
    read = _reading()
    by_name = {column.name: column for column in columns}
    choices = {column.name: _choices(read(column, row) for row in rows) for column in columns if column.chosen}
    chosen = {name: value for name, value in wanted.chosen.items() if value in choices.get(name, ())}
    words = wanted.words.casefold()
    matching = [
        row
        for row in rows
        if all(value in _texts(read(by_name[name], row)) for name, value in chosen.items())
        and (not words or any(words in in_text(read(column, row)).casefold() for column in columns))
    ]
    if wanted.by in by_name:
        column = by_name[wanted.by]
        matching = _sorted([(read(column, row), row) for row in matching], falling=wanted.falling)
    pages = max(1, ceil(len(matching) / PAGE))
    # A page that a narrower search no longer has shows the last one, and not an empty list.
    number = min(wanted.number, pages)
    shown = matching if wanted.download else matching[(number - 1) * PAGE : number * PAGE]
    # Only choices that the list has go on: an old form's others would hide every row.
    kept = Wanted(wanted.words, wanted.by, wanted.falling, number, chosen, wanted.download)
    titles = {column.name: column.title for column in columns}
    return Listing(shown, kept, titles, choices, len(rows), len(matching), pages, matching)


def _texts(value: object) -> tuple[str, ...]:
    """Return each text of a value: several for a value that is several."""
    return tuple(map(in_text, value)) if isinstance(value, list | tuple | set | frozenset) else (in_text(value),)


def _reading() -> Callable[[ListingColumn[Any], Any], object]:
    """Return what reads the value of a column for a row; a person who stands in many rows is looked up once."""
    names = cache(who)

    def read(column: ListingColumn[Any], row: Any) -> object:
        value = column.value(row)
        return names(str(value)) if column.person and value else value

    return read


def _choices(values: Iterable[object]) -> list[str]:
    return sorted({text for value in values for text in _texts(value) if text}, key=str.casefold)


def _sorted(values: Sequence[tuple[object, Row]], *, falling: bool) -> list[Row]:
    """Return rows by their values, those without one last, whichever way they go."""
    filled = [(value, row) for value, row in values if value not in (None, "", ())]
    blank = [row for value, row in values if value in (None, "", ())]
    ordered = sorted(filled, key=lambda pair: _key(pair[0]), reverse=falling)
    # Reversed with the rest, blanks would fill the first page of what somebody sorts by.
    return [row for _, row in ordered] + blank


def _key(value: Any) -> Any:
    return in_text(value).casefold() if isinstance(value, str | list | tuple | set | frozenset) else value


def answer(
    request: Request,
    template: str,
    title: str,
    listing: Listing[Row],
    columns: Sequence[ListingColumn[Row]],
    **facts: Any,
) -> Response:
    """Return a page of a list, or the rows that are wanted as a file.

    Args:
        request: of the visitor.
        template: of the page.
        title: of the page; it names the file, too.
        listing: what to show.
        columns: of the list; the file has them all.
        **facts: what the page shows with it.
    """
    if listing.wanted.download:
        return list_file(title, listing, columns)
    return page(request, template, title, listing=listing, **facts)


def list_file(title: str, listing: Listing[Row], columns: Sequence[ListingColumn[Row]]) -> Response:
    """Return the rows of a list that are wanted as a file, which its title names."""
    read = _reading()
    table = [[in_text(read(column, row)) for column in columns] for row in listing.rows]
    return table_file(title, [column.title for column in columns], table, listing.wanted.download)


def table_file(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], extension: str) -> Response:
    """Return a table as a download that no spreadsheet takes for formulas; a title of several words names it."""
    # Imported here: the writers of workbooks take a moment that pages do not need.
    from validation.telling.pages import Page, safe, write_pages

    # A workbook keeps text as text; in CSV a mark in front of it does.
    cells = [[safe(cell) for cell in row] for row in rows] if extension == "csv" else rows
    widths = (
        [min(_WIDEST, max(len(title_), *(len(row[at]) for row in rows), 8) + 2) for at, title_ in enumerate(head)]
        if rows
        else [len(title_) + 2 for title_ in head]
    )
    sheet = Page("List", [list(head), *cells], header=True, widths=widths, landscape=True)
    content = write_pages([sheet], cast("Format", extension))
    name = "-".join(re.findall("[a-z0-9]+", title.casefold()))
    return attachment(content, f"{name}.{extension}", MEDIA[extension])
