"""The parts of a contract: columns, code sets, sheets; everything else about a return is derived from them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import polars as pl

from models.themes import AgencyKind
from validation.contract.context import Context
from validation.contract.rules import PARSED, Rule, WholeRule

ColumnType = Literal["string", "integer", "decimal", "date", "datetime", "bool", "category", "list"]
Required = Literal["yes", "no", "conditional"]
Shape = Literal["text", "prose", "upper", "compact", "postcode"]

ROW = "__row"
PARENT_KNOWN = "__parent_known"
CHILD_ROWS = "__child_rows"


def value(column: str) -> str:
    """Return the name of the side column that holds the parsed value of `column`."""
    return f"{column}{PARSED}"


def v(column: str) -> pl.Expr:
    """Return the parsed value of a column: typed, mapped to its code, null where blank or unreadable."""
    return pl.col(f"{column}{PARSED}")


def raw(column: str) -> pl.Expr:
    """Return a column as the sender typed it: a string, trimmed, null where blank."""
    return pl.col(column)


@dataclass(frozen=True)
class Code:
    """One code, the words for it, and other spellings that agencies use."""

    code: str
    label: str
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeSet:
    """A closed list of codes."""

    name: str
    codes: tuple[Code, ...]

    @property
    def values(self) -> tuple[str, ...]:
        """Return the canonical codes, in order."""
        return tuple(c.code for c in self.codes)


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    Attributes:
        name: the header.
        type: how cells are read.
        guidance: one sentence for the person who fills it in.
        example: a good value, as typed.
        required: whether every row must have it; `when` says when, if conditional.
        codes: the codes allowed, for categories and lists.
        minimum: least number allowed.
        maximum: greatest number allowed.
        shape: how text is brought to one form before it is compared.
        block: the prefix of rule ids where the column belongs to a shared block, such as `ID`.
        key: the column's part of rule ids, where the header is too long for one.
    """

    name: str
    type: ColumnType
    guidance: str
    example: str
    required: Required = "no"
    codes: CodeSet | None = None
    minimum: float | None = None
    maximum: float | None = None
    when: str = ""
    shape: Shape = "text"
    block: str = ""
    key: str = ""

    @property
    def id(self) -> str:
        """Return the column's part of rule ids."""
        return self.key or self.name

    @property
    def is_happening(self) -> bool:
        """Return whether it holds a day on which something happened, and not somebody's birth."""
        name = self.name.lower()
        return self.type in ("date", "datetime") and "birth" not in name and "expected" not in name


RulesOf = Callable[[Context], tuple[Rule, ...]]


def no_rules(_: Context) -> tuple[Rule, ...]:
    """Return no table rules, for a sheet that its columns describe wholly."""
    return ()


@dataclass(frozen=True)
class Sheet:
    """One table of a return.

    Attributes:
        name: the sheet's name in a workbook.
        columns: in order.
        key: the columns that identify a row.
        rules: the rules of its table, given the context.
        optional: whether a file may come without it, as a CSV must.
        parent: the column that must be among the same column of the main sheet: `PARENT_KNOWN` tells where it is, and
            on the main sheet `CHILD_ROWS` how many rows here name it, null where this sheet is not in the file.
        whole: the rules of the sheet as a whole, such as which rows should be there.
        unasked: columns that the theme does not ask for. No file has them; rules that read them find them blank, and
            a yes or no among them as no.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rules: RulesOf = no_rules
    optional: bool = False
    parent: str = ""
    whole: tuple[WholeRule, ...] = ()
    unasked: tuple[Column, ...] = ()

    def column(self, name: str) -> Column:
        """Return the column of this name.

        Raises:
            KeyError: the sheet has none.
        """
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> Mapping[str, Column]:
        # Asked for each cell of which a finding speaks.
        return {column.name: column for column in self.columns}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the headers, in order."""
        return tuple(c.name for c in self.columns)


@dataclass(frozen=True)
class Contract:
    """Everything asked of one return."""

    code: str
    title: str
    agency: AgencyKind | None
    purpose: str
    sheets: tuple[Sheet, ...]
    version: int = 1

    @property
    def main(self) -> Sheet:
        """Return the sheet that must be there."""
        return self.sheets[0]

    def prefix(self, sheet: Sheet) -> str:
        """Return the first part of the ids of a sheet's rules."""
        return self.code if sheet is self.main else f"{self.code}.{sheet.name}"
