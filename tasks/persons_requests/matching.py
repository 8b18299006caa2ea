"""Finds a person's numbers in the tables of a return: exact, in the form in which linkage compares them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from validation.contract.persons_numbers import COLUMNS, Number, NumberKind, compared


@dataclass(frozen=True, slots=True, order=True)
class MatchedRow:
    """One row in which a person stands.

    Attributes:
        sheet: its name.
        row: its place, as tables number rows.
        kinds: of the numbers that stand in it.
    """

    sheet: str
    row: int
    kinds: tuple[str, ...]


def columns_sought(names: Iterable[str], numbers: Iterable[Number]) -> list[str]:
    """Return the columns of a sheet in which one of the numbers could stand."""
    kinds = {each.kind for each in numbers}
    return [name for name in names if COLUMNS.get(name) in kinds]


def matches(tables: Mapping[str, pl.DataFrame], numbers: Iterable[Number]) -> list[MatchedRow]:
    """Return the rows of a return in which one of the numbers stands, by sheet and row."""
    by_kind: dict[NumberKind, list[str]] = {}
    for number in numbers:
        by_kind.setdefault(number.kind, []).append(number.text)
    rows: dict[tuple[str, int], set[str]] = {}
    for sheet, frame in tables.items():
        for name in frame.columns:
            kind = COLUMNS.get(name)
            if kind is None or kind not in by_kind:
                continue
            cells = frame.select("row", pl.col(name).alias("cell"))
            # One cell can list the numbers of several children.
            cells = cells.explode("cell") if isinstance(cells.schema["cell"], pl.List) else cells
            # As linkage compares them: a person is not to be missed for a space or a small letter.
            is_one = compared(kind, pl.col("cell").cast(pl.String)).is_in(by_kind[kind])
            for row in cells.filter(is_one)["row"]:
                rows.setdefault((sheet, row), set()).add(kind.value)
    return [MatchedRow(sheet, row, tuple(sorted(kinds))) for (sheet, row), kinds in sorted(rows.items())]
