"""Requests for returns, the uploads on their way, and the submissions that arrived."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.lifecycle import RequestState
from models.tables.base import Base, json_list, moment


class Request(Base, table=True):
    """What one agency owes: one return by one moment; an evaluation names its cases by their labels."""

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    agency_id: str = Field(foreign_key="agency.id")
    return_code: str
    step: str
    due_at: datetime = moment(default_now=True)
    state: str = Field(default=RequestState.DRAFTED)
    template_keys: list[str] = json_list()
    cases: list[str] = json_list()
    late_reason: str | None = None
    late_until: date | None = None
    nil_declared_by: str | None = None
    current_version: int = 0


class UploadSession(Base, table=True):
    """Permission to put one object at one key that nobody can guess."""

    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="request.id", index=True)
    key: str = Field(unique=True)
    extension: str
    uploader: str
    created_at: datetime = moment(default_now=True)
    expires_at: datetime = moment(default_now=True)
    completed_at: datetime | None = moment()


class Submission(Base, table=True):
    """One stored version of a return, and the verdict on it once there is one."""

    __table_args__ = (
        UniqueConstraint("request_id", "version"),
        UniqueConstraint("key", "version_id"),
    )

    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="request.id", index=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    version: int
    key: str
    version_id: str
    etag: str
    sha256: str
    size: int
    extension: str
    uploader: str
    scanned: str = "not scanned"
    received_at: datetime = moment(default_now=True)
    late: bool = False
    verdict: str | None = None
    rule_set: str | None = None
    rows: int | None = None
    errors: int | None = None
    queries: int | None = None
    report_key: str | None = None
    report_sha256: str | None = None
    table_keys: list[str] = json_list()
    across_key: str | None = None
    across_found: int | None = None
    decided_at: datetime | None = moment()
