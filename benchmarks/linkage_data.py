"""Made-up areas for linkage: records of every return and the truth, made once and kept in a folder."""

from pathlib import Path

import polars as pl

from benchmarks.returns import ANNOUNCED, AREA, THEME
from models.themes import theme
from validation.contract.identity import Record, records
from validation.contract.model import value
from validation.files.parsing import parse
from validation.returns import CONTRACTS
from validation.synthetic import synthesise

Records = dict[str, pl.DataFrame]
# An area of a million records is made in parts: what one call makes grows with the children, and so does its memory.
_PART = 30_000


def area(children: int, seed: int, dirty: float = 0.0, *, hard: bool = False) -> tuple[Records, pl.DataFrame]:
    """Return the identity records of a made-up area by return, and the truth: return, row, child."""
    made = synthesise(theme(THEME), AREA, children, seed, dirty, ANNOUNCED, hard=hard)
    identities = {}
    for code, sheets in made.returns.items():
        frames = {}
        for sheet in CONTRACTS[code].sheets:
            line = pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias("row")
            parsed = parse(sheets[sheet.name], sheet)
            frames[sheet.name] = parsed.select(line, *(pl.col(value(name)).alias(name) for name in sheet.names))
        identities[code] = records(code, frames)
    return identities, made.truth


def kept(folder: Path, children: int, seed: int, dirty: float = 0.0, *, hard: bool = False) -> Path:
    """Make an area once; return the folder of its records, a file a return, and `truth.parquet`."""
    out = folder / f"linkage-{children}-{seed}-{dirty}{'-hard' if hard else ''}"
    if (out / "truth.parquet").exists():
        return out
    out.mkdir(parents=True, exist_ok=True)
    parts, numbers = list[tuple[Records, pl.DataFrame]](), set[str]()
    for n in range(-(-children // _PART)):
        parts.append(_part(n, min(_PART, children - n * _PART), seed, dirty, numbers, hard=hard))
    for code in parts[0][0]:
        pl.concat([identities[code] for identities, _ in parts]).write_parquet(out / f"{code}.parquet")
    pl.concat([truth for _, truth in parts]).write_parquet(out / "truth.parquet")
    return out


def _part(
    number: int, children: int, seed: int, dirty: float, numbers: set[str], *, hard: bool
) -> tuple[Records, pl.DataFrame]:
    """Return one part of an area; rows, children and numbers do not repeat those of other parts."""
    identities, truth = area(children, seed + number, dirty, hard=hard)
    own = {
        number_
        for frame in identities.values()
        for number_ in frame["nhs_number"].str.replace_all(" ", "").drop_nulls()
    }
    if own & numbers:
        return _part(number, children, seed + 1_000, dirty, numbers, hard=hard)
    numbers |= own
    moved = number * 10 * _PART
    later = pl.when(pl.col("la_child_id").is_not_null()).then(pl.col("la_child_id") + f"P{number}")
    if number:
        identities = {code: frame.with_columns(pl.col("row") + moved, later) for code, frame in identities.items()}
    return identities, truth.with_columns(pl.col("row") + moved, pl.col("child") + number * 10 * _PART)


def load(folder: Path) -> tuple[Records, pl.DataFrame]:
    """Read what `kept` made."""
    identities = {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet")) if path.stem != "truth"}
    return {code: frame.select(list(Record.schema)) for code, frame in identities.items()}, pl.read_parquet(
        folder / "truth.parquet"
    )
