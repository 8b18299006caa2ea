"""Which return each sheet of a file belongs to: its headers decide, its name is a hint, and no sheet belongs to two."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from validation.contract.model import Contract, Sheet
from validation.files.marks import OURS
from validation.files.readers.grid import Grid, heading
from validation.files.stamp import SHEET as ABOUT
from validation.returns import CONTRACTS

HEADER_WITHIN = 20
_ASIDE = OURS | {heading(ABOUT), "guidance", "codes", "childrenchosen"}
# One header alone, such as `sex`, stands in many a table that is none of ours.
_LEAST = 2
# A name or a request outweighs a fifth of the headers: it decides between near equals, and headers decide the rest.
_HINT = 0.2
# With less of its own headers a sheet is another table that happens to share some, unless its name or the sender says
# so.
_FLOOR = 0.3
# With less of its own headers a further sheet does not repeat the return, it only resembles it.
_TWICE = 0.5
_LIST = re.compile(r"(?:annexa)?list0*([1-9][0-9]?)(?![0-9])")
_CODES = {heading(s.name): c.code for c in CONTRACTS.values() for s in c.sheets}
_NAMES = {heading(s.name): s.name for c in CONTRACTS.values() for s in c.sheets}
_TITLES = {heading(c.title): c.code for c in CONTRACTS.values()}
_HEADINGS = frozenset(heading(n) for c in CONTRACTS.values() for s in c.sheets for n in s.names)


@dataclass(frozen=True)
class FoundSheet:
    """A sheet of a contract found in a file.

    Attributes:
        sheet: the sheet of the contract.
        grid: where it stands.
        record: the record of the grid, from 0, that holds the headers.
        shown_name: the name under which a report speaks of the grid; empty for a text file.
        share: how much of the headers by which the sheet is known are there, from 0 to 1.
    """

    sheet: Sheet
    grid: Grid
    record: int
    shown_name: str
    share: float


@dataclass(frozen=True)
class Split:
    """The sheets of a file, each given to one contract at most.

    Attributes:
        claims: code -> its sheets that were found, in the order of the contract; the file holds no other return.
        twice: code -> further sheets that hold what a sheet of its claims holds.
        unasked: names, as a report shows them, of sheets with cells that belong to no return.
        hidden: names, as a report shows them, of hidden sheets with cells; they are not read.
        unclaimed: the sheets with cells that belong to no return and are not hidden.
    """

    claims: Mapping[str, tuple[FoundSheet, ...]] = field(default_factory=dict)
    twice: Mapping[str, tuple[FoundSheet, ...]] = field(default_factory=dict)
    unasked: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    unclaimed: tuple[Grid, ...] = ()

    def others(self, code: str) -> tuple[str, ...]:
        """Return the codes of the returns that the file holds besides this one."""
        return tuple(c for c in self.claims if c != code)


@dataclass(frozen=True)
class _Look:
    grid: Grid
    shown_name: str
    hint: str
    rows: tuple[frozenset[str], ...]


@dataclass(frozen=True)
class _ReturnCandidate:
    code: str
    claim: FoundSheet
    strength: float


def shown_names(grids: Sequence[Grid]) -> tuple[str, ...]:
    """Return the names under which a report speaks of the sheets of a file.

    A report is read beyond the sender, and the name of a sheet may be that of a child (L5): names that are ours are
    written in our spelling, all others by their place among the sheets that are not hidden, such as `sheet 2`.
    """
    ours = [_ours(g.name) for g in grids]
    # Two sheets that both read as ours could not be told apart in a report by that name.
    often = Counter(ours)
    number = 0
    names = []
    for grid, name in zip(grids, ours, strict=True):
        number += grid.visible and heading(grid.name) not in OURS
        place = f"sheet {number}" if grid.visible else "a hidden sheet"
        names.append("" if not grid.name else name if name and often[name] == 1 else place)
    return tuple(names)


def split(grids: Sequence[Grid], contracts: Sequence[Contract], codes: Collection[str] = ()) -> Split:
    """Give each sheet of a file to the return that it belongs to.

    Args:
        grids: of one file.
        contracts: of all returns.
        codes: codes of the returns that the file was sent as. The only table of a file is taken for one of them unless
            its headers are clearly those of another.
    """
    names = shown_names(grids)
    seen = [(g, n) for g, n in zip(grids, names, strict=True) if not is_aside(g) and is_filled(g)]
    looks = [_look(g, n) for g, n in seen if g.visible]
    judge = _Judge(contracts, frozenset(codes), _tables(looks, contracts) == 1)
    mains = [best for look in looks if (best := judge.best(look, frozenset(codes)))]
    # A sheet beside the main one, such as the children of the people on it, counts where its return is in the file.
    in_file = frozenset(codes) | {c.code for c in mains}
    claims, twice = _settled([best for look in looks if (best := judge.best(look, in_file))], contracts)
    taken = {id(claim.grid) for some in (*claims.values(), *twice.values()) for claim in some}
    left = [look for look in looks if id(look.grid) not in taken]
    unasked = tuple(look.shown_name for look in left if look.shown_name)
    hidden = tuple(n for g, n in seen if not g.visible)
    return Split(claims, twice, unasked, hidden, tuple(look.grid for look in left))


def is_aside(grid: Grid) -> bool:
    """Return whether a sheet is one that we put into a workbook ourselves, beside those of a return."""
    return heading(grid.name) in _ASIDE


def is_ours(name: str) -> bool:
    """Return whether a sheet's name says only which sheet of which return it is."""
    return bool(_ours(name) or _hint(name))


def is_known(text: str) -> bool:
    """Return whether a cell holds the header of a column of any return."""
    return heading(text) in _HEADINGS


def is_filled(grid: Grid) -> bool:
    """Return whether any cell of a sheet holds something."""
    return any(column.null_count() < len(column) for column in grid.frame)


def _look(grid: Grid, shown_name: str) -> _Look:
    rows = tuple(frozenset(heading(c) for c in cells if c) for cells in grid.frame.head(HEADER_WITHIN).iter_rows())
    return _Look(grid, shown_name, _hint(grid.name), rows)


def _hint(name: str) -> str:
    """Return the code that a sheet's name speaks of, even of no return of ours; empty where it says nothing."""
    plain = heading(name) if name.isascii() else ""
    number = _LIST.match(plain)
    return f"LA-{number[1]}" if number else _CODES.get(plain) or _TITLES.get(plain, "")


def _ours(name: str) -> str:
    """Return our spelling of a sheet's name; empty where it holds a word that is not ours."""
    # Letters of other scripts, which `heading` leaves out, could be a name beside one of ours.
    plain = heading(name) if name.isascii() else ""
    number = _LIST.match(plain)
    if number:
        title = heading(CONTRACTS[code].title.partition(":")[2]) if (code := f"LA-{number[1]}") in CONTRACTS else ""
        return f"List {number[1]}" if plain[number.end() :] in ("", title) else ""
    return _NAMES.get(plain) or _TITLES.get(plain, "")


def _tables(looks: Sequence[_Look], contracts: Sequence[Contract]) -> int:
    all_headings = frozenset(heading(n) for c in contracts for s in c.sheets for n in s.names)
    return sum(any(len(row & all_headings) >= _LEAST for row in look.rows) for look in looks)


@dataclass(frozen=True)
class _Judge:
    contracts: Sequence[Contract]
    sent_as: frozenset[str]
    alone: bool

    def best(self, look: _Look, in_file: Collection[str]) -> _ReturnCandidate | None:
        """Return what a sheet is most likely to be; sheets beside the main one only of the returns that are held."""
        return max(self._candidates(look, in_file), key=lambda c: c.strength, default=None)

    def _candidates(self, look: _Look, in_file: Collection[str]) -> Iterator[_ReturnCandidate]:
        for contract in self.contracts:
            for sheet in contract.sheets if contract.code in in_file else (contract.main,):
                claim = _matched(look, sheet)
                if claim and (claim.share >= _FLOOR or self._backed(look, contract.code, claim.share)):
                    hints = (look.hint == contract.code) + (self.alone and contract.code in self.sent_as)
                    yield _ReturnCandidate(contract.code, claim, claim.share + _HINT * hints)

    def _backed(self, look: _Look, code: str, share: float) -> bool:
        expected = code in self.sent_as and (share > 0 or (self.alone and not look.hint))
        return look.hint == code or expected


def _matched(look: _Look, sheet: Sheet) -> FoundSheet | None:
    """Return the row that holds most of a sheet's headers, and how many of those that other sheets do not share."""
    names = {heading(n) for n in sheet.names}
    own = names if sheet.parent else {heading(c.name) for c in sheet.columns if not c.block}
    scores = [len(row & names) for row in look.rows]
    most = max(scores, default=0)
    if most < _LEAST:
        return None
    record = scores.index(most)
    # Without the column that names the parent its rows could not be joined to the main sheet.
    if sheet.parent and heading(sheet.parent) not in look.rows[record]:
        return None
    return FoundSheet(sheet, look.grid, record, look.shown_name, len(look.rows[record] & own) / len(own))


Claims = dict[str, tuple[FoundSheet, ...]]


def _settled(candidates: Sequence[_ReturnCandidate], contracts: Sequence[Contract]) -> tuple[Claims, Claims]:
    """Return the best sheet of the file for each sheet of a contract, and those that say the same once more."""
    claims: Claims = {}
    twice: Claims = {}
    # Sorting is stable, so that of equals the first of the file wins.
    ranked = sorted(candidates, key=lambda c: -c.strength)
    for contract in contracts:
        for sheet in contract.sheets:
            some = [c.claim for c in ranked if c.code == contract.code and c.claim.sheet is sheet]
            if some:
                claims[contract.code] = (*claims.get(contract.code, ()), some[0])
                again = tuple(c for c in some[1:] if c.share >= _TWICE)
                twice[contract.code] = (*twice.get(contract.code, ()), *again)
    return claims, {code: some for code, some in twice.items() if some}
