"""What of an inspection is public: the figures that left, by reference; they themselves are in the store (L5)."""

from datetime import datetime

from sqlmodel import Field

from models.tables.base import Base, dated


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
