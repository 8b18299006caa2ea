"""What all tables share: the registry, UTC times and JSON columns."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime
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


def json_object() -> Any:
    """Return a field holding a JSON object or list of references and counts."""
    return Field(default_factory=dict, sa_type=JSON)


def json_list() -> Any:
    """Return a field holding a JSON list of codes or references."""
    return Field(default_factory=list, sa_type=JSON)
