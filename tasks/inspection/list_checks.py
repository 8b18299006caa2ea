"""Checks what a theme says of its lists: columns that it leaves out, columns of its own, and points read from them."""

from collections.abc import Iterator

import polars as pl

from models.theme_lists import ListColumn
from models.theme_mistakes import ThemeMisfit
from models.themes import Theme
from validation.contract.derived import derived
from validation.contract.identity import CHILDREN
from validation.contract.model import Column, Contract, Sheet
from validation.files.parsing import parse
from validation.returns import CONTRACTS, contract
from validation.returns.by_theme import EVERY

# Children are linked, chosen and counted by these.
_NEEDED = (
    *("forename", "surname", "date_of_birth", "sex", "postcode", "nhs_number", "upn", "la_child_id"),
    *("household_id", "case_status", "ethnicity", "contacts_in_window"),
)
_REGISTER = "LA-DA"


def list_mistakes(theme: Theme) -> Iterator[ThemeMisfit]:
    """Yield what does not fit in what a theme says of its lists."""
    yield from _unasked(theme)
    yield from _own(theme)
    yield from _points(theme)


def _unasked(theme: Theme) -> Iterator[ThemeMisfit]:
    for place, named in enumerate(theme.lists.unasked):
        at = "lists", "unasked", place
        code, _, name = named.partition(".")
        codes = tuple(CONTRACTS) if code == EVERY else (code,)
        if code != EVERY and code not in CONTRACTS:
            yield ThemeMisfit(at, f"there is no return {code!r}", code, tuple(CONTRACTS))
            continue
        columns = {column for each in codes for column in _headers(each, theme)}
        if name not in columns:
            yield ThemeMisfit(
                at, f"{'no return' if code == EVERY else code} has a column {name!r}", name, tuple(columns)
            )
        elif name in _NEEDED or any(_is_key(each, name) for each in codes):
            yield ThemeMisfit(at, f"{name!r} cannot be left out, because children are linked and chosen by it")


def _headers(code: str, theme: Theme) -> tuple[str, ...]:
    """Return the headers of a return, those of the columns that the theme leaves out among them."""
    sheets = contract(code, theme).sheets
    return tuple(column.name for sheet in sheets for column in (*sheet.columns, *sheet.unasked))


def _is_key(code: str, name: str) -> bool:
    roles = CHILDREN[code][1] if code in CHILDREN else None
    if roles and name in map(roles.of, ("date_of_birth", "la_child_id", "nhs_number")):
        return True
    return any(name in (*sheet.key, sheet.parent) for sheet in CONTRACTS[code].sheets)


def _own(theme: Theme) -> Iterator[ThemeMisfit]:
    owed_codes = tuple(dict.fromkeys(owed.code for owed in theme.returns))
    for place, column in enumerate(theme.lists.columns):
        at = "lists", "columns", place
        if column.list not in owed_codes:
            sentence = f"the theme does not ask for {column.list!r}, to which it adds {column.name!r}"
            yield ThemeMisfit((*at, "list"), sentence, column.list, owed_codes)
            continue
        main = contract(column.list, theme).main
        if list(main.names).count(column.name) > 1:
            yield ThemeMisfit((*at, "name"), f"{column.list} has a column {column.name!r} already")
        if column.after and column.after not in main.names:
            yield ThemeMisfit((*at, "after"), f"{column.list} has no column {column.after!r}", column.after, main.names)
        yield from _form(at, column, main)


def _form(at: tuple[str | int, ...], column: ListColumn, main: Sheet) -> Iterator[ThemeMisfit]:
    if (column.type == "category") != bool(column.codes):
        yield ThemeMisfit((*at, "codes"), f"{column.name!r} needs codes if it is a category, and has none otherwise")
    elif not _is_good(main.column(column.name)):
        yield ThemeMisfit(
            (*at, "example"), f"{column.example!r} is not a good value of {column.name!r}", column.example
        )


def _is_good(column: Column) -> bool:
    """Return whether the example of a column keeps all that the column implies."""
    sheet = Sheet("", (column,), ())
    frame = parse(pl.DataFrame({column.name: [column.example]}), sheet)
    rules = derived(Contract("", "", None, "", (sheet,)), sheet)
    return not any(frame.select(rule.flag).item() for rule in rules)


def _points(theme: Theme) -> Iterator[ThemeMisfit]:
    main = contract(_REGISTER, theme).main
    for place, point in enumerate(theme.sampling.decision_points):
        where, at = point.where, ("sampling", "decision_points", place, "where")
        if where is None:
            continue
        if where.column not in main.names:
            yield ThemeMisfit((*at, "column"), f"{_REGISTER} has no column {where.column!r}", where.column, main.names)
            continue
        codes = main.column(where.column).codes
        if (where.least is None) == (not where.codes):
            yield ThemeMisfit(at, f"{point.key!r} needs either codes or a least number")
        for code in where.codes:
            if codes is None or code not in codes.values:
                options = codes.values if codes else ()
                yield ThemeMisfit((*at, "codes"), f"{where.column!r} has no code {code!r}", code, options)
