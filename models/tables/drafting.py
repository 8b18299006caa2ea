"""The draft letter by reference: its paragraphs, their order and versions, and threads of comments; no words (L5)."""

from datetime import datetime

from sqlmodel import Field

from models.states import ParagraphState
from models.tables.base import Base, dated, json_list, moment, state


class Paragraph(Base, table=True):
    """One paragraph of the draft letter: where it stands, and which version of it is the newest.

    A paragraph that was removed keeps its row and its versions.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    id: str = Field(primary_key=True)
    section: str
    position: int
    version: int
    removed_by: str | None = None
    removed_at: datetime | None = moment()


class ParagraphVersion(Base, table=True):
    """One version of a paragraph: where its words lie, what it rests on, who wrote it, and over which version.

    `follows` is the version that its writer had before them. Where somebody else's newer version stood by then, it was
    shown to the writer first, so that `follows` is always the version before.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    paragraph: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    follows: int
    text_key: str
    text_sha256: str
    findings: list[str] = json_list()
    bound: int = 0
    state: ParagraphState = state(ParagraphState)
    written_by: str
    written_at: datetime = dated()
