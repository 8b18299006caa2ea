"""Children who stand out: made-up returns whose every personal value is recognised wherever it turns up."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import polars as pl

from models.themes import theme
from tests.searching import plain, traces_in
from validation.synthetic import Synthetic, synthesise
from validation.synthetic.writing import write
from validation.telling.pages import to_csv

SURNAME, FORENAME = "Quizzlebury", "Zebulwyna"
NAMES = frozenset({SURNAME.lower(), FORENAME.lower()})
FILE_NAME = f"{FORENAME} {SURNAME} 943 476 5919"
_IDENTITY = re.compile(r"nhs_number|upn|date_of_birth|postcode|la_child_id")
# Days of the inspection itself are no canaries.
_TOO_LATE = "2025"
_SHEET = f"{SURNAME} 9434765919".encode()


def planted(gss: str, children: int, seed: int) -> Synthetic:
    """Return clean returns of an area in which every name is one of ours."""
    # The 4 that every inspection of these tests sends; of the others none are held.
    four = ("LA-DA", "POL-1", "PRO-1", "HEA-1")
    made = synthesise(theme("domestic-abuse-2024"), gss, children, seed, returns=four)
    return replace(
        made,
        returns={
            code: {name: frame.with_columns(*_names(frame)) for name, frame in sheets.items()}
            for code, sheets in made.returns.items()
        },
    )


def _names(frame: pl.DataFrame) -> list[pl.Expr]:
    ours = {"forename": FORENAME, "surname": SURNAME}
    return [
        (pl.lit(f"{ours[name.rsplit('_', 1)[-1]]} ") + pl.col(name)).alias(name)
        for name in frame.columns
        if name.rsplit("_", 1)[-1] in ours
    ]


def values_of(made: Synthetic) -> set[str]:
    """Return every personal value of the returns, as `found_in` writes it."""
    cells: set[str] = set()
    for frame in (frame for sheets in made.returns.values() for frame in sheets.values()):
        for name in frame.columns:
            if _IDENTITY.search(name):
                cells.update(plain(cell) for cell in frame[name].drop_nulls())
    return {cell for cell in cells if _TOO_LATE not in cell} | {"9434765919", *NAMES}


def found_in(text: str | bytes, values: Iterable[str]) -> set[str]:
    """Return the personal values that a text or any bytes hold, however they are spelled, spaced or packed."""
    return traces_in(text.encode(errors="replace") if isinstance(text, str) else text, NAMES, set(values) - NAMES)


def files(made: Synthetic, folder: Path) -> dict[str, Path]:
    """Write the clean returns, each under a name that is a child's, and return them by code."""
    written = {path.stem: path for path in write(made, folder) if path.suffix != ".parquet" and path.parent == folder}
    return {code: path.rename(folder / f"{FILE_NAME} {code}{path.suffix}") for code, path in written.items()}


def spoiled(made: Synthetic) -> bytes:
    """Return the police's return with personal values in columns of codes, numbers and dates."""
    frame = made.returns["POL-1"]["POL-1"]
    wrong = frame.with_columns(
        sex=pl.lit(SURNAME),
        risk_grade=pl.lit(f"{FORENAME} {SURNAME}"),
        repeat_victim_12m=pl.lit("943 476 5919"),
        child_date_of_birth=pl.lit("15/03/2019 or so"),
        gss_code=pl.lit("9434765919"),
    )
    return to_csv([frame.columns, *wrong.iter_rows()])


def misnamed(workbook: bytes) -> bytes:
    """Return a workbook whose sheets are named after a child."""

    def change(name: str, data: bytes) -> bytes:
        named = re.sub(rb'<sheet name="([^"]{,10})[^"]*"', rb'<sheet name="%s \1"' % _SHEET, data)
        return named if name == "xl/workbook.xml" else data

    return _changed(workbook, change)


def breaking(workbook: bytes) -> bytes:
    """Return a workbook with a child in every sheet that takes the program down which reads it."""
    corner = f'<row r="399999"><c r="GR399999" t="inlineStr"><is><t>{FILE_NAME}</t></is></c></row></sheetData>'
    return _changed(workbook, lambda _, data: data.replace(b"</sheetData>", corner.encode()))


def _changed(workbook: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item, change(item.filename, old.read(item)))
    return out.getvalue()
