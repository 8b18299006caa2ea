"""The reduced copy of a file: an archive of one CSV file a sheet, with the places of the sender's own file.

The first column of a sheet is the row as the sender's spreadsheet numbers it, the others are headed by their letters.
`layout.json` has what a table cannot say. The same grids give the same bytes (L4): nothing is packed, for programs
that pack differ, and nothing is dated.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import polars as pl

from validation.contract.errors import InternalFaultError
from validation.files.readers import Account, Grid, Read, letter
from validation.files.readers.distinct import distinct_of
from validation.files.readers.grid import Mark

FORMAT = "jtai-reduced-copy-1"
EXTENSION = ".zip"
ROW = "row"

_LAYOUT = "layout.json"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_UNIX, _MODE = 3, 0o600 << 16


def copy_of(file: Read) -> bytes:
    """Return the archive that holds a file, as it was read and reduced.

    Raises:
        InternalFaultError: the archive would not be read as the same.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        layout = {"format": FORMAT, "notes": list(file.notes), "sheets": [_layout(grid) for grid in file.grids]}
        _put(archive, _LAYOUT, json.dumps(layout, sort_keys=True, ensure_ascii=False).encode())
        for number, grid in enumerate(file.grids, 1):
            _put(archive, _name(number), _cells(grid))
    data = out.getvalue()
    if not _same(read_copy(data), file):
        # What is kept in place of a file must say all that it said; the text of a cell is never told (L5).
        raise InternalFaultError("the reduced copy")
    return data


def read_copy(data: bytes) -> Read:
    """Return what `copy_of` was given.

    Raises:
        InternalFaultError: these bytes are none of its.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            layout = json.loads(archive.read(_LAYOUT))
            if layout["format"] != FORMAT:
                raise InternalFaultError("the form of a reduced copy")
            sheets = enumerate(layout["sheets"], 1)
            return Read(
                tuple(_grid(sheet, archive.read(_name(number))) for number, sheet in sheets), tuple(layout["notes"])
            )
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, pl.exceptions.PolarsError):
        pass
    raise InternalFaultError("a reduced copy that cannot be read")


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.create_system, entry.external_attr = _UNIX, _MODE
    archive.writestr(entry, data)


def _name(number: int) -> str:
    return f"sheet-{number}.csv"


def _cells(grid: Grid) -> bytes:
    named = {name: letter(int(name) + grid.offset) for name in grid.frame.columns}
    frame = grid.frame.rename(named).insert_column(0, grid.places.alias(ROW))
    return frame.write_csv().encode()


def _layout(grid: Grid) -> dict[str, Any]:
    own = ("name", "offset", "overlong", "visible", "above", "hidden_columns", "wider", "joined")
    return {
        **{name: getattr(grid, name) for name in own},
        "columns": grid.frame.width,
        "lines": _runs(grid.lines),
        "places": _runs(grid.places),
        "marks": [list(asdict(mark).values()) for mark in grid.marks],
        "account": asdict(grid.account) if grid.account else None,
    }


def _runs(numbers: pl.Series) -> list[list[int]]:
    """Return numbers as runs: the first of each, and how many follow each other from there."""
    values = numbers.to_list()
    starts = [0, *(n for n, (last, number) in enumerate(pairwise(values), 1) if number != last + 1)] if values else []
    return [[values[start], end - start] for start, end in pairwise([*starts, len(values)])]


def _numbers(runs: Iterable[list[int]]) -> pl.Series:
    return pl.Series([n for first, count in runs for n in range(first, first + count)], dtype=pl.Int64)


def _grid(layout: Mapping[str, Any], cells: bytes) -> Grid:
    columns = [str(n) for n in range(layout["columns"])]
    frame = pl.read_csv(cells, infer_schema=False).drop(ROW)
    frame = frame.rename(dict(zip(frame.columns, columns, strict=True)))
    account = layout["account"]
    return Grid(
        name=layout["name"],
        frame=frame,
        lines=_numbers(layout["lines"]),
        places=_numbers(layout["places"]),
        offset=layout["offset"],
        overlong=tuple(layout["overlong"]),
        visible=layout["visible"],
        above=tuple(tuple(cells) for cells in layout["above"]),
        marks=tuple(Mark(*mark) for mark in layout["marks"]),
        account=Account(**{**account, "hidden": tuple(account["hidden"])}) if account else None,
        hidden_columns=tuple(layout["hidden_columns"]),
        distinct=distinct_of(frame),
        wider=tuple(layout["wider"]),
        joined=tuple(layout["joined"]),
    )


def _same(first: Read, second: Read) -> bool:
    if len(first.grids) != len(second.grids):
        return False
    return all(
        a.frame.equals(b.frame) and _layout(a) == _layout(b) for a, b in zip(first.grids, second.grids, strict=True)
    )
