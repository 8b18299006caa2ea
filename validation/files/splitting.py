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
_LEAST = 2
_HINT = 0.2
_FLOOR = 0.3
_TWICE = 0.5
_LIST = re.compile(r"(?:annexa)?list0*([1-9][0-9]?)(?![0-9])")
_CODES = {heading(s.name): c.code for c in CONTRACTS.values() for s in c.sheets}
_NAMES = {heading(s.name): s.name for c in CONTRACTS.values() for s in c.sheets}
_TITLES = {heading(c.title): c.code for c in CONTRACTS.values()}


@dataclass(frozen=True)
class FoundSheet:
    """A sheet of a contract found in a file.

    Attributes:
        sheet: the sheet of the contract.
        grid: where it stands.
        record: the record of the grid, from 0, that holds the headers.
        told: the name under which a report speaks of the grid; empty for a text file.
        share: how much of the headers by which the sheet is known are there, from 0 to 1.
    """

    sheet: Sheet
    grid: Grid
    record: int
    told: str
    share: float


@dataclass(frozen=True)
class Split:
    """The sheets of a file, each given to one contract at most.

    Attributes:
        claims: code -> its sheets that were found, in the order of the contract; the file holds no other return.
        twice: code -> further sheets that hold what a sheet of its claims holds.
        unasked: names, as told, of sheets with cells that belong to no return.
        hidden: names, as told, of hidden sheets with cells; they are not read.
    """

    claims: Mapping[str, tuple[FoundSheet, ...]] = field(default_factory=dict)
    twice: Mapping[str, tuple[FoundSheet, ...]] = field(default_factory=dict)
    unasked: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def others(self, code: str) -> tuple[str, ...]:
        """Return the codes of the returns that the file holds besides this one."""
        return tuple(c for c in self.claims if c != code)


@dataclass(frozen=True)
class _Look:
    grid: Grid
    told: str
    hint: str
    rows: tuple[frozenset[str], ...]


@dataclass(frozen=True)
class _Candidate:
    code: str
    claim: FoundSheet
    strength: float


def told_names(grids: Sequence[Grid]) -> tuple[str, ...]:
    """Return the names under which a report speaks of the sheets of a file.

    A report is read beyond the sender, and the name of a sheet may be that of a child (L5): names that are ours are
    told in our spelling, all others by their place among the sheets that are not hidden, such as `sheet 2`.
    """
    ours = [_ours(g.name) for g in grids]
    often = Counter(ours)
    shown = 0
    told = []
    for grid, name in zip(grids, ours, strict=True):
        shown += grid.visible and heading(grid.name) not in OURS
        place = f"sheet {shown}" if grid.visible else "a hidden sheet"
        told.append("" if not grid.name else name if name and often[name] == 1 else place)
    return tuple(told)


def split(grids: Sequence[Grid], contracts: Sequence[Contract], asked: Collection[str] = ()) -> Split:
    """Give each sheet of a file to the return that it belongs to.

    Args:
        grids: of one file.
        contracts: of all returns.
        asked: codes of the returns that the file was sent as. The only table of a file is taken for one of them unless
            its headers are clearly those of another.
    """
    names = told_names(grids)
    seen = [(g, n) for g, n in zip(grids, names, strict=True) if heading(g.name) not in _ASIDE and _filled(g)]
    looks = [_look(g, n) for g, n in seen if g.visible]
    judge = _Judge(contracts, frozenset(asked), _tables(looks, contracts) == 1)
    mains = [best for look in looks if (best := judge.best(look, frozenset(asked)))]
    # A sheet beside the main one, such as the children of the people on it, counts where its return is in the file.
    held = frozenset(asked) | {c.code for c in mains}
    claims, twice = _settled([best for look in looks if (best := judge.best(look, held))], contracts)
    taken = {id(claim.grid) for some in (*claims.values(), *twice.values()) for claim in some}
    unasked = tuple(look.told for look in looks if id(look.grid) not in taken and look.told)
    return Split(claims, twice, unasked, tuple(n for g, n in seen if not g.visible))


def _filled(grid: Grid) -> bool:
    return any(column.null_count() < len(column) for column in grid.frame)


def _look(grid: Grid, told: str) -> _Look:
    rows = tuple(frozenset(heading(c) for c in cells if c) for cells in grid.frame.head(HEADER_WITHIN).iter_rows())
    return _Look(grid, told, _hint(grid.name), rows)


def _plain(name: str) -> str:
    # Letters of other scripts, which `heading` leaves out, could be a name beside one of ours.
    return heading(name) if name.isascii() else ""


def _hint(name: str) -> str:
    """Return the code that a sheet's name speaks of, even of no return of ours; empty where it says nothing."""
    plain = _plain(name)
    number = _LIST.match(plain)
    return f"LA-{number[1]}" if number else _CODES.get(plain) or _TITLES.get(plain, "")


def _ours(name: str) -> str:
    """Return our spelling of a sheet's name; empty where it holds a word that is not ours."""
    plain = _plain(name)
    number = _LIST.match(plain)
    if number:
        title = heading(CONTRACTS[code].title.partition(":")[2]) if (code := f"LA-{number[1]}") in CONTRACTS else ""
        return f"List {number[1]}" if plain[number.end() :] in ("", title) else ""
    return _NAMES.get(plain) or _TITLES.get(plain, "")


def _tables(looks: Sequence[_Look], contracts: Sequence[Contract]) -> int:
    known = frozenset(heading(n) for c in contracts for s in c.sheets for n in s.names)
    return sum(any(len(row & known) >= _LEAST for row in look.rows) for look in looks)


@dataclass(frozen=True)
class _Judge:
    contracts: Sequence[Contract]
    asked: frozenset[str]
    alone: bool

    def best(self, look: _Look, held: Collection[str]) -> _Candidate | None:
        """Return what a sheet is most likely to be; sheets beside the main one only of the returns that are held."""
        return max(self._candidates(look, held), key=lambda c: c.strength, default=None)

    def _candidates(self, look: _Look, held: Collection[str]) -> Iterator[_Candidate]:
        for contract in self.contracts:
            for sheet in contract.sheets if contract.code in held else (contract.main,):
                found = _matched(look, sheet)
                if found and (found.share >= _FLOOR or self._backed(look, contract.code, found.share)):
                    told = (look.hint == contract.code) + (self.alone and contract.code in self.asked)
                    yield _Candidate(contract.code, found, found.share + _HINT * told)

    def _backed(self, look: _Look, code: str, share: float) -> bool:
        expected = code in self.asked and (share > 0 or (self.alone and not look.hint))
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
    if sheet.parent and heading(sheet.parent) not in look.rows[record]:
        return None
    return FoundSheet(sheet, look.grid, record, look.told, len(look.rows[record] & own) / len(own))


Claims = dict[str, tuple[FoundSheet, ...]]


def _settled(found: Sequence[_Candidate], contracts: Sequence[Contract]) -> tuple[Claims, Claims]:
    """Return the best sheet of the file for each sheet of a contract, and those that say the same once more."""
    claims: Claims = {}
    twice: Claims = {}
    ranked = sorted(found, key=lambda c: -c.strength)
    for contract in contracts:
        for sheet in contract.sheets:
            some = [c.claim for c in ranked if c.code == contract.code and c.claim.sheet is sheet]
            if some:
                claims[contract.code] = (*claims.get(contract.code, ()), some[0])
                again = tuple(c for c in some[1:] if c.share >= _TWICE)
                twice[contract.code] = (*twice.get(contract.code, ()), *again)
    return claims, {code: some for code, some in twice.items() if some}
