"""Returns of a wished size: LA-DA with 2% spoiled cells, as CSV and XLSX, made once and kept in a folder."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import polars as pl

from models.themes import theme
from validation.contract.context import Context
from validation.contract.model import Sheet
from validation.returns import contract
from validation.synthetic import synthesise
from validation.telling.pages import write_pages
from validation.telling.templates import workbook_pages

THEME, AREA, ANNOUNCED = "domestic-abuse-2024", "E06000038", date(2025, 2, 24)
_MADE = 20_000


def context() -> Context:
    """Return the circumstances under which the benchmark's returns are checked."""
    return Context(theme(THEME), ANNOUNCED, AREA)


def la_da(folder: Path, rows: int, kind: str = "csv") -> Path:
    """Return a file of LA-DA with so many rows; identifiers are made distinct where the rows repeat.

    A workbook is the template filled in as councils do, with real dates wherever a date is one.
    """
    path = folder / (f"la-da-{rows}.csv" if kind == "csv" else f"la-da-{rows}-template.xlsx")
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    base = synthesise(theme(THEME), AREA, _MADE, 11, 0.02, ANNOUNCED).returns["LA-DA"]["LA-DA"]
    frame = pl.concat([_distinct(base, n) for n in range(-(-rows // base.height))]).head(rows)
    if kind == "csv":
        frame.write_csv(path)
    else:
        contract_ = contract("LA-DA")
        pages = workbook_pages(contract_, theme(THEME), "xlsx", None, {"LA-DA": list(_typed(contract_.main, frame))})
        path.write_bytes(write_pages(pages, "xlsx"))
    return path


def _typed(sheet: Sheet, frame: pl.DataFrame) -> Iterator[list[str | date | None]]:
    dated = [c.type == "date" for c in sheet.columns]
    for row in frame.iter_rows():
        yield [_day(cell) if is_date and cell else cell for cell, is_date in zip(row, dated, strict=True)]


def _day(cell: str) -> str | date:
    try:
        return datetime.strptime(cell, "%d/%m/%Y").date()
    except ValueError:
        return cell


def _distinct(frame: pl.DataFrame, part: int) -> pl.DataFrame:
    if part == 0:
        return frame
    number = pl.col("la_child_id").str.replace(r"^(.{0,3})", f"${{1}}{part}")
    # Numbers with check digits cannot be altered and stay good; without them the rows differ by the council's own.
    none = [pl.lit(None, pl.String).alias(name) for name in ("nhs_number", "upn")]
    return frame.with_columns(number, pl.col("surname") + f"-{chr(96 + part % 26)}{part}", *none)
