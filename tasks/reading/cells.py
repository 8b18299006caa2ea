"""Cells of a stored table as people read them, with where a family lives kept back until somebody asks for it."""

import polars as pl

from models.why_addresses import KEPT_BACK, WHY_ADDRESSES, WhyAddresses
from models.words import in_text
from validation.contract.model import Column, Sheet

__all__ = ["WHY_ADDRESSES", "WhyAddresses", "readable", "tells_where", "worded"]


def tells_where(column: Column) -> bool:
    """Return whether a column tells where a family lives."""
    return column.shape == "postcode" or "address" in column.name


def readable(frame: pl.DataFrame, sheet: Sheet, *, addresses: bool) -> list[dict[str, str]]:
    """Return the rows of a sheet's table by column, as text.

    Args:
        frame: columns of the contract, and others, which are left out.
        sheet: of the contract.
        addresses: whether it tells where a family lives.
    """
    columns = [column for column in sheet.columns if column.name in frame.columns]
    back = {column.name for column in columns if not addresses and tells_where(column)}
    names = [column.name for column in columns]
    return [
        {
            name: (KEPT_BACK if name in back and cell is not None else in_text(cell))
            for name, cell in zip(names, row, strict=True)
        }
        for row in frame.select(names).iter_rows()
    ]


def worded(column: Column, text: str) -> str:
    """Return a cell of codes in words, each begun with a capital and without underscores; any other stays as sent."""
    if column.codes is None:
        return text
    labels = {each.code: each.label for each in column.codes.codes}
    parts = (labels.get(part, part) for part in text.split("; "))
    return "; ".join(part[:1].upper() + part[1:].replace("_", " ") for part in parts)
