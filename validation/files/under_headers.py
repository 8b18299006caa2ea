"""Rows right under the headers that say what each column holds: its type, format or number, or whether it is needed."""

import polars as pl

from validation.contract.model import Sheet
from validation.files.layout import Header
from validation.files.no_values import words_for
from validation.files.parsing import typed

_WITHIN, _COMPARED = 4, 12
_LEAST = 3
# Most cells of such a row are no values; of rows of values few are, and where many are, the fault is another.
_MOST, _FEW = 0.5, 0.25


def under_headers(sheet: Sheet, header: Header, body: pl.DataFrame) -> list[int]:
    """Return the rows right under the headers in which most cells cannot be values of their columns, as others are.

    Args:
        sheet: of the contract.
        header: the header row.
        body: what stands below it.
    """
    columns = [c for c in sheet.columns if c.type != "string" and c.name in header.at]
    head = body.head(_WITHIN + _COMPARED)
    if len(columns) < _LEAST or head.is_empty():
        return []
    cells = {c: head[str(header.at[c.name])] for c in columns}
    filled = {c: some.is_not_null() & ~some.is_in(list(words_for(c))) for c, some in cells.items()}
    wrong = {c: filled[c] & typed(some, c).is_null() for c, some in cells.items()}
    counts = pl.DataFrame(
        {
            "filled": pl.DataFrame([s.alias(c.name) for c, s in filled.items()]).sum_horizontal(),
            "wrong": pl.DataFrame([s.alias(c.name) for c, s in wrong.items()]).sum_horizontal(),
        }
    )
    rows = [(n, wrong / filled, wrong) for n, (filled, wrong) in enumerate(counts.iter_rows()) if filled]
    under = [n for n, share, count in rows[:_WITHIN] if share > _MOST and count >= _LEAST]
    # They follow each other from the first row on.
    under = [n for place, n in enumerate(under) if rows[place][0] == n]
    others = [share for n, share, _ in rows if n not in under]
    return under if others and sum(others) / len(others) < _FEW else []
