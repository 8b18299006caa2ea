"""What a rule is: a pandera check that carries its message, its source and its examples."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any, Literal, Self

import polars as pl
from pandera import Check

from validation.contract.context import Context

Severity = Literal["error", "query", "info"]
Row = Mapping[str, str | None]
Hits = dict[str, pl.Series]
"""Rule -> the records (UInt32, from 0, ascending) that break it."""

PARSED = "__v"
"""The ending of a side column, which holds the parsed value of the column before it."""


@dataclass(eq=False, repr=False)
class Declared:
    """What every kind of rule has: of a cell, of a sheet, of a file, across returns.

    Attributes:
        id: stable name, the key of messages, explanations and waivers.
        severity: an error blocks acceptance, a query needs an explanation, an info is counted.
        message: what is wrong and what a good value looks like; never quotes the value.
        source: where the rule comes from.
        added: whether it holds only under themes that add it to their rule set.
    """

    id: str
    _: KW_ONLY
    severity: Severity
    message: str
    source: str
    added: bool = False

    def __eq__(self, other: object) -> bool:
        """Return whether both are the very same rule: polars expressions cannot be compared by `==`."""
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"

    @property
    def sentence(self) -> str:
        """Return the message as the page of rules shows it, with examples for what differs from file to file."""
        return self.message

    def weighing(self, severity: Severity, message: str = "") -> Self:
        """Return the same rule with another severity, and another message where there is one."""
        return replace(self, severity=severity, message=message or self.message)


class _Checked(Declared, Check):
    """A rule that pandera can run: its verdict on a frame, under stock pandera as under our backend."""

    column: str

    def __post_init__(self) -> None:
        """Make the rule a check whose name is its id, so that whatever pandera reports names the rule."""
        statistics = {name: getattr(self, name) for name in ("id", "column", "severity", "message", "source")}
        Check.__init__(self, self.passes, name=self.id, error=self.id, description=self.message, statistics=statistics)

    def passes(self, data: Any) -> Any:
        """Return whether data keeps the rule, as pandera asks a check: `PolarsData` in, flags or a truth value out."""
        raise NotImplementedError

    @classmethod
    def get_backend(cls, check_obj: Any) -> Any:
        """Return pandera's own backend of checks, which is registered for `Check` and not for what inherits it."""
        return Check.get_backend(check_obj)


@dataclass(eq=False, repr=False)
class Rule(_Checked):
    """One thing that the rows of a good return hold to.

    Attributes:
        column: where it is reported.
        fails_where: True where a row breaks the rule; null counts as not failing.
        cellwise: whether the cells of one column, each for itself, decide it; such a rule is asked once a spelling.
        passes_on: rows, as changes to the sheet's example row, that keep the rule.
        fails_on: rows of which at least one breaks it.
    """

    _: KW_ONLY
    column: str
    fails_where: pl.Expr
    cellwise: bool = False
    passes_on: tuple[Row, ...] = ({},)
    fails_on: tuple[Row, ...] = ({},)

    def __post_init__(self) -> None:
        """Make the rule a check.

        Raises:
            ValueError: a rule about one cell reads several columns, or none.
        """
        if self.cellwise and len(self.reads) != 1:
            raise ValueError(f"{self.id} looks at one cell, but reads {len(self.reads)} columns")
        super().__post_init__()

    @property
    def flag(self) -> pl.Expr:
        """Return the expression that is True where a row breaks the rule and False elsewhere, named after the rule."""
        return self.fails_where.fill_null(False).alias(self.id)

    @property
    def reads(self) -> frozenset[str]:
        """Return the columns whose cells, as typed or as parsed, the rule looks at."""
        return frozenset(name.removesuffix(PARSED) for name in self.fails_where.meta.root_names())

    def passes(self, data: Any) -> pl.LazyFrame:
        """Return for each row whether it keeps the rule."""
        flagged: pl.LazyFrame = data.lazyframe.with_columns(~self.flag)
        return flagged.select(self.id)

    def failing_on(self, *rows: Row) -> "Rule":
        """Return the same rule with other rows of which at least one breaks it."""
        return replace(self, fails_on=rows)


@dataclass(eq=False, repr=False)
class WholeRule(_Checked):
    """One thing that a sheet holds to as a whole; reported on a column but on no row.

    Attributes:
        column: where it is reported.
        find: what is wrong with a parsed frame, such as a count; empty where nothing is.
        message: the sentence, with `{what}` where that stands.
        example: what may be wrong, for the page of rules.
        fails_on: rows, as changes to the sheet's example row, that break it.
        context: the circumstances of the request under which it is checked.
    """

    _: KW_ONLY
    column: str
    find: Callable[[pl.DataFrame, Context], str]
    example: str
    fails_on: tuple[Row, ...] = ({},)
    context: Context | None = None

    @property
    def sentence(self) -> str:
        """Return the sentence about what may be wrong."""
        return self.about(self.example)

    def about(self, what: str) -> str:
        """Return the sentence about what is wrong."""
        return self.message.format(what=what)

    def under(self, context: Context) -> "WholeRule":
        """Return the rule as it is checked under the circumstances of a request."""
        return replace(self, context=context)

    def fault_of(self, frame: pl.DataFrame) -> str:
        """Return what is wrong with a parsed frame that has rows; empty where nothing is.

        Raises:
            ValueError: the rule has no circumstances under which to be checked.
        """
        if self.context is None:
            raise ValueError(f"{self.id} is checked under no request")
        return "" if frame.is_empty() else self.find(frame, self.context)

    def passes(self, data: Any) -> bool:
        """Return whether the frame as a whole keeps the rule."""
        return not self.fault_of(data.lazyframe.collect())
