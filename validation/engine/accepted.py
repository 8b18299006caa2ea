"""The frames of an accepted return: each sheet's typed columns, as other rooms take them."""

from functools import lru_cache

import polars as pl

from models.frames import Frame, FrameColumn
from validation.contract.model import Column, Sheet
from validation.files.parsing import TYPES


@lru_cache(maxsize=256)
def accepted(sheet: Sheet) -> type[Frame]:
    """Return what the frame of a sheet holds once a return is accepted: the line as `row`, and every column's values.

    Any value may be blank: a theme may let a return through whose required cells are not filled.
    """
    line = FrameColumn(pl.Int64(), "The line in the file.", least=2)
    columns = {"row": line, **{column.name: _values(column) for column in sheet.columns}}
    return type("Accepted", (Frame,), {"__doc__": f"The accepted rows of {sheet.name}.", "columns": columns})


def _values(column: Column) -> FrameColumn:
    codes = column.codes.values if column.codes and column.type == "category" else ()
    return FrameColumn(TYPES[column.type], column.guidance, nullable=True, among=codes)
