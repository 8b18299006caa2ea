"""The overlaps that the lists of an area should have: checks X03 to X08 and X13, by linked children instead of numbers.

The rules themselves are those of `validation.across`. A rule expects what it would miss if the
partner's list were empty, so each rule is written once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl

from models.frames import Frame, FrameColumn
from validation.across import CROSS_RULES, AreaReturns, CrossRule
from validation.across.area import COUNCIL_LISTS
from validation.across.rule_sets import rule_set
from validation.across.rules import SAYS_NOTHING
from validation.contract.context import Context
from validation.contract.identity import CHILDREN

_REGISTER = "LA-DA"
_LINKS = pl.DataFrame(schema={"return": pl.String, "row": pl.Int64, "child": pl.String})
_AGREE = ("date_of_birth", "sex", "ethnicity")


class Expectations(Frame):
    """What each list should share with another, and what is missing."""

    rule = FrameColumn(pl.String())
    return_ = FrameColumn(pl.String())
    partner = FrameColumn(pl.String(), "Empty where every other return is meant.")
    unit = FrameColumn(pl.String(), among=("children", "rows"))
    expected = FrameColumn(pl.Int64(), least=0)
    missing = FrameColumn(pl.Int64(), least=0)


_OVERLAPS = (
    ("X04", "POL-1", "LA-1", "rows"),
    ("X05", "POL-1", "LA-1", "rows"),
    ("X06", "MAR-1", _REGISTER, "children"),
    ("X06.heard", _REGISTER, "MAR-1", "children"),
    ("X07", "PRO-1", _REGISTER, "children"),
    ("X07.managed", "POL-3", "PRO-1", "rows"),
    ("X08", "HEA-1", _REGISTER, "children"),
)


@dataclass(frozen=True)
class LinkedArea(AreaReturns):
    """An area whose children are found in other lists by their links, whatever numbers the rows carry.

    Attributes:
        links: return, row, child of every record.
    """

    links: pl.DataFrame = field(default_factory=lambda: _LINKS)

    @cached_property
    def children(self) -> dict[str, pl.DataFrame]:
        """Return the identity records of each return that names children, with the child of each."""
        return {code: self._linked(code) for code in self.frames if code in CHILDREN}

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the column of the child to whom rows were linked."""
        return ("child",)

    def _linked(self, code: str) -> pl.DataFrame:
        mine = self.links.filter(pl.col("return") == code).select("row", "child")
        return self._records(code).join(mine, on="row", how="inner")

    def identified(self, code: str) -> pl.DataFrame:
        """Return the children of a return: each can be searched for."""
        return self.children[code]

    def pairs(self, code: str, other: str) -> pl.DataFrame:
        """Return each row of a return with the rows of another about the same child (see `AreaReturns.pairs`)."""
        columns = ["row", *_AGREE]
        theirs = self.children[other].select("child", pl.col(columns).name.suffix("_other"))
        joined = self.children[code].select("child", *columns).join(theirs, on="child", how="inner")
        return joined.drop("child").unique().sort("row", "row_other")

    def without(self, code: str) -> "LinkedArea":
        """Return the area with an empty list in place of one of its returns."""
        empty = {sheet: frame.clear() for sheet, frame in self.frames[code].items()}
        return replace(self, frames={**self.frames, code: empty})


def expectations(
    frames: Mapping[str, Mapping[str, pl.DataFrame]], links: pl.DataFrame, context: Context
) -> pl.DataFrame:
    """Count what each list should share with another, and what is missing.

    Args:
        frames: canonical frames by return and sheet.
        links: return, row, child of every record.
        context: theme and day of the announcement.

    Returns:
        rule, return, partner, unit (`children`, or `rows` of incidents or adults), expected, missing; sorted. For X03
        the partner is empty, and missing are the children for whom another return gives another value. A rule whose
        returns are not all in, or that the theme does not have, is absent.
    """
    area = LinkedArea(frames, context, links=links)
    rules = {rule.id: rule for rule in rule_set(context.theme).applied(CROSS_RULES)}
    rows = [
        (rule, code, partner, unit, *_counted(area, rules[rule], code, partner, unit))
        for rule, code, partner, unit in _OVERLAPS
        if rule in rules and area.has(code, partner)
    ]
    rows += [row for part in _AGREE if f"X03.{part}" in rules for row in _agreeing(area, rules[f"X03.{part}"], part)]
    if "X13" in rules and area.has(_REGISTER):
        others = (code for code in area.children if code not in (_REGISTER, *COUNCIL_LISTS))
        rows += [("X13", code, _REGISTER, "children", *_with_council(area, code)) for code in others]
    frame = pl.DataFrame(rows, schema=Expectations.schema, orient="row")
    return Expectations.crossing(frame.sort("rule", "return"))


def _counted(area: LinkedArea, rule: CrossRule, code: str, partner: str, unit: str) -> tuple[int, int]:
    searched, missing = _rows(rule, area.without(partner), code), _rows(rule, area, code)
    if unit == "rows":
        return len(searched), len(missing)
    # A child with one row that is matched is not missing, even if another of its rows is.
    matched = _children(area, code, searched - missing)
    return len(_children(area, code, searched)), len(_children(area, code, missing) - matched)


def _rows(rule: CrossRule, area: LinkedArea, code: str) -> set[int]:
    return {row for finding in rule.find(area) if finding.code == code for row in finding.rows}


def _children(area: LinkedArea, code: str, rows: set[int]) -> set[str]:
    return set(area.children[code].filter(pl.col("row").is_in(sorted(rows)))["child"])


def _with_council(area: LinkedArea, code: str) -> tuple[int, int]:
    mine, council = set(area.children[code]["child"]), set(area.children[_REGISTER]["child"])
    return len(mine), len(mine - council)


def _agreeing(area: LinkedArea, rule: CrossRule, part: str) -> list[tuple[str, str, str, str, int, int]]:
    """Return for each return how many children have the part in another return as well, and how many of them differ."""
    by_return = [
        rows.select(pl.lit(code).alias("return"), "child", pl.col(part).alias("value"))
        for code, rows in area.children.items()
        if code in rule.on
    ]
    if not by_return:
        return []
    stated = pl.concat(by_return).filter(pl.col("value").is_not_null()).unique()
    if part in SAYS_NOTHING:
        stated = stated.filter(~pl.col("value").is_in(SAYS_NOTHING[part]))
    beside = stated.join(stated, on="child", suffix="_other").filter(pl.col("return") != pl.col("return_other"))
    differs = pl.col("child").filter(pl.col("value") != pl.col("value_other")).n_unique()
    counted = beside.group_by("return").agg(pl.col("child").n_unique().alias("compared"), differs.alias("differ"))
    return [(rule.id, code, "", "children", compared, differ) for code, compared, differ in counted.iter_rows()]
