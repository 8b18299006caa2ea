"""What of an inspection is public: the figures that left, by reference; they themselves are in the store (L5)."""

from datetime import date, datetime

from sqlmodel import Field

from models.states import LetterOutcome
from models.tables.base import Base, dated, state


class PublishedFigures(Base, table=True):
    """Figures that left: a letter's, or a comparison's; `key` names them and their certificate in the store.

    `input_sha256` covers the counts that they were made from: the same counts leave the same way again.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    number: int = Field(primary_key=True)
    name: str
    input_sha256: str
    key: str
    sha256: str
    left_at: datetime = dated()


class LetterEnd(Base, table=True):
    """Why a published version of a letter no longer counts: withdrawn or replaced, with the name of a listed reason."""

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    version: int = Field(primary_key=True)
    outcome: LetterOutcome = state(LetterOutcome)
    reason: str
    ended_at: datetime = dated()


class PublicSite(Base, table=True):
    """One making of the public pages; `key` names the list of its files in the store. The newest is served."""

    number: int = Field(primary_key=True)
    key: str
    sha256: str
    files: int
    made_at: datetime = dated()


class RecipientPublication(Base, table=True):
    """Where and when an agency published a version of the letter, as the law asks of every recipient."""

    agency_id: str = Field(primary_key=True, foreign_key="agency.id")
    version: int = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    web_address: str
    published_on: date
    recorded_by: str
    recorded_at: datetime = dated()
