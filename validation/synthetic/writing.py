"""Writes synthetic returns as agencies send them: workbooks and CSV, with the truth kept apart."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from models.areas import area
from validation.contract.model import Sheet
from validation.files.stamp import Stamp
from validation.returns import contract
from validation.synthetic import Synthetic
from validation.synthetic.services import share_of
from validation.telling.pages import Format, to_csv, write_pages
from validation.telling.templates import workbook_pages

# The police export CSV, health uses LibreOffice; all others fill in the template in Excel.
_FORMS: dict[str, Format] = {"POL-1": "csv", "POL-2": "csv", "HEA-1": "ods", "HEA-2": "ods"}


def write(synthetic: Synthetic, out: Path, fmt: Format | None = None) -> list[Path]:
    """Write every return into a folder, and `truth.parquet` beside them.

    Args:
        synthetic: the returns.
        out: the folder; made if it is not there.
        fmt: one form for all; by default each agency's own.

    Returns:
        The files written; in CSV a second sheet is a file of its own, named after return and sheet.

    Raises:
        OSError: the folder cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    paths = [p for code in synthetic.returns for p in _return(synthetic, code, out, fmt or _FORMS.get(code, "xlsx"))]
    truth = out / "truth.parquet"
    synthetic.truth.write_parquet(truth)
    return [*paths, truth]


def write_shares(synthetic: Synthetic, out: Path, fmt: Format | None = None) -> list[Path]:
    """Write what each agency holds of a return that several kinds of agency owe, in a folder named after its kind.

    Args:
        synthetic: the returns.
        out: the folder in which `write` wrote the returns as a whole.
        fmt: one form for all; by default each agency's own.

    Returns:
        The files written; none where each return is owed by one kind of agency.

    Raises:
        OSError: the folder cannot be written.
    """
    theme, paths = synthetic.context.theme, []
    for code, frames in synthetic.returns.items():
        kinds = theme.kinds_asked(code)
        for kind in kinds if len(kinds) > 1 else ():
            (out / kind).mkdir(parents=True, exist_ok=True)
            own = replace(synthetic, returns={code: share_of(kind, code, frames)})
            paths += _return(own, code, out / kind, fmt or _FORMS.get(code, "xlsx"))
    return paths


def write_by_agency(synthetic: Synthetic, out: Path, fmt: Format | None = None) -> dict[str, list[Path]]:
    """Write what each agency sends into a folder named after its kind, and `truth.parquet` beside the folders.

    Args:
        synthetic: the returns.
        out: the folder; made if it is not there.
        fmt: one form for all; by default each agency's own.

    Returns:
        The files of each kind of agency, in the order in which the theme asks for them.

    Raises:
        OSError: the folder cannot be written.
    """
    files: dict[str, list[Path]] = {}
    for owed in synthetic.context.theme.returns:
        if owed.code not in synthetic.returns:
            continue
        folder = out / owed.agency
        folder.mkdir(parents=True, exist_ok=True)
        own = replace(synthetic, returns={owed.code: share_of(owed.agency, owed.code, synthetic.returns[owed.code])})
        files.setdefault(owed.agency, []).extend(_return(own, owed.code, folder, fmt or _FORMS.get(owed.code, "xlsx")))
    synthetic.truth.write_parquet(out / "truth.parquet")
    return files


def _return(synthetic: Synthetic, code: str, out: Path, fmt: Format) -> list[Path]:
    frames, context = synthetic.returns[code], synthetic.context
    return_ = contract(code, context.theme)
    if fmt == "csv":
        paths = [out / (f"{code}.csv" if n == code else f"{code} {n}.csv") for n in frames]
        for path, frame in zip(paths, frames.values(), strict=True):
            path.write_bytes(to_csv([frame.columns, *frame.iter_rows()]))
        return paths
    gss = context.gss or ""
    stamp = Stamp(gss=gss, area=area(gss).name)
    rows = {s.name: _rows(s, frames[s.name]) for s in return_.sheets}
    path = out / f"{code}.{fmt}"
    path.write_bytes(write_pages(workbook_pages(return_, context.theme, fmt, stamp, rows), fmt))
    return [path]


def _rows(sheet: Sheet, frame: pl.DataFrame) -> Sequence[Sequence[str | date | None]]:
    """Return the rows with good dates as real dates, as a spreadsheet holds them."""
    dated = [c.type == "date" for c in sheet.columns]
    return [[_day(c) if is_date else c for c, is_date in zip(row, dated, strict=True)] for row in frame.iter_rows()]


def _day(cell: str | None) -> str | date | None:
    if cell is None:
        return None
    try:
        return datetime.strptime(cell, "%d/%m/%Y").date()
    except ValueError:
        return cell
