"""What a sheet holds in rows and columns that its sender does not see, told with their numbers."""

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from validation.contract.outcome import CellFinding
from validation.files.readers.grid import letter
from validation.files.rules import headers as header_rules
from validation.files.rules import rows as row_rules
from validation.files.splitting import FoundSheet

_MOST_RANGES = 12


def hidden_parts(claim: FoundSheet, name: str, place: int, body: pl.DataFrame) -> Iterator[CellFinding]:
    """Yield what is to be told of hidden rows and columns that hold something.

    Args:
        claim: the sheet.
        name: as a report shows it.
        place: the row of its headers, as a spreadsheet counts.
        body: what stands below the headers.
    """
    grid, start = claim.grid, claim.record + 1
    hidden = grid.account.hidden if grid.account else ()
    # In a workbook, the only file with hidden rows, the n-th record is the n-th row.
    if start in hidden:
        yield header_rules.HIDDEN_HEADER.at(name, place, place=f"row {place}")
    below = [row - 1 - start for row in hidden if start < row <= start + body.height]
    if below:
        filled = body[below].select(~pl.all_horizontal(pl.all().is_null())).to_series()
        places = grid.places[[start + n for n, full in zip(below, filled, strict=True) if full]].to_list()
        if places:
            rows = _in_words("Row", places, [str(place) for place in places])
            yield row_rules.HIDDEN_ROWS.at(name, places[0], rows=rows)
    columns = [n for n in grid.hidden_columns if _holds(grid.frame, n - grid.offset)]
    if columns:
        names = _in_words("Column", columns, [letter(n) for n in columns])
        cell = f"{letter(columns[0])}{place}"
        yield header_rules.HIDDEN_COLUMNS.at(name, place, None, cell, columns=names)


def _holds(frame: pl.DataFrame, column: int) -> bool:
    return 0 <= column < frame.width and frame.to_series(column).null_count() < frame.height


def _in_words(kind: str, numbers: Sequence[int], names: Sequence[str]) -> str:
    """Return numbers in ranges and what befalls them: `Rows 5 to 7 and 12 are`."""
    if len(numbers) == 1:
        return f"{kind} {names[0]} is"
    ranges = [names[first] if first == last else f"{names[first]} to {names[last]}" for first, last in _ranges(numbers)]
    if len(ranges) > _MOST_RANGES:
        left = sum(last - first + 1 for first, last in list(_ranges(numbers))[_MOST_RANGES:])
        ranges = [*ranges[:_MOST_RANGES], f"{left:,} more"]
    listed = ranges[0] if len(ranges) == 1 else f"{', '.join(ranges[:-1])} and {ranges[-1]}"
    return f"{kind}s {listed} are"


def _ranges(numbers: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Yield the first and last index of each run of numbers."""
    first = 0
    for n in range(1, len(numbers) + 1):
        if n == len(numbers) or numbers[n] != numbers[n - 1] + 1:
            yield first, n - 1
            first = n
