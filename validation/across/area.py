"""The accepted returns of one area, and how a child of one list is looked for in another."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from validation.contract.context import Context
from validation.contract.identity import CHILDREN, records

Frames = Mapping[str, Mapping[str, pl.DataFrame]]

COUNCIL_LISTS = tuple(f"LA-{n}" for n in range(1, 9))
_KEYS = ("nhs_number", "la_child_id")
_COMPARED = ("row", "date_of_birth", "sex", "ethnicity")
_ETHNICITY = {"LA-DA": "ethnicity", **dict.fromkeys(COUNCIL_LISTS, "Ethnicity")}


def column_of(code: str, part: str) -> str:
    """Return the column of a return in which a part of a child's record stands."""
    return _ETHNICITY[code] if part == "ethnicity" else CHILDREN[code][1].of(part)


@dataclass(frozen=True)
class Found:
    """Rows of one return that a check is about; no rows where it is about the return as a whole."""

    code: str
    column: str
    rows: tuple[int, ...]
    share: float | None = None


@dataclass(frozen=True)
class AreaReturns:
    """The returns of an area that are in, and the request that they answer.

    Attributes:
        frames: canonical frames by return and sheet.
        context: theme, day of the announcement, area.
        awaited: returns that were asked for and are still owed; none that is nil or waived.
    """

    frames: Frames
    context: Context
    awaited: frozenset[str] = frozenset()

    @cached_property
    def children(self) -> dict[str, pl.DataFrame]:
        """Return the identity records of each return that names children, with the ethnicity where it is given."""
        return {code: self._records(code) for code in self.frames if code in CHILDREN}

    def _records(self, code: str) -> pl.DataFrame:
        identities = records(code, self.frames[code])
        if code not in _ETHNICITY:
            return identities.with_columns(pl.lit(None, pl.String).alias("ethnicity"))
        ethnicity = self.sheet(code).select("row", pl.col(_ETHNICITY[code]).alias("ethnicity"))
        return identities.join(ethnicity, on="row", how="left")

    def has(self, *codes: str) -> bool:
        """Return whether all these returns are in."""
        return all(code in self.frames for code in codes)

    def complete(self, codes: Collection[str]) -> bool:
        """Return whether none of these returns is still to come, so that what is in none of them is nowhere."""
        return self.awaited.isdisjoint(codes)

    def sheet(self, code: str) -> pl.DataFrame:
        """Return the main sheet of a return."""
        return self.frames[code][code]

    def tells(self, code: str, column: str) -> bool:
        """Return whether a return is in, and its main sheet has a column: a theme may ask for it or not."""
        return self.has(code) and column in self.sheet(code).columns

    def identified(self, code: str) -> pl.DataFrame:
        """Return the children of a return that carry a number by which another list can be searched."""
        return self.children[code].filter(pl.any_horizontal(pl.col(key).is_not_null() for key in _KEYS))

    def pairs(self, code: str, other: str) -> pl.DataFrame:
        """Return each row of a return with the rows of another that are about the same child by number.

        Returns:
            row, date_of_birth, sex, ethnicity of the first; `_other` behind those of the second; sorted, no repeats.
        """
        mine, theirs = self.children[code], self.children[other].rename(lambda name: f"{name}_other")
        by_number = [
            mine.filter(pl.col(key).is_not_null())
            .join(theirs, left_on=key, right_on=f"{key}_other", how="inner")
            .select(*_COMPARED, *(f"{name}_other" for name in _COMPARED))
            for key in _KEYS
        ]
        # A pair that shares both numbers is one pair.
        return pl.concat(by_number).unique().sort("row", "row_other")

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the columns of `children` by which two rows are about one child."""
        return _KEYS

    def contradicting(self, part: str, silent: Collection[str] = ()) -> dict[str, tuple[int, ...]]:
        """Return, for each return, its rows to which another return gives another value of a part.

        Args:
            part: a column of `children`.
            silent: values that say nothing, so contradict nobody.
        """
        stated = [
            rows.select(pl.lit(code).alias("return"), "row", pl.lit(key).alias("by"), pl.col(key).alias("key"), part)
            for code, rows in self.children.items()
            for key in self.keys
        ]
        if not stated:
            return {}
        values_said = pl.concat([frame.drop_nulls().filter(~pl.col(part).is_in(list(silent))) for frame in stated])
        # Most children have one value in all returns: only the others are compared row with row.
        disputed = values_said.filter(pl.col(part).n_unique().over("by", "key") > 1)
        values = disputed.select("return", "by", "key", part).unique()
        beside = disputed.join(values, on=["by", "key"], suffix="_other")
        differs = (pl.col("return") != pl.col("return_other")) & (pl.col(part) != pl.col(f"{part}_other"))
        rows = beside.filter(differs).group_by("return").agg(pl.col("row").unique().sort())
        return {code: tuple(numbers) for code, numbers in rows.iter_rows()}

    def absent(self, code: str, others: tuple[str, ...]) -> tuple[int, ...]:
        """Return the rows of a return whose child, searched for by number, is in none of the others."""
        searched = self.identified(code)
        for other in others:
            searched = searched.join(self.pairs(code, other).select("row"), on="row", how="anti")
        return tuple(searched["row"].sort().to_list())
