"""Lists of children as workbooks: how they are written, and how one is read in which children are restricted."""

import io
from collections.abc import Callable
from datetime import datetime

import polars as pl
import xlsxwriter

from tasks.ledger.restricted import RESTRICTED


def workbook(rows: pl.DataFrame) -> bytes:
    """Return a list of children as a workbook whose cells are text and never formulas; the same rows, same bytes."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        # The library writes the time of making otherwise, and the same list would have other bytes each time (L4).
        book.set_properties({"created": datetime(2000, 1, 1)})
        sheet = book.add_worksheet("Children")
        sheet.write_row(0, 0, rows.columns)
        for number, row in enumerate(rows.iter_rows(), start=1):
            sheet.write_row(number, 0, ["" if cell is None else str(cell) for cell in row])
        sheet.autofit()
    return out.getvalue()


def with_closed(data: bytes, hides: Callable[[str], bool]) -> bytes:
    """Return a list that `workbook` wrote, with nothing but the label of each child whose use is restricted.

    Args:
        data: the list as it was released; it stays stored.
        hides: whether a label is of such a child.
    """
    rows = _rows(data)
    labels = [label for label in rows["sample_ref"] if hides(label)]
    if not labels:
        return data
    closed = pl.col("sample_ref").is_in(labels)
    cells = (pl.when(closed).then(pl.lit(RESTRICTED)).otherwise(pl.col(name)).alias(name) for name in rows.columns[1:])
    return workbook(rows.with_columns(*cells))


def _rows(data: bytes) -> pl.DataFrame:
    # The workbook is our own, so that no child process is needed to read it.
    import fastexcel

    return fastexcel.read_excel(data).load_sheet(0, dtypes="string").to_polars()
