"""A return as one theme asks for it: its headers and words, its own columns, and none that it does not ask for."""

import re
from dataclasses import replace
from functools import lru_cache

from models.theme_lists import ListColumn, Lists
from validation.contract.model import Code, CodeSet, Column, Contract, Sheet

THEMED: dict[str, dict[str, str]] = {
    "LA-DA": dict.fromkeys(("da_factor_codes", "first_da_contact_date", "latest_da_contact_date"), ""),
    "HEA-1": {"da_known_to_service": "Whether the service knew of {about}."},
    "EVAL": {"da_recognised_as_victim": "Whether the child was recognised as {recognised}."},
    "YJS-1": {
        "da_victim": "Whether the person is {victim}.",
        "da_perpetrator": "Whether the person {perpetrator}.",
    },
}
"""Columns whose headers name the theme, each with its guidance where that does."""

EVERY = "*"
"""Stands for every return where a theme leaves a column out."""

# Guidance sets off by a semicolon what it says of unborn children.
_ABOUT_UNBORN = re.compile(r"; [^;]*\bunborn\b[^;.]*")
_UNLESS_UNBORN = ("unless unborn", "unless the child is unborn", "unless an expected date of birth is given")


@lru_cache(maxsize=256)
def for_theme(contract: Contract, lists: Lists, unborn: bool) -> Contract:
    """Return a contract as a theme asks for it.

    Args:
        contract: of a return.
        lists: what the theme says of its lists.
        unborn: whether it is about unborn children, too.
    """
    if unborn and lists == Lists():
        return contract
    sheets = tuple(_sheet(contract, sheet, lists) for sheet in contract.sheets)
    return replace(contract, sheets=sheets if unborn else tuple(map(_of_the_born, sheets)))


def _of_the_born(sheet: Sheet) -> Sheet:
    """Return a sheet that says nothing of unborn children and asks of every child what others ask of the born."""
    columns = (replace(column, guidance=_ABOUT_UNBORN.sub("", column.guidance)) for column in sheet.columns)
    always = (replace(c, required="yes", when="") if c.when in _UNLESS_UNBORN else c for c in columns)
    return replace(sheet, columns=tuple(always))


def _sheet(contract: Contract, sheet: Sheet, lists: Lists) -> Sheet:
    # The header and the guidance of a column that names the theme; no guidance where its own fits any theme.
    own_words = lists.model_dump(include={"about", "recognised", "victim", "perpetrator"})
    themed = {
        name: (lists.named(name), words.format(**own_words)) for name, words in THEMED.get(contract.code, {}).items()
    }
    named = (each.partition(".") for each in lists.unasked)
    left_out = {name for code, _, name in named if code in (contract.code, EVERY)}
    columns = list(sheet.columns)
    for place, column in enumerate(columns):
        if column.name in themed:
            name, guidance = themed[column.name]
            columns[place] = replace(column, name=name, guidance=guidance or column.guidance)
    unasked = tuple(column for column in columns if column.name in left_out)
    kept = [column for column in columns if column.name not in left_out]
    if sheet is contract.main:
        for added in lists.columns:
            if added.list == contract.code:
                kept.insert(_place(kept, added.after), _added(added))
    return replace(sheet, columns=tuple(kept), unasked=unasked)


def _place(columns: list[Column], after: str) -> int:
    """Return where a column is put: behind the one it names, or before the block of names and numbers at the end."""
    names = [column.name for column in columns]
    if after in names:
        return names.index(after) + 1
    return next((place for place, column in enumerate(columns) if column.block), len(columns))


def _added(added: ListColumn) -> Column:
    codes = CodeSet(added.name, tuple(Code(code, code.replace("_", " ")) for code in added.codes))
    return Column(
        added.name,
        added.type,
        added.guidance,
        added.example,
        added.required,
        codes if added.codes else None,
        added.minimum,
        added.maximum,
    )
