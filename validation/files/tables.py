"""Finds the sheets of a contract in the grids of a file, and says in words where the file's layout differs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from validation.contract.errors import UnreadableError
from validation.contract.model import ROW, Contract, Sheet
from validation.contract.outcome import CellFinding
from validation.contract.reckoning import Reckoning
from validation.files.cut_rows import cut_rows
from validation.files.explained import PLACE, ExplainedCells, explained_cells
from validation.files.layout import header_of, layout_findings, lies_on_its_side
from validation.files.no_values import blanked
from validation.files.parts import PART, taken_apart
from validation.files.readers.grid import Account, Grid, in_order, letter
from validation.files.refusals import LINES_MISSING
from validation.files.rules import headers as header_rules
from validation.files.rules import sheets as sheet_rules
from validation.files.splitting import HEADER_WITHIN, FoundSheet, Split, split
from validation.files.strays import stray_rows
from validation.files.wrappings import unwrapped
from validation.returns import CONTRACTS


@dataclass(frozen=True)
class SheetTable:
    """One sheet of a contract as found in a file, or put together from several.

    Attributes:
        sheet: the sheet of the contract.
        name: the sheet's name as reports tell it.
        frame: String columns of the sheet in order, then each record's line (`ROW`) and spreadsheet row (`PLACE`).
        letters: column -> letter in the file; a column that is not there is absent.
        findings: what is wrong with the layout.
        reckoned: how the lines of the sheet add up, one for each file.
        explained: cells of which a finding on the layout already says what is wrong.
        parts: file -> the table in it, where the return came in several files; `ROW` and `PLACE` then tell the file.
    """

    sheet: Sheet
    name: str
    frame: pl.DataFrame
    letters: dict[str, str]
    findings: tuple[CellFinding, ...]
    reckoned: tuple[Reckoning, ...] = ()
    explained: tuple[ExplainedCells, ...] = ()
    parts: tuple[tuple[int, "SheetTable"], ...] = ()

    def standing(self, row: int) -> tuple["SheetTable", int | None]:
        """Return the table in which a row stands, and its file; None where there is one file."""
        if not self.parts:
            return self, None
        file = taken_apart(row)[0]
        return dict(self.parts)[file], file

    def without(self, column: str) -> pl.Series | None:
        """Return the records (UInt32) of the files that lack a column; None where no file does."""
        lacking = [file for file, part in self.parts if column not in part.letters]
        if not lacking:
            return None
        return (self.frame[ROW] // PART + 1).is_in(lacking).arg_true()


def locate(
    grids: tuple[Grid, ...], contract: Contract, others: Sequence[Contract]
) -> tuple[list[SheetTable], list[CellFinding]]:
    """Find the contract's sheets in the grids of one file.

    Returns:
        The tables found, and findings on what is not there.
    """
    return gather(
        [split(grids, (contract, *(o for o in others if o.code != contract.code)), (contract.code,))], contract
    )


def gather(parts: Sequence[Split], contract: Contract) -> tuple[list[SheetTable], list[CellFinding]]:
    """Put together the contract's sheets from the files in which a return came, each already split.

    Returns:
        The tables found, in the order of the contract's sheets, and findings on what is not there.
    """
    several = len(parts) > 1
    by_sheet: dict[str, list[tuple[int, SheetTable]]] = {}
    findings: list[CellFinding] = []
    for file, part in enumerate(parts, 1):
        claims = part.claims.get(contract.code, ())
        findings += _in_file([_refusal(part, contract)] if not claims else _beside(part, contract), file, several)
        for claim in claims:
            by_sheet.setdefault(claim.sheet.name, []).append((file, _table(claim)))
    tables = [_joined(by_sheet[s.name], several) for s in contract.sheets if s.name in by_sheet]
    if tables:
        findings += [_absent(sheet, contract) for sheet in contract.sheets if sheet.name not in by_sheet]
    return tables, findings


def _in_file(findings: Sequence[CellFinding], file: int, several: bool) -> list[CellFinding]:
    return [replace(f, file=file) for f in findings] if several else list(findings)


def _joined(some: list[tuple[int, SheetTable]], several: bool) -> SheetTable:
    """Return the tables of several files as one, in the order of the files."""
    if not several:
        return some[0][1]
    places = (pl.col(ROW, PLACE) + (file - 1) * PART for file, _ in some)
    frame = pl.concat([table.frame.with_columns(place) for (_, table), place in zip(some, places, strict=True)])
    findings = tuple(f for file, table in some for f in _in_file(table.findings, file, several))
    letters = {name: column_letter for _, table in some for name, column_letter in table.letters.items()}
    reckoned = tuple(replace(r, file=file) for file, table in some for r in table.reckoned)
    explained = tuple(cell.in_file(file) for file, table in some for cell in table.explained)
    return SheetTable(some[0][1].sheet, some[0][1].name, frame, letters, findings, reckoned, explained, tuple(some))


def _absent(sheet: Sheet, contract: Contract) -> CellFinding:
    rule = sheet_rules.MISSING_OPTIONAL_SHEET if sheet.optional else sheet_rules.MISSING_SHEET
    return rule.at(sheet.name, sheet=sheet.name, code=contract.code)


def _refusal(part: Split, contract: Contract) -> CellFinding:
    """Return why a file holds nothing of a contract: it is another return, has others alone, or has no headers."""
    if len(part.claims) > 1:
        title = contract.title.removeprefix("Annex A ")
        return sheet_rules.NOT_AMONG.at(title=title, code=contract.code, others=", ".join(part.claims))
    if part.claims:
        (other,) = part.claims
        return sheet_rules.OTHER_RETURN.at(other=other, title=CONTRACTS[other].title, code=contract.code)
    if any(lies_on_its_side(grid, contract.main) for grid in part.unclaimed):
        return header_rules.SIDEWAYS.at(code=contract.code)
    if not part.unclaimed:
        return header_rules.NOTHING_SEEN.at()
    headers = ", ".join(contract.main.names[:3])
    return header_rules.NO_HEADER.at(code=contract.code, rows=HEADER_WITHIN, headers=headers)


def _beside(part: Split, contract: Contract) -> list[CellFinding]:
    """Return findings on the sheets of a file that are not read."""
    again = [
        sheet_rules.SECOND_SHEET.at(claim.shown_name, sheet=claim.sheet.name)
        for claim in part.twice.get(contract.code, ())
    ]
    unasked = [sheet_rules.EXTRA_SHEET.at(name) for name in part.unasked]
    hidden = [sheet_rules.HIDDEN_SHEET.at(name) for name in part.hidden]
    return [*again, *unasked, *hidden]


def _table(claim: FoundSheet) -> SheetTable:
    sheet, grid, start = claim.sheet, claim.grid, claim.record + 1
    header = header_of(claim)
    columns = [(pl.col(str(header.at[n])) if n in header.at else pl.lit(None, pl.String)).alias(n) for n in sheet.names]
    # Our own marks are no cells of the sender's, and make no row where the rest of one is empty.
    body = grid.frame.slice(start).drop(str(n) for n in header.ours)
    lines = [grid.lines.slice(start).alias(ROW), grid.places.slice(start).alias(PLACE)]
    frame = body.select(*columns, *lines)
    filled = body.select(~pl.all_horizontal(pl.all().is_null())).to_series()
    strays = stray_rows(claim, header, body, filled)
    kept = filled if not strays.dropped else filled & ~pl.int_range(0, body.height, eager=True).is_in(strays.dropped)
    if cut := tuple(cut_rows(claim, header, body, kept)):
        claim = replace(claim, grid=replace(grid, marks=in_order(grid.marks, cut)))
    # Even where no row is blank, filtering would copy them all.
    frame = frame if kept.all() else frame.filter(kept)
    letters = {n: letter(i + grid.offset) for n, i in header.at.items()}
    # Those of rows that were left out, too: what looks at them asks only where a closer look is worth it.
    distinct = {n: grid.distinct[str(i)] for n, i in header.at.items()}
    frame, wrappings = unwrapped(sheet, header.name, frame, distinct)
    # Without its wrapping a cell may turn out to be a word for nothing.
    distinct = {n: frame[n] for n in distinct} if wrappings else distinct
    frame, blanks = blanked(sheet, header.name, frame, letters, distinct)
    findings = (*layout_findings(claim, header, body, strays.dropped), *strays.findings, *wrappings, *blanks)
    reckoned = _reckoned(claim, int(filled.sum()), int(kept.sum()))
    explained = tuple(explained_cells(claim, header.columns(grid.offset)))
    return SheetTable(sheet, header.name, frame, letters, findings, (reckoned,), explained)


def _reckoned(claim: FoundSheet, filled: int, rows: int) -> Reckoning:
    """Return how the lines of a sheet add up.

    Args:
        claim: the sheet.
        filled: how many records below the headers hold anything.
        rows: how many of them are rows of the return; the others are told.

    Raises:
        UnreadableError: lines are missing from what was read.
    """
    grid, start = claim.grid, claim.record + 1
    before = [
        any(c and c.strip() for c in cells) for cells in (*grid.above, *grid.frame.head(claim.record).iter_rows())
    ]
    last = int(grid.lines[-1])
    account = grid.account or Account(last, last)
    # A reader of workbooks need not hand on rows that hold nothing.
    blank = account.records - len(grid.above) - grid.frame.height
    reckoning = Reckoning(
        lines=account.lines,
        rows=rows,
        above=sum(before),
        blank=blank + before.count(False) + grid.frame.height - start - filled,
        breaks=account.breaks,
        left_out=filled - rows,
        sheet=claim.shown_name,
    )
    if reckoning.missing:
        raise UnreadableError(LINES_MISSING, row=last, line=last)
    return reckoning
