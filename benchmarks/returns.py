"""Returns of a wished size: LA-DA with 2% spoiled cells, as CSV and XLSX, made once and kept in a folder."""

from datetime import date
from pathlib import Path

import polars as pl

from models.themes import theme
from validation.context import Context
from validation.synthetic import synthesise

THEME, AREA, ANNOUNCED = "domestic-abuse-2024", "E06000038", date(2025, 2, 24)
_MADE = 20_000


def context() -> Context:
    """Return the circumstances under which the benchmark's returns are checked."""
    return Context(theme(THEME), ANNOUNCED, AREA)


def la_da(folder: Path, rows: int, kind: str = "csv") -> Path:
    """Return a file of LA-DA with so many rows; identifiers are made distinct where the rows repeat."""
    path = folder / f"la-da-{rows}.{kind}"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    base = synthesise(theme(THEME), AREA, _MADE, 11, 0.02, ANNOUNCED).returns["LA-DA"]["LA-DA"]
    frame = pl.concat([_distinct(base, n) for n in range(-(-rows // base.height))]).head(rows)
    if kind == "csv":
        frame.write_csv(path)
    else:
        frame.write_excel(path, worksheet="LA-DA", autofit=False)
    return path


def _distinct(frame: pl.DataFrame, part: int) -> pl.DataFrame:
    if part == 0:
        return frame
    number = pl.col("la_child_id").str.replace(r"^(.{0,3})", f"${{1}}{part}")
    # Numbers with check digits cannot be altered and stay good; without them the rows differ by the council's own.
    none = [pl.lit(None, pl.String).alias(name) for name in ("nhs_number", "upn")]
    return frame.with_columns(number, pl.col("surname") + f"-{chr(96 + part % 26)}{part}", *none)
