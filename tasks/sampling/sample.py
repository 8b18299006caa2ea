"""The outcome of a draw: the chosen children and their reserves under labels, and the shortfalls."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

import polars as pl

from models.frames import Frame, FrameColumn

Set = Literal["tracked", "sampled"]
Role = Literal["chosen", "reserve"]
TRACKED: Set = "tracked"
SAMPLED: Set = "sampled"
CHOSEN: Role = "chosen"
RESERVE: Role = "reserve"


@dataclass(frozen=True, slots=True)
class Row:
    """One child of the sample, by pseudonym.

    `rank` is the child's place (from 1) in its stratum's order; `weight` is the children of the stratum for each one
    chosen from it, six decimals, and None for a reserve. For the wider sample the stratum is the decision point. Under
    a plan by margins all tracked children are of one stratum, and `groups` are those of the child, as its margins name
    them.
    """

    label: str
    child: str
    household: str
    set: Set
    role: Role
    stratum: str
    rank: int
    weight: float | None
    groups: tuple[str, ...] = ()

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Return the row that a manifest or a file of decisions holds.

        Raises:
            TypeError: it holds something that is not of a row.
        """
        return cls(**{**record, "groups": tuple(record.get("groups", ()))})

    def record(self) -> dict[str, Any]:
        """Return the row as a manifest holds it: groups only where there are any."""
        fields = asdict(self)
        return fields if self.groups else {name: value for name, value in fields.items() if name != "groups"}


@dataclass(frozen=True, slots=True)
class Share:
    """How many children a stratum or decision point has, how many places it got, and how many were filled.

    Of a group of a margin: how many children who can be tracked it has, its minimum, and how many were chosen.
    """

    set: Set
    stratum: str
    children: int
    places: int
    chosen: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A drawn sample: rows in label order, the shares of all strata, and shortfalls as sentences."""

    rows: tuple[Row, ...]
    shares: tuple[Share, ...]
    shortfalls: tuple[str, ...]
    approved_by: str | None = None

    def chosen(self, part: Set | None = None) -> tuple[Row, ...]:
        """Return the chosen children, of one set or of both."""
        return tuple(row for row in self.rows if row.role == CHOSEN and part in (None, row.set))

    def reserves(self, part: Set | None = None) -> tuple[Row, ...]:
        """Return the reserves, of one set or of both."""
        return tuple(row for row in self.rows if row.role == RESERVE and part in (None, row.set))

    def row(self, label: str) -> Row | None:
        """Return the row under this label, or None."""
        return next((row for row in self.rows if row.label == label), None)

    def to_frame(self) -> pl.DataFrame:
        """Return the rows as a frame: label, child, household, set, role, stratum, rank, weight."""
        columns = {name: [getattr(row, name) for row in self.rows] for name in SampleFrame.schema}
        return SampleFrame.crossing(pl.DataFrame(columns, schema=SampleFrame.schema))


class SampleFrame(Frame):
    """The rows of a sample."""

    label = FrameColumn(pl.String(), unique=True)
    child = FrameColumn(pl.String(), "The pseudonym.", unique=True)
    household = FrameColumn(pl.String())
    set = FrameColumn(pl.String())
    role = FrameColumn(pl.String(), among=(CHOSEN, RESERVE))
    stratum = FrameColumn(pl.String())
    rank = FrameColumn(pl.Int64())
    weight = FrameColumn(pl.Float64(), nullable=True)
