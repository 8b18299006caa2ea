"""Makes rows of a list fit the theme that asks for it: its headers, its own columns, and none that it leaves out."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from models.themes import Theme
from validation.contract.context import Context
from validation.contract.model import Column, Sheet
from validation.returns.by_theme import THEMED
from validation.synthetic.noise import Cells, typed

_FEW = 4
_KNOWN = 0.9  # of what nobody must tell, so much is filled in


def as_asked(rows: Sequence[Cells], code: str, sheet: Sheet, context: Context, rng: Random) -> list[Cells]:
    """Return rows that were made as domestic abuse asks for them as the theme of a request does.

    Args:
        rows: of the sheet.
        code: the return.
        sheet: as the theme asks for it.
        context: the circumstances.
        rng: chance, for the theme's own columns.
    """
    made_as = _headers(code, context.theme)
    names = {column.name: made_as.get(column.name, column.name) for column in sheet.columns}
    own = {added.name for added in context.theme.lists.columns if added.list == code}
    return [
        {
            column.name: _cell(column, context, rng) if column.name in own else row[names[column.name]]
            for column in sheet.columns
        }
        for row in rows
    ]


def _headers(code: str, theme: Theme) -> dict[str, str]:
    """Return the theme's headers of the columns that name it, each with the header under which it is made."""
    return {theme.lists.named(name): name for name in THEMED.get(code, {})}


def _cell(column: Column, context: Context, rng: Random) -> str | None:
    if column.required != "yes" and rng.random() > _KNOWN:
        return None
    if column.codes:
        return rng.choice(column.codes.values)
    if column.type == "date":
        days = (context.announced - context.window_start).days
        return typed(context.window_start + timedelta(days=rng.randrange(1, days)))
    if column.type in ("integer", "decimal"):
        least = int(column.minimum or 0)
        most = least + _FEW if column.maximum is None else int(column.maximum)
        return str(rng.randint(least, most))
    return rng.choice(("Yes", "No")) if column.type == "bool" else column.example
