"""Concerns on another inspectorate's remit: who writes to whom, and whether they have it; no words (L5)."""

from datetime import datetime

from sqlmodel import Field

from models.tables.base import Base, dated, moment


class RemitConcern(Base, table=True):
    """A letter of one inspectorate to a person of another, on what is within that other's remit.

    It goes with the copy before publication. Until it is sent it can be changed and taken back; `version` is that of
    its newest words.
    """

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    from_body: str
    to_body: str
    person_id: str = Field(foreign_key="person.id", index=True)
    version: int
    sent_at: datetime | None = moment()
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = moment()
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = moment()


class RemitConcernVersion(Base, table=True):
    """One version of the words of such a letter: where they lie, and who wrote them."""

    concern_id: str = Field(primary_key=True, foreign_key="remitconcern.id")
    version: int = Field(primary_key=True)
    text_key: str
    text_sha256: str
    written_by: str
    written_at: datetime = dated()
