"""The accepted returns of one area, and how a child of one list is looked for in another."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from validation.identity import CHILDREN, records

Frames = Mapping[str, Mapping[str, pl.DataFrame]]

COUNCIL_LISTS = tuple(f"LA-{n}" for n in range(1, 9))
_KEYS = ("nhs_number", "la_child_id")


@dataclass(frozen=True)
class Found:
    """Rows of one return that a check is about; no rows where it is about the return as a whole."""

    code: str
    column: str
    rows: tuple[int, ...]
    share: float | None = None


@dataclass(frozen=True)
class Area:
    """Canonical frames by return and sheet; a return that is not in yet is absent."""

    frames: Frames

    @cached_property
    def children(self) -> dict[str, pl.DataFrame]:
        """Return the identity records of each return that names children."""
        return {code: records(code, sheets) for code, sheets in self.frames.items() if code in CHILDREN}

    def has(self, *codes: str) -> bool:
        """Tell whether all these returns are in."""
        return all(code in self.frames for code in codes)

    def sheet(self, code: str) -> pl.DataFrame:
        """Return the main sheet of a return."""
        return self.frames[code][code]

    def identified(self, code: str) -> pl.DataFrame:
        """Return the children of a return that carry a number by which another list can be searched."""
        return self.children[code].filter(pl.any_horizontal(pl.col(key).is_not_null() for key in _KEYS))

    def pairs(self, code: str, other: str) -> pl.DataFrame:
        """Return each row of a return with the rows of another that are about the same child by number.

        Returns:
            row, date_of_birth, sex of the first; `_other` behind the names of the second; sorted, without repeats.
        """
        wanted = ["row", "date_of_birth", "sex"]
        mine, theirs = self.children[code], self.children[other].rename(lambda name: f"{name}_other")
        found = [
            mine.filter(pl.col(key).is_not_null())
            .join(theirs, left_on=key, right_on=f"{key}_other", how="inner")
            .select(*wanted, *(f"{name}_other" for name in wanted))
            for key in _KEYS
        ]
        return pl.concat(found).unique().sort("row", "row_other")

    def absent(self, code: str, others: tuple[str, ...]) -> tuple[int, ...]:
        """Return the rows of a return whose child, searched for by number, is in none of the others."""
        searched = self.identified(code)
        for other in others:
            searched = searched.join(self.pairs(code, other).select("row"), on="row", how="anti")
        return tuple(searched["row"].unique().sort().to_list())
