"""Writes a filled return in its own form, as its template has it: the same filling makes the same bytes."""

from datetime import date, datetime

from models.areas import area
from validation.contract.context import Context
from validation.files.stamp import Stamp
from validation.filling.filled import Filled
from validation.filling.lists import DAY
from validation.returns import contract
from validation.telling.pages import write_pages
from validation.telling.templates import workbook_pages


def workbook_of(filled: Filled, context: Context) -> bytes:
    """Return the workbook of a filled return, with days as real dates where they could be read."""
    return_ = contract(filled.code, context.theme)
    dated = [column.type == "date" for column in return_.main.columns]
    rows = [
        [_cell(cell) if is_date else cell for cell, is_date in zip(row, dated, strict=True)]
        for row in filled.frame.iter_rows()
    ]
    stamp = Stamp(gss=context.gss or "", area=area(context.gss).name if context.gss else "")
    pages = workbook_pages(return_, context.theme, "xlsx", stamp, {return_.main.name: rows})
    return write_pages(pages, "xlsx")


def _cell(cell: str | None) -> str | date | None:
    if cell is None:
        return None
    try:
        return datetime.strptime(cell, DAY).date()
    except ValueError:
        return cell
