"""The mappings of headers that agencies keep for exports of their own; each version is a row, and none is changed."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from models.tables.base import Base, json_object, moment


class KeptMapping(Base, table=True):
    """Which header of an agency's own export is which column of ours, and which of its values is which code.

    It holds headers and short values of columns of codes, and nothing of a child (L5). A body that is entered under one
    name keeps it over all inspections; another for the inspection in which it made it.
    """

    id: str = Field(primary_key=True)
    agency_id: str = Field(foreign_key="agency.id", index=True)
    organisation_id: str | None = Field(default=None, foreign_key="organisation.id", index=True)
    return_code: str
    version: int
    columns: dict[str, Any] = json_object()
    codes: dict[str, Any] = json_object()
    made_by: str
    made_at: datetime = moment(default_now=True)
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = moment()
