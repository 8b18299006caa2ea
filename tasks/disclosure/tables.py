"""What is to be published, and what a reader has of it: linked tables of counts, and what anybody knows of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

SMALLEST_SHOWN = 5
"""Counts from 1 to one less than this are small: children could be recognised."""
BASE = 5
"""Counts are rounded to multiples of this."""
VALUES = 4
"""So many values a reader must find possible of every count that is not shown as it is."""
UNBOUNDED = 1_000_000
"""More children than any area has: what a reader can exclude without a table."""
WITHHELD = "withheld"

Shown = int | None
Range = tuple[int, int]


class Method(StrEnum):
    """How a publication protects its counts."""

    WITHHOLD = "withhold"
    ROUND = "round"


@dataclass(frozen=True, slots=True)
class Cell:
    """One count of children.

    Attributes:
        id: the same for the same count in every table and publication of an inspection.
        count: the truth.
        offered: whether it is to be shown; what is not is there because a reader could work it out.
        weight: how much a reader loses where it is withheld, beside other cells.
    """

    id: str
    count: int
    offered: bool = True
    weight: int = 1

    @property
    def small(self) -> bool:
        """Return whether children could be recognised by it."""
        return 0 < self.count < SMALLEST_SHOWN


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """What anybody knows of counts: parts add up to their whole, or are together not more than it."""

    whole: str
    parts: tuple[str, ...]
    complete: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(sorted(self.parts)))


@dataclass(frozen=True, slots=True)
class Table:
    """Counts that are read together, and what is known of them."""

    name: str
    cells: tuple[Cell, ...]
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """Linked tables that leave together.

    Attributes:
        name: what leaves, such as the letter of a version of the cohort.
        method: how its counts are protected.
        tables: linked by cells of one id.
        follows: cells, each with the cell of an earlier version that a reader takes for the same count.
    """

    name: str
    method: Method
    tables: tuple[Table, ...]
    follows: tuple[tuple[str, str], ...] = ()

    @property
    def cells(self) -> dict[str, Cell]:
        """Return the cells of all tables by id, in the order of their ids.

        Raises:
            ValueError: two tables disagree about a count.
        """
        merged: dict[str, Cell] = {}
        for cell in (cell for table in self.tables for cell in table.cells):
            before = merged.setdefault(cell.id, cell)
            if before.count != cell.count:
                raise ValueError(f"two tables disagree about {cell.id}")
            if cell.offered and not before.offered:
                merged[cell.id] = cell
        return dict(sorted(merged.items()))

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Return all that is known of the counts, each once, in one order."""
        return tuple(sorted({relation for table in self.tables for relation in table.relations}))


@dataclass(frozen=True, slots=True)
class Published:
    """What a reader has of one publication.

    Attributes:
        name: of the publication.
        shown: cell -> the number that is printed; None where it is withheld.
        within: a shown number is at most so far from the truth; 0 where it is the truth.
        relations: what anybody knows of the counts.
        guarded: cells of which a reader must never have fewer than `VALUES` values, besides those that are withheld.
        least: the least that a withheld count can be: 1 where every 0 is shown, so that a reader rules it out.
    """

    name: str
    shown: Mapping[str, Shown]
    within: int = 0
    relations: tuple[Relation, ...] = ()
    guarded: tuple[str, ...] = ()
    least: int = 0

    def limits(self, cell: str) -> Range:
        """Return the least and greatest count that this publication alone allows."""
        number = self.shown.get(cell)
        if number is None:
            return (self.least if cell in self.shown else 0, UNBOUNDED)
        return (max(0, number - self.within), number + self.within)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values, the same for the same figures."""
        return {
            "name": self.name,
            "shown": dict(sorted(self.shown.items())),
            "within": self.within,
            "relations": [[r.whole, list(r.parts), r.complete] for r in sorted(self.relations)],
            "guarded": sorted(self.guarded),
            "least": self.least,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return what `as_json` made values of."""
        relations = tuple(Relation(whole, tuple(parts), complete) for whole, parts, complete in values["relations"])
        guarded = tuple(values["guarded"])
        return cls(values["name"], values["shown"], values["within"], relations, guarded, values["least"])


def cell_id(version: int, name: str) -> str:
    """Return the id of a count of one version of a cohort."""
    return f"c{version}:{name}"


def name_of(cell: str) -> str:
    """Return what a cell counts, whatever its version."""
    return cell.partition(":")[2]


def in_words(count: Shown) -> str:
    """Return a count that may be shown as people read it."""
    return WITHHELD if count is None else f"{count:,}"


def nearest(number: int) -> int:
    """Return a number that is no count of children, such as an estimate, to the nearest 5."""
    return BASE * ((number + BASE // 2) // BASE)


def part_of(whole: str, part: Cell, count: int) -> Iterator[tuple[Cell, Relation]]:
    """Yield a part of a whole with its rest, which nobody shows and a reader could work out.

    Args:
        whole: the id of the whole.
        part: one part of it.
        count: of the whole.
    """
    rest = Cell(f"{part.id}:rest", count - part.count, offered=False)
    yield part, Relation(whole, (part.id, rest.id))
    yield rest, Relation(whole, (part.id, rest.id))


def parts_table(name: str, whole: Cell, parts: Iterable[Cell]) -> Table:
    """Return a table of parts that may overlap: each is not more than the whole, and its rest counts as well."""
    pairs = [pair for part in parts for pair in part_of(whole.id, part, whole.count)]
    return Table(name, (whole, *(cell for cell, _ in pairs)), tuple(relation for _, relation in pairs))
