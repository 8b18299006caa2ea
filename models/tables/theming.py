"""Thematic reports by reference: what they rest on, who wrote, assured and published them; no word of them (L5)."""

from datetime import date, datetime

from sqlmodel import Field

from models.states import ReportStatus
from models.tables.base import Base, dated, json_list, moment, state


class ThemeReport(Base, table=True):
    """A theme's report: the inspections that it rests on, and how far it is.

    `inspection` is the newest of them, in whose audit chain and by whose clock everything about the report is recorded.
    `assured_sha256` covers all that the quality assurer read; anything newer makes the assurance void.
    `withdrawn_reason` is the name of a listed reason; it is empty while the report counts.
    """

    ref: str = Field(primary_key=True)
    theme_id: str = Field(index=True)
    number: int
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    inspections: list[str] = json_list()
    rehearsal: bool = False
    begun_by: str
    begun_at: datetime = dated()
    assured_by: str = ""
    assured_sha256: str = ""
    assured_at: datetime | None = moment()
    decided_by: str = ""
    confirmed_by: str = ""
    published_on: date | None = None
    withdrawn_at: datetime | None = moment()
    withdrawn_reason: str = Field(default="", sa_column_kwargs={"server_default": ""})


class ReportPart(Base, table=True):
    """One version of a part of a report that people write: where its words lie, who wrote it, over which version."""

    report: str = Field(primary_key=True, foreign_key="themereport.ref")
    part: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    text_key: str
    text_sha256: str
    written_by: str
    written_at: datetime = dated()


class CompiledReport(Base, table=True):
    """A report in all its files, as it was at a moment; `content_sha256` covers what it was made from."""

    report: str = Field(primary_key=True, foreign_key="themereport.ref")
    status: ReportStatus = state(ReportStatus, primary_key=True)
    version: int = Field(primary_key=True)
    keys: list[str] = json_list()
    sha256: str
    content_sha256: str
    compiled_at: datetime = dated()
