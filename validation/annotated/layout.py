"""Plans the copy: which sheets and rows it holds, and which cell bears which findings."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from models.themes import Theme
from validation.contract.outcome import CellFinding, Outcome
from validation.contract.rules import Severity
from validation.contract.whole_column import run_length
from validation.files.marks import MARKS, OURS
from validation.files.readers.grid import Grid, heading
from validation.files.splitting import FoundSheet, shown_names, split
from validation.files.stamp import SHEET as STAMP
from validation.returns import CONTRACTS, contract

CELLS = 900_000
"""Above so many filled cells the copy holds the rows with marks alone: writing more takes longer than people wait."""

LONGEST = 32_767
"""Characters that a cell of an XLSX workbook can hold."""

# The longest name of a sheet, and signs that it cannot have, in an XLSX workbook.
_NAME_LENGTH = 31
_NO_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")
_WORST: tuple[Severity, ...] = ("error", "query", "info")
_LETTERS = 26

NO_VALUE = "#N/A"
"""What stands for a formula that has an error or no result."""

Place = tuple[int, int]
"""A cell of a grid: record and column, both from 0."""

Block = tuple[int, int, int, int]
"""A block of a grid's cells: first record and column, last record and column."""

# Each cell of a block is gone through, and a crafted file can merge millions.
_LARGEST_BLOCK = 10_000


@dataclass(frozen=True)
class CopySheet:
    """One sheet of the copy.

    Attributes:
        name: in the copy; a sheet name of another program may be none that XLSX allows.
        shown_name: as findings call it; empty for a text file.
        grid: what it holds.
        header: the record that holds the headers; None where it is no table of the return.
        marks: what is wrong with each cell.
        days: columns, from 0, that hold dates by contract.
        merged: blocks of cells that are one, which are a fault of theirs to mend.
    """

    name: str
    shown_name: str
    grid: Grid
    header: int | None
    marks: Mapping[Place, tuple[CellFinding, ...]]
    days: frozenset[int]
    merged: tuple[Block, ...] = ()

    @cached_property
    def by_record(self) -> dict[int, dict[int, tuple[CellFinding, ...]]]:
        """Return record -> column -> findings."""
        records: dict[int, dict[int, tuple[CellFinding, ...]]] = defaultdict(dict)
        for (record, column), findings in self.marks.items():
            records[record][column] = findings
        return records

    @cached_property
    def shown(self) -> list[int]:
        """Return the records that a copy of marked rows holds: all down to the headers, then those with marks."""
        top = -1 if self.header is None else self.header
        return sorted({*range(top + 1), *(record for record, _ in self.marks)})


@dataclass(frozen=True)
class CopyPlan:
    """What the copy holds.

    Attributes:
        sheets: in the sender's order.
        hidden: names of hidden sheets, which are left out.
        cut: why the copy holds the rows with marks alone; empty where it is whole.
    """

    sheets: tuple[CopySheet, ...]
    hidden: tuple[str, ...]
    cut: str

    @property
    def whole(self) -> bool:
        """Return whether the copy holds all that was sent."""
        return not self.cut

    def sheet_of(self, finding: CellFinding) -> CopySheet | None:
        """Return the sheet that a finding is about, or None where it is left out or the file has no such sheet."""
        return next((s for s in self.sheets if _is_about(finding, s.shown_name)), None)


def planned(grids: tuple[Grid, ...], outcomes: Sequence[Outcome], theme: Theme | None = None) -> CopyPlan:
    """Plan the copy of a file."""
    codes = [o.code for o in outcomes]
    parts = split(grids, tuple(contract(code, theme) for code in CONTRACTS), codes)
    # Claims come last, so that they outweigh sheets that only repeat them.
    claims = {id(c.grid): c for some in (parts.twice, parts.claims) for code in codes for c in some.get(code, ())}
    findings = [f for o in outcomes for f in o.findings]
    # The stamp counts wherever it stands, so that it stays even where the sender has hidden it.
    theirs = [(g, shown) for g, shown in zip(grids, shown_names(grids), strict=True) if heading(g.name) not in OURS]
    kept = [(g, shown) for g, shown in theirs if g.visible or heading(g.name) == heading(STAMP)]
    names = _names([g.name or _text_name(claims.get(id(g))) for g, _ in kept])
    cut = _cut([g for g, _ in kept])
    sheets = [
        _planned(name, shown, grid, claims.get(id(grid)), findings)
        for name, (grid, shown) in zip(names, kept, strict=True)
    ]
    hidden = tuple(g.name for g, shown in theirs if (g, shown) not in kept)
    return CopyPlan(tuple(s for s in sheets if s.marks or not cut), hidden, cut)


def _text_name(claim: FoundSheet | None) -> str:
    """Return the name for the sheet of a text file; it must say no more of what it holds than the file did."""
    return claim.sheet.name if claim else "Sheet1"


def _planned(name: str, shown: str, grid: Grid, claim: FoundSheet | None, findings: Iterable[CellFinding]) -> CopySheet:
    row = [heading(c or "") for c in grid.frame.row(claim.record)] if claim else []
    dated = {heading(c.name) for c in claim.sheet.columns if c.type in ("date", "datetime")} if claim else set()
    days = frozenset(n for n, text in enumerate(row) if text in dated)
    grid = _without(_with_errors(grid), [n for n, text in enumerate(row) if text == heading(MARKS)])
    header, marks = claim.record if claim else None, _marks(grid, shown, findings)
    return CopySheet(name, shown, grid, header, marks, days, _merged(grid))


def _merged(grid: Grid) -> tuple[Block, ...]:
    """Return the merged blocks below which nothing hides, as far as the sheet has cells; none overlaps another."""
    taken: set[Place] = set()
    blocks = []
    for mark in grid.marks:
        first, last = mark.column - grid.offset, min(mark.last_column - grid.offset, grid.frame.width - 1)
        bottom = min(mark.last_record, grid.frame.height - 1)
        if mark.kind != "merged" or first < 0 or _area((mark.record, first, bottom, last)) < 2:
            continue
        cells = {(y, x) for y in range(mark.record, bottom + 1) for x in range(first, last + 1)}
        # XLSX allows no two merged blocks to overlap; of a crafted file the first one counts.
        if not cells & taken:
            taken |= cells
            blocks.append((mark.record, first, bottom, last))
    return tuple(blocks)


def _area(block: Block) -> int:
    top, left, bottom, right = block
    return max(0, bottom - top + 1) * max(0, right - left + 1)


def _with_errors(grid: Grid) -> Grid:
    """Return the grid with `NO_VALUE` where a formula has an error or no result, lest the copy show a blank there."""
    lost: dict[int, list[int]] = defaultdict(list)
    for mark in grid.marks:
        column = mark.column - grid.offset
        inside = 0 <= mark.record < grid.frame.height and 0 <= column < grid.frame.width
        if mark.kind in ("error", "uncalculated") and inside and grid.frame[mark.record, column] is None:
            lost[column].append(mark.record)
    columns = [grid.frame[str(n)].clone().scatter(records, NO_VALUE) for n, records in lost.items()]
    return replace(grid, frame=grid.frame.with_columns(columns)) if columns else grid


def _without(grid: Grid, columns: list[int]) -> Grid:
    """Leave out the column of marks of an earlier copy; the copy puts its own right of all the rest."""
    # Only the last column can go: any other would move the sender's cells to the left.
    gone = [str(n) for n in columns if n == grid.frame.width - 1]
    blank = [pl.lit(None, pl.String).alias(str(n)) for n in columns if str(n) not in gone]
    return replace(grid, frame=grid.frame.with_columns(blank).drop(gone)) if columns else grid


def _marks(grid: Grid, shown_name: str, findings: Iterable[CellFinding]) -> dict[Place, tuple[CellFinding, ...]]:
    by_place: dict[Place, list[CellFinding]] = defaultdict(list)
    for finding in findings:
        place = place_of(finding, grid) if _is_about(finding, shown_name) else None
        if place is not None:
            for below in range(run_length(finding.message)):
                by_place[place[0] + below, place[1]].append(finding)
    return {place: tuple(sorted(some, key=lambda f: _WORST.index(f.severity))) for place, some in by_place.items()}


def _is_about(finding: CellFinding, shown_name: str) -> bool:
    # A text file is one sheet without a name, and whatever has a row is about it.
    return bool(finding.row) and finding.sheet == (shown_name or finding.sheet)


def place_of(finding: CellFinding, grid: Grid) -> Place | None:
    """Return the cell of a finding; for one on a row the row's first filled cell."""
    if not grid.frame.height:
        return None
    address = _ADDRESS.fullmatch(finding.cell or "")
    if address:
        place = int(address[2]) - grid.places[0], _number(address[1]) - grid.offset
    else:
        record = _record(finding.row or 0, grid)
        place = record, _first(grid, record)
    return place if 0 <= place[0] < grid.frame.height and 0 <= place[1] < grid.frame.width else None


def _record(row: int, grid: Grid) -> int:
    """Return the record at a line; a header's row is the one that the spreadsheet shows."""
    at = grid.lines.search_sorted(row)
    is_line = at < len(grid.lines) and grid.lines[at] == row
    return int(at) if is_line else row - int(grid.places[0])


def _first(grid: Grid, record: int) -> int:
    row = grid.frame.row(record) if 0 <= record < grid.frame.height else ()
    return next((n for n, cell in enumerate(row) if cell), 0)


def _number(letters: str) -> int:
    total = 0
    for char in letters:
        total = total * _LETTERS + ord(char) - ord("A") + 1
    return total - 1


def _cut(grids: list[Grid]) -> str:
    """Return why a whole copy would take too long or could not replace the file; empty where there is no reason."""
    if any(g.overlong for g in grids):
        return "some rows of your file hold more cells than there are headers, and a copy would lose what stands there"
    if any(_area((m.record, m.column, m.last_record, m.last_column)) > _LARGEST_BLOCK for g in grids for m in g.marks):
        return f"more than {_LARGEST_BLOCK:,} cells of your file are merged into one"
    if any(_longest(g.frame) > LONGEST for g in grids):
        return f"a cell of your file holds more than {LONGEST:,} characters, which is more than a workbook can hold"
    if sum(g.frame.width * g.frame.height - sum(g.frame.null_count().row(0)) for g in grids if g.frame.width) > CELLS:
        return f"your file has more than {CELLS:,} filled cells"
    return ""


def _longest(frame: pl.DataFrame) -> int:
    lengths = frame.select(pl.all().str.len_chars().max()).row(0) if frame.width else ()
    return max((n or 0 for n in lengths), default=0)


def _names(wanted: list[str]) -> list[str]:
    """Return names that XLSX allows, each once whatever its case, and none that is ours."""
    # Excel keeps the name History for itself.
    taken = {"history", *OURS}
    names = []
    for text in wanted:
        # No name may begin or end with an apostrophe, and where it is cut one may come to its end.
        base = _NO_NAME.sub(" ", text).strip().strip("'")[:_NAME_LENGTH].strip("' ") or "Sheet"
        name, number = base, 1
        while name.lower() in taken:
            number += 1
            name = f"{base[: _NAME_LENGTH - 4]} {number}"
        taken.add(name.lower())
        names.append(name)
    return names
