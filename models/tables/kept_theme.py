"""The theme as it was when an inspection began: whatever becomes of its file, the inspection goes on by this."""

from sqlmodel import Field

from models.tables.base import Base


class KeptTheme(Base, table=True):
    """The theme of one inspection: its file as it was, with the digest, and all that it says with what it inherits."""

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    sha256: str
    written: str
    resolved: str
