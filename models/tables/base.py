"""What all tables share: the registry, UTC times and JSON columns."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Enum
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Base(SQLModel, registry=registry()):
    """Base of every table, with a registry of its own so that other packages' tables never join ours."""


def utc_now() -> datetime:
    """Return the present moment, with its zone."""
    return datetime.now(UTC)


def moment(*, default_now: bool = False, index: bool = False) -> Any:
    """Return a field holding a moment with its zone; required and stamped when `default_now`, else optional."""
    kind: Any = DateTime(timezone=True)
    if default_now:
        return Field(default_factory=utc_now, sa_type=kind, index=index)
    return Field(default=None, sa_type=kind, index=index)


def dated() -> Any:
    """Return a required field for the moment of what happens in an inspection.

    It has no default: whoever makes the row dates it by the inspection's own clock, which a rehearsal moves.
    """
    return Field(sa_type=DateTime(timezone=True))


def state(
    kind: type[StrEnum], default: StrEnum | None = None, *, primary_key: bool = False, index: bool = False
) -> Any:
    """Return a field holding one of the states of `kind`, stored as its text; required where there is no default.

    No length and no constraint goes with it, so that a release may add a state beside the one before.
    """
    stored = _stored(kind)
    if default is None:
        return Field(sa_type=stored, primary_key=primary_key, index=index)
    return Field(default=default, sa_type=stored, primary_key=primary_key, index=index)


def optional_state(kind: type[StrEnum]) -> Any:
    """Return a field holding one of the states of `kind`, or None."""
    return Field(default=None, sa_type=_stored(kind))


def _stored(kind: type[StrEnum]) -> Any:
    # By itself the library stores names; values are what events, addresses and the audit have.
    return Enum(kind, native_enum=False, length=None, validate_strings=True, values_callable=_texts)


def _texts(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


def json_object(server_default: str | None = None) -> Any:
    """Return a field holding a JSON object or list of references and counts.

    Args:
        server_default: what a row has that the release before this one writes; None where it knows the column.
    """
    return Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": server_default})


def json_list() -> Any:
    """Return a field holding a JSON list of codes or references."""
    return Field(default_factory=list, sa_type=JSON)
