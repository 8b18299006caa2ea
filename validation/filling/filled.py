"""What came of filling: for each return its rows, what is filled, what is missing, and what became of each row."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import polars as pl

from validation.contract.model import Required

REQUIRED: tuple[Required, ...] = ("yes", "conditional")


@dataclass(frozen=True)
class LeftOut:
    """Rows of the extract, or children of it, that are not in the filled sheet, and why."""

    reason: str
    count: int


@dataclass(frozen=True)
class FilledColumn:
    """How far one column of a return was filled.

    Attributes:
        name: of the column.
        required: whether rows must have it.
        wanted: how many rows need a value; for a column that is needed under a condition, those that meet it.
        filled: how many of those have one.
        source: where the values are from; where none are missing nothing more is said.
        missing_from: where those that are missing would come from; empty where none is.
        changed: how many cells are written in another form than in the extract, such as a code of ours for a word.
        check: what a person must look at, because the extract holds only what is nearest; empty where it holds it.
    """

    name: str
    required: Required
    wanted: int
    filled: int
    source: str = ""
    missing_from: str = ""
    changed: int = 0
    check: str = ""

    @property
    def missing(self) -> int:
        """Return how many cells somebody has to type."""
        return self.wanted - self.filled


@dataclass(frozen=True)
class Filled:
    """A return filled from an extract.

    Attributes:
        code: the return.
        frame: String columns of its main sheet, in order, as they are written.
        of: what is counted, `row` or `child`.
        counted: how many of those the extract holds for this return.
        left_out: those of them that the sheet does not have; the others are its rows.
        columns: how far each is filled.
        notes: what a person should read before they use it.
    """

    code: str
    frame: pl.DataFrame
    of: str
    counted: int
    left_out: tuple[LeftOut, ...]
    columns: tuple[FilledColumn, ...]
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Return how many rows are filled."""
        return self.frame.height

    @property
    def required(self) -> int:
        """Return how many cells the rows must have."""
        return sum(column.wanted for column in self.columns if column.required in REQUIRED)

    @property
    def filled(self) -> int:
        """Return how many of those are filled."""
        return sum(column.filled for column in self.columns if column.required in REQUIRED)

    @property
    def to_check(self) -> int:
        """Return how many of the filled cells a person must look at, because the extract holds only what is nearest."""
        return sum(c.filled for c in self.columns if c.required in REQUIRED and c.check)

    def to_dict(self) -> dict[str, Any]:
        """Return counts, names of columns and sentences as JSON values: nothing of what a cell holds (L5)."""
        needed = [column for column in self.columns if column.required in REQUIRED]
        return {
            "return": self.code,
            "rows": self.rows,
            "of": self.of,
            "counted": self.counted,
            "left_out": [asdict(each) for each in self.left_out],
            "required_cells": self.required,
            "filled_cells": self.filled,
            "cells_to_check": self.to_check,
            "missing": [{"column": c.name, "cells": c.missing, "from": c.missing_from} for c in needed if c.missing],
            "changed": [{"column": c.name, "cells": c.changed} for c in self.columns if c.changed],
            "check": [
                {"column": c.name, "cells": c.filled, "why": c.check} for c in self.columns if c.check and c.filled
            ],
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Filling:
    """Everything that came of one extract.

    Attributes:
        kind: what the extract is, in words.
        returns: code -> the filled return.
        notes: what concerns the extract as a whole, such as sheets that nothing was taken from.
    """

    kind: str
    returns: Mapping[str, Filled] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def required(self) -> int:
        """Return how many cells the rows of all filled returns must have."""
        return sum(each.required for each in self.returns.values())

    @property
    def filled(self) -> int:
        """Return how many of those are filled."""
        return sum(each.filled for each in self.returns.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the filling as JSON values: counts, names of columns and sentences alone (L5)."""
        return {
            "extract": self.kind,
            "required_cells": self.required,
            "filled_cells": self.filled,
            "cells_to_check": sum(each.to_check for each in self.returns.values()),
            "returns": [each.to_dict() for each in self.returns.values()],
            "notes": list(self.notes),
        }
