"""Rows that break off: nothing stands in them from some column on, though every row needs several cells there."""

from collections.abc import Iterator

import polars as pl

from validation.files.layout import Header
from validation.files.readers.grid import Mark
from validation.files.splitting import FoundSheet

# A cell or two are forgotten one by one, and told so.
_LEAST = 3
# Where many rows end so, whoever filled them in left those columns blank.
_ONE_IN = 10


def cut_rows(claim: FoundSheet, header: Header, body: pl.DataFrame, kept: pl.Series) -> Iterator[Mark]:
    """Yield the cells behind which rows break off, as a line does where its export was cut short.

    Args:
        claim: the sheet.
        header: its header row.
        body: what stands below.
        kept: for each record of it whether it is a row of the return.
    """
    needed = sorted(header.needed(claim.sheet))
    if len(needed) < _LEAST:
        return
    likely = kept & body.select(pl.all_horizontal(pl.col(str(n)).is_null() for n in needed[-_LEAST:])).to_series()
    if not 0 < likely.sum() <= max(kept.sum() // _ONE_IN, 1):
        return
    start, offset, end = claim.record + 1, claim.grid.offset, max(header.at.values())
    for record in likely.arg_true():
        last = max((int(name) for name, cell in zip(body.columns, body.row(record), strict=True) if cell), default=end)
        if sum(n > last for n in needed) >= _LEAST:
            yield Mark("cut", start + record, last + 1 + offset, start + record, end + offset)
