"""One-time links and notices: how people are told and how they come in."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from models.tables.base import Base, json_object, moment


class Link(Base, table=True):
    """A one-time sign-in link; the secret part is derived from the id and never stored."""

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    role: str
    agency_id: str | None = Field(default=None, foreign_key="agency.id")
    person: str
    expires_at: datetime = moment(default_now=True)
    used_at: datetime | None = moment()


class ApiToken(Base, table=True):
    """A token by which an agency's own programs come in; its secret is derived from the id and never stored."""

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    agency_id: str = Field(foreign_key="agency.id")
    name: str
    made_by: str
    made_at: datetime = moment(default_now=True)
    expires_at: datetime = moment(default_now=True)
    revoked_at: datetime | None = moment()


class Notice(Base, table=True):
    """A notice to an agency or a person: its kind and facts, from which its words are rendered.

    `once` makes a notice unique, so that a repeated run never sends it again.
    """

    id: str = Field(primary_key=True)
    once: str = Field(unique=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    kind: str
    to_name: str
    to_mailbox: str
    agency_id: str | None = Field(default=None, foreign_key="agency.id")
    link_id: str | None = Field(default=None, foreign_key="link.id")
    facts: dict[str, Any] = json_object()
    written_at: datetime = moment(default_now=True)
    sent_at: datetime | None = moment()
