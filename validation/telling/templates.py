"""The empty workbook of a return, derived from its contract: stamp, guidance, drop-downs, and rows known beforehand."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from models.themes import Theme
from models.words import long
from validation.contract.context import Context
from validation.contract.model import CodeSet, Column, Contract, Sheet
from validation.files.stamp import LABELS, SHEET, Stamp
from validation.telling.examples import WRITTEN_FOR, WRITTEN_IN, applies, window_words, with_examples_of
from validation.telling.pages import Format, Page, column_range, write_pages

__all__ = ["Format", "Stamp", "template_pages", "workbook_pages", "write_template"]

_REQUIRED = {"yes": "In every row", "no": "If you hold it"}
_FORMS = {
    "date": "dd/mm/yyyy",
    "datetime": "dd/mm/yyyy hh:mm",
    "integer": "whole number",
    "decimal": "number",
    "bool": "Yes or No",
    "list": "several, separated by semicolons",
}
_CHOSEN = "Children chosen"
_PERIOD = "Period asked about"
_YES_NO = ("Yes", "No")
_MOST_CODES = 40  # a cell of guidance with more could not be read, nor printed on one page


def write_template(
    contract: Contract,
    theme: Theme,
    out: Path | BinaryIO,
    fmt: Format,
    stamp: Stamp | None = None,
    prefill: pl.DataFrame | None = None,
    context: Context | None = None,
    due: str = "",
    *,
    if_held: bool = False,
) -> None:
    """Write the template of a return; the same arguments write the same bytes.

    Args:
        contract: of the return.
        theme: whose name and version the template carries.
        out: where to.
        fmt: `xlsx` or `ods` with all sheets, `csv` with the headers alone.
        stamp: for whom it is made; return, version and theme are filled in.
        prefill: rows known beforehand. Columns of the main sheet stand there; where there are others, such as the
            names of the children chosen, all stand on a sheet of their own that is not read back.
        context: the inspection whose window, area and ages the guidance and its good values are of; without it they
            show their form alone.
        due: the moment by which the return is due, in words; empty where it is not known.
        if_held: whether it is asked for only where its agency holds such records.

    Raises:
        OSError: the path cannot be written.
    """
    data = write_pages(template_pages(contract, theme, fmt, stamp, prefill, context, due, if_held=if_held), fmt)
    if isinstance(out, Path):
        out.write_bytes(data)
    else:
        out.write(data)


def template_pages(
    contract: Contract,
    theme: Theme,
    fmt: Format = "xlsx",
    stamp: Stamp | None = None,
    prefill: pl.DataFrame | None = None,
    context: Context | None = None,
    due: str = "",
    *,
    if_held: bool = False,
) -> list[Page]:
    """Return the pages of a template; see `write_template`."""
    gss = stamp.gss if stamp else ""
    fitting = context or Context(theme, WRITTEN_FOR, gss or WRITTEN_IN)
    fitted = with_examples_of(contract, fitting, announced=context is not None)
    rows = {contract.main.name: _prefilled(contract.main, prefill)} if prefill is not None else {}
    chosen = [_chosen(prefill)] if prefill is not None and set(prefill.columns) - set(contract.main.names) else []
    return workbook_pages(fitted, theme, fmt, stamp, rows, chosen, _circumstances(theme, context, due, if_held))


def _circumstances(theme: Theme, context: Context | None, due: str, if_held: bool) -> list[tuple[str, str]]:
    """Return what the first page says of the window, the deadline and whether the return is needed."""
    if context is None:
        form = f"They show the form of a value. Their days are those of an inspection announced on {long(WRITTEN_FOR)}."
        return [
            (_PERIOD, f"The {theme.window_months} months up to the announcement. Guidance calls it the window."),
            ("Good values", form),
        ]
    window = f"{window_words(context)}, the day of the announcement. Guidance calls it the window."
    needed = "If you hold such records. If you hold none, declare a nil return on the portal and say why."
    return [
        (_PERIOD, window),
        *([("Due by", f"{due}, unless you were given more time.")] if due else []),
        *([("Needed", needed)] if if_held else []),
    ]


def workbook_pages(
    contract: Contract,
    theme: Theme,
    fmt: Format,
    stamp: Stamp | None,
    rows: Mapping[str, Sequence[Sequence[str | date | None]]],
    more: Sequence[Page] = (),
    circumstances: Sequence[tuple[str, str]] = (),
) -> list[Page]:
    """Return the pages of a return with rows filled in, by sheet."""
    sets = _code_sets(contract)
    data = [_data(sheet, sets, rows.get(sheet.name, ())) for sheet in contract.sheets]
    if fmt == "csv":
        return data[:1]
    about = _about(contract, theme, stamp or Stamp(), circumstances)
    return [about, _guidance(contract), *data, *more, _codes(sets)]


def _about(contract: Contract, theme: Theme, stamp: Stamp, circumstances: Sequence[tuple[str, str]]) -> Page:
    fields = asdict(replace(stamp, code=contract.code, version=str(contract.version), theme=theme.rule_set))
    rows: list[Sequence[str | None]] = [
        [f"{contract.code}: {contract.title}"],
        ["About", theme.title],
        ["What to send", contract.purpose],
        *circumstances,
        *([LABELS[key], fields[key] or None] for key in LABELS),
    ]
    return Page(SHEET, rows, title=True, widths=(22, 70), wrap=True)


def _guidance(contract: Contract) -> Page:
    head = ["Sheet", "Column", "Needed", "How to fill it in", "Form", "A good value", "For an unborn child", "Codes"]
    rows: list[Sequence[object]] = [
        head,
        *(_guided(sheet, column) for sheet in contract.sheets for column in sheet.columns),
    ]
    return Page("Guidance", rows, header=True, widths=(9, 21, 13, 30, 15, 17, 11, 24), wrap=True)


def _guided(sheet: Sheet, column: Column) -> list[str | None]:
    # The good values of all columns make one good row, so what only an unborn child needs stands apart from them.
    good, unborn = (column.example, None) if applies(column) else (None, column.example)
    form = _FORMS.get(column.type, "one of the codes" if column.codes else "text")
    needed = _REQUIRED.get(column.required) or f"Needed {column.when}"
    return [sheet.name, column.name, needed, column.guidance, form, good, unborn, _listed(column.codes)]


def _listed(codes: CodeSet | None) -> str | None:
    if codes is None:
        return None
    if len(codes.codes) > _MOST_CODES:
        return f"Those under {codes.name} on the sheet Codes"
    return "; ".join(c.code if c.code == c.label else f"{c.code} = {c.label}" for c in codes.codes)


def _code_sets(contract: Contract) -> list[CodeSet]:
    code_sets: dict[str, CodeSet] = {}
    for sheet in contract.sheets:
        for column in sheet.columns:
            if column.codes:
                code_sets.setdefault(column.codes.name, column.codes)
    return list(code_sets.values())


def _codes(sets: Sequence[CodeSet]) -> Page:
    columns = [["YES_NO", *_YES_NO], *([s.name, *s.values] for s in sets)]
    # Lists of codes stand side by side, so that each drop-down can name one unbroken range.
    deepest = max(map(len, columns))
    rows = [[c[n] if n < len(c) else None for c in columns] for n in range(deepest)]
    return Page("Codes", rows, header=True, widths=(20,) * len(columns), landscape=True)


def _data(sheet: Sheet, sets: Sequence[CodeSet], rows: Sequence[Sequence[str | date | None]]) -> Page:
    places = {s.name: n + 1 for n, s in enumerate(sets)}
    lists = {}
    for x, column in enumerate(sheet.columns):
        if column.type == "bool":
            lists[x] = column_range("Codes", 0, len(_YES_NO))
        # None for lists: a drop-down would replace what is typed instead of adding to it.
        elif column.type == "category" and column.codes:
            lists[x] = column_range("Codes", places[column.codes.name], len(column.codes.codes))
    dates = frozenset(x for x, c in enumerate(sheet.columns) if c.type == "date")
    widths = [max(12, min(30, len(c.name) + 2)) for c in sheet.columns]
    head = [list(sheet.names), *rows]
    return Page(sheet.name, head, header=True, lists=lists, dates=dates, widths=widths, landscape=True)


def _prefilled(sheet: Sheet, prefill: pl.DataFrame) -> list[list[str | date | None]]:
    records = prefill.to_dicts()
    return [[_cell(record.get(name)) for name in sheet.names] for record in records]


def _chosen(prefill: pl.DataFrame) -> Page:
    rows: list[Sequence[object]] = [list(prefill.columns), *([_cell(c) for c in row] for row in prefill.iter_rows())]
    return Page(_CHOSEN, rows, header=True, widths=(20,) * prefill.width, landscape=True)


def _cell(content: Any) -> str | date | None:
    if isinstance(content, datetime):
        return f"{content:%d/%m/%Y %H:%M}"
    return content if content is None or isinstance(content, date) else str(content)
