"""Frames that cross from one room to another: what each holds is declared once, and checked where it crosses."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import polars as pl

from models.refusals import OperatorError

DEPTH = "JTAI_CHECK_FRAMES"
"""The variable of the environment that says how deep frames are checked where they cross."""
CELLS = "cells"
"""Its value where every cell is checked, as in tests and rehearsals; else names and types are."""


class FrameError(OperatorError):
    """A frame is not what the room that takes it was promised; the fault is ours, and no cell is quoted (L5)."""

    def __init__(self, frame: str, wrong: str) -> None:
        super().__init__(f"The frame {frame} is not as declared: {wrong}.")
        self.frame, self.wrong = frame, wrong


@dataclass(frozen=True)
class FrameColumn:
    """One column of a frame.

    Attributes:
        dtype: the type.
        words: what the column holds.
        nullable: whether a cell may be blank.
        unique: whether no two rows may have the same.
        among: the values allowed; any where there are none.
        least: the least value allowed.
        most: the greatest value allowed.
        name: what the frame calls it, where that is no good name in the code; else the attribute's own.
    """

    dtype: pl.DataType
    words: str = ""
    nullable: bool = False
    unique: bool = False
    among: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    name: str = ""

    def breaches(self, cells: pl.Expr) -> list[pl.Expr]:
        """Return for each thing that is asked of cells besides their type whether one of them is otherwise."""
        breaches = [] if self.nullable else [cells.is_null()]
        breaches += [cells.is_duplicated()] if self.unique else []
        breaches += [~cells.is_in(self.among)] if self.among else []
        breaches += [] if self.least is None else [cells < self.least]
        breaches += [] if self.most is None else [cells > self.most]
        return [breach.any() for breach in breaches]


class Frame:
    """A table that rooms hand to one another: its class attributes are its columns, in order.

    What is declared costs no import of pandera; `model` is the pandera model of it, made when somebody asks.

    Attributes:
        columns: name -> what it holds.
        schema: name -> type, as polars takes it.
        key: columns of which no two rows may have the same.
    """

    columns: ClassVar[Mapping[str, FrameColumn]] = {}
    schema: ClassVar[dict[str, pl.DataType]] = {}
    key: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Gather the columns that the class declares."""
        declared = {name: column for name, column in vars(cls).items() if isinstance(column, FrameColumn)}
        # A column's name may be one that Python keeps for itself, such as `return`.
        named = {column.name or name.removesuffix("_"): column for name, column in declared.items()}
        cls.columns = named or cls.columns
        cls.schema = {name: column.dtype for name, column in cls.columns.items()}

    @classmethod
    def empty(cls) -> pl.DataFrame:
        """Return the frame without rows."""
        return pl.DataFrame(schema=cls.schema)

    @classmethod
    @cache
    def model(cls) -> Any:
        """Return the frame's pandera model, a subclass of `pandera.polars.DataFrameModel`."""
        import pandera.polars as pa

        # A header may be no name of Python's, such as `Date of Birth`, so every field has one of its own.
        fields = {f"column_{n}": _field(pa, name, column) for n, (name, column) in enumerate(cls.columns.items())}
        types = dict(zip(fields, cls.schema.values(), strict=True))
        config = type("Config", (), {"strict": True, "ordered": True, "unique": list(cls.key) or None})
        body = {"__annotations__": types, "__doc__": cls.__doc__, "__module__": cls.__module__, "Config": config}
        return type(cls.__name__, (pa.DataFrameModel,), {**body, **fields})

    @classmethod
    def crossing(cls, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a frame that crosses to another room, checked.

        Names and types are compared always, which costs nothing; cells are checked where the environment asks for it.

        Raises:
            FrameError: the frame is not as declared.
        """
        if dict(frame.schema) != cls.schema or frame.columns != list(cls.schema):
            raise FrameError(cls.__name__, _difference(frame, cls.schema))
        if os.environ.get(DEPTH) == CELLS:
            cls._check_cells(frame)
        return frame

    @classmethod
    @cache
    def _breached(cls) -> pl.Expr:
        """Return whether any cell or key is other than declared, in one pass over the frame."""
        breaches = [breach for name, column in cls.columns.items() for breach in column.breaches(pl.col(name))]
        if cls.key:
            breaches.append(pl.struct(cls.key).is_duplicated().any())
        return pl.any_horizontal(pl.lit(False), *breaches)

    @classmethod
    def _check_cells(cls, frame: pl.DataFrame) -> None:
        # Pandera goes over a frame many times, check by check, so it is left to say what is wrong where something is.
        if not frame.select(cls._breached()).item():
            return
        from pandera.errors import SchemaErrors

        broken: list[str] = []
        try:
            cls.model().validate(frame, lazy=True)
        except SchemaErrors as errors:
            # What pandera says may quote cells: the message names the column and the check alone (L5).
            broken = sorted({f"{error.schema.name} ({error.reason_code.value})" for error in errors.schema_errors})
        if broken:
            raise FrameError(cls.__name__, ", ".join(broken))


def _field(pa: Any, name: str, column: FrameColumn) -> Any:
    return pa.Field(
        alias=name,
        nullable=column.nullable,
        unique=column.unique,
        isin=list(column.among) or None,
        ge=column.least,
        le=column.most,
        description=column.words or None,
    )


def _difference(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> str:
    absent = [name for name in schema if name not in frame.columns]
    strange = [name for name in frame.columns if name not in schema]
    types = [
        f"{name} is {frame.schema[name]}" for name in schema if frame.schema.get(name, schema[name]) != schema[name]
    ]
    parts = {"without": absent, "with": strange, "where": types}
    differences = [f"{word} {', '.join(names)}" for word, names in parts.items() if names]
    return "; ".join(differences) or "its columns are in another order"
