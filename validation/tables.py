"""Finds the sheets of a contract in the grids of a file, and says in words where the file's layout differs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl
from rapidfuzz import fuzz, process

from validation.model import ROW, Column, Contract, Sheet
from validation.outcome import Finding
from validation.readers.grid import Grid, heading, letter
from validation.stamp import SHEET as ABOUT

PLACE = "__place"
_HEADER_WITHIN = 20
_ALIKE = 80
_ASIDE = frozenset({heading(ABOUT), "guidance", "codes", "childrenchosen"})
_LEAST = 2
_CLEARLY = 0.2


@dataclass(frozen=True)
class Table:
    """One sheet of a contract as found in a file.

    Attributes:
        sheet: the sheet of the contract.
        name: the sheet's name in the file.
        frame: String columns of the sheet in order, then each record's line (`ROW`) and spreadsheet row (`PLACE`).
        letters: column -> letter in the file; a column that is not there is absent.
        findings: what is wrong with the layout.
    """

    sheet: Sheet
    name: str
    frame: pl.DataFrame
    letters: dict[str, str]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Match:
    grid: Grid
    record: int
    score: int


def all_headings(contracts: Sequence[Contract]) -> frozenset[str]:
    """Return every header of these contracts in comparable form."""
    return frozenset(heading(name) for c in contracts for s in c.sheets for name in s.names)


def locate(
    grids: tuple[Grid, ...], contract: Contract, others: Sequence[Contract]
) -> tuple[list[Table], list[Finding]]:
    """Find the contract's sheets.

    Returns:
        The tables found, and findings that stop the check: nothing to check, or another return altogether.
    """
    usable = [g for g in grids if g.visible and heading(g.name) not in _ASIDE]
    stop = _refusal(usable, contract, others)
    if stop:
        return [], [stop]
    tables: list[Table] = []
    findings: list[Finding] = []
    taken: set[int] = set()
    for sheet in contract.sheets:
        match = _match(sheet, [g for g in usable if id(g) not in taken])
        if match is None:
            findings += _absent(sheet, contract)
            continue
        taken.add(id(match.grid))
        tables.append(_table(sheet, match))
    return tables, findings


def _absent(sheet: Sheet, contract: Contract) -> list[Finding]:
    severity = "query" if sheet.optional else "error"
    message = (
        f"The sheet {sheet.name} of {contract.code} is not in the file. Send the template with all its "
        "sheets, as .xlsx or .ods."
    )
    return [Finding("FILE.missing_sheet", severity, sheet.name, None, None, None, message)]  # type: ignore[arg-type]


def _refusal(grids: list[Grid], contract: Contract, others: Sequence[Contract]) -> Finding | None:
    rivals = [(share, c) for c in others if c.code != contract.code and (share := _share(grids, c))]
    share, other = max(rivals, key=lambda rival: rival[0], default=(0.0, contract))
    if share > _share(grids, contract) + _CLEARLY:
        message = (
            f"This looks like {other.code} ({other.title}), not {contract.code}. Send it against the "
            f"request for {other.code}."
        )
        return Finding("FILE.wrong_return", "error", "", None, None, None, message)
    if all(_match(s, grids) is None for s in contract.sheets):
        message = (
            f"The headers of {contract.code} were not found in the first {_HEADER_WITHIN} rows. Keep "
            "the template's header row "
            f"above your rows: it begins {', '.join(contract.main.names[:3])}."
        )
        return Finding("FILE.no_header", "error", "", None, None, None, message)
    return None


def _share(grids: list[Grid], contract: Contract) -> float:
    """Return the part of the main sheet's own headers that the best grid has; shared identity columns do not count."""
    own = [c.name for c in contract.main.columns if not c.block]
    match = _match(Sheet(contract.main.name, tuple(map(contract.main.column, own)), ()), grids)
    return match.score / len(own) if match else 0.0


def _match(sheet: Sheet, grids: list[Grid]) -> _Match | None:
    names = {heading(n) for n in sheet.names}
    matches = [m for g in grids if (m := _header(g, names)) and m.score >= _LEAST]
    named = [m for m in matches if heading(m.grid.name) == heading(sheet.name)]
    return max(named or matches, key=lambda m: m.score, default=None)


def _header(grid: Grid, names: set[str]) -> _Match | None:
    best: _Match | None = None
    for record, cells in enumerate(grid.frame.head(_HEADER_WITHIN).iter_rows()):
        score = len({heading(c) for c in cells if c} & names)
        if best is None or score > best.score:
            best = _Match(grid, record, score)
    return best


def _table(sheet: Sheet, match: _Match) -> Table:
    grid, start = match.grid, match.record + 1
    headers = [heading(c) if c else "" for c in grid.frame.row(match.record)]
    at = {c.name: headers.index(heading(c.name)) for c in sheet.columns if heading(c.name) in headers}
    name = grid.name or sheet.name
    columns = [(pl.col(str(at[n])) if n in at else pl.lit(None, pl.String)).alias(n) for n in sheet.names]
    body = grid.frame.slice(start)
    lines = [grid.lines.slice(start).alias(ROW), grid.places.slice(start).alias(PLACE)]
    frame = body.select(*columns, *lines)
    filled = body.select(~pl.all_horizontal(pl.all().is_null())).to_series()
    # Even where no row is blank, filtering would copy them all.
    frame = frame if filled.all() else frame.filter(filled)
    letters = {n: letter(i + grid.offset) for n, i in at.items()}
    place = grid.places[match.record]
    findings = tuple(_layout(sheet, name, headers, at, grid.offset, place)) + tuple(_long_rows(grid, name))
    return Table(sheet, name, frame, letters, findings)


def _long_rows(grid: Grid, name: str) -> Iterator[Finding]:
    message = (
        "The row has more cells than there are headers, so its values may stand under the wrong header. "
        "Put text that holds the separator in quotation marks, or send the file as .xlsx."
    )
    for line in grid.overlong:
        yield Finding("FILE.long_row", "error", name, line, None, None, message)


def _layout(
    sheet: Sheet, name: str, headers: list[str], at: dict[str, int], offset: int, place: int
) -> Iterator[Finding]:
    known = {heading(n) for n in sheet.names}
    extra = {i: h for i, h in enumerate(headers) if h and h not in known}
    for column in sheet.columns:
        where = [i for i, h in enumerate(headers) if h == heading(column.name)]
        for index in where[1:]:
            message = f"The header {column.name} is there twice; only the first was read. Remove or rename this column."
            yield Finding(
                "FILE.duplicate_header", "error", name, place, column.name, f"{letter(index + offset)}{place}", message
            )
        if not where:
            yield _missing(column, name, extra, offset, place)
    for index in extra:
        message = "This column was not asked for. It was left out and is not kept; remove it if it holds personal data."
        yield Finding("FILE.extra_column", "info", name, place, None, f"{letter(index + offset)}{place}", message)


def _missing(column: Column, name: str, extra: dict[int, str], offset: int, place: int) -> Finding:
    like = process.extractOne(heading(column.name), extra, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    cell = f"{letter(int(like[2]) + offset)}{place}" if like else None
    if like or column.required != "no":
        hint = f" The header in {cell} looks like it: rename it." if like else f" Add a column headed {column.name}."
        message = f"The column {column.name} is missing.{hint}"
        return Finding("FILE.missing_column", "error", name, place, column.name, cell, message)
    message = f"The column {column.name} is not in the file. It may stay away if you hold none of it."
    return Finding("FILE.absent_column", "info", name, place, column.name, None, message)
