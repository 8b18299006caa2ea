"""Children who stand out: made-up returns whose every personal value is recognised wherever it turns up."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import polars as pl

from models.themes import theme
from validation.synthetic import Synthetic, synthesise
from validation.synthetic.writing import write
from validation.telling.pages import to_csv

SURNAME, FORENAME = "Quizzlebury", "Xanthippa"
FILE_NAME = f"{FORENAME} {SURNAME} 943 476 5919"
_SHAPES = re.compile(
    r"(?<![0-9a-f.])\d{3}[ -]?\d{3}[ -]?\d{4}(?![0-9a-f])"  # NHS number
    r"|[A-Z]\d{12}|CH\d{6}"  # unique pupil number, the council's own number
    r"|\d{2}/\d{2}/\d{4}|\d{4}-\d{2}-\d{2}"  # dates
    r"|[A-Z]{2}\d{1,2} \d[A-Z]{2}"  # postcode
)
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
                cells.update(_plain(cell) for cell in frame[name].drop_nulls())
    return {cell for cell in cells if _TOO_LATE not in cell} | {"9434765919", SURNAME.lower(), FORENAME.lower()}


def _plain(cell: str) -> str:
    if re.fullmatch(r"\d{2}/\d{2}/\d{4}", cell):
        day, month, year = cell.split("/")
        return f"{year}-{month}-{day}"
    return re.sub(r"[ -]", "", cell) if re.fullmatch(r"[\d -]+", cell) and cell[4:5] != "-" else cell


def found_in(text: str, values: Iterable[str]) -> set[str]:
    """Return the personal values that a text holds, however they are spaced or cased."""
    known, lower = set(values), text.lower()
    names = {name for name in (SURNAME.lower(), FORENAME.lower()) if name in lower}
    return names | ({_plain(match[0]) for match in _SHAPES.finditer(text)} & known)


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
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "xl/workbook.xml":
                data = re.sub(rb'<sheet name="([^"]{,10})[^"]*"', rb'<sheet name="%s \1"' % _SHEET, data)
            new.writestr(item, data)
    return out.getvalue()
