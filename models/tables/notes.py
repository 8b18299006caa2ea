"""Inspectors' notes by reference: who wrote where, how far each log has come, and where the words lie (L5)."""

from datetime import datetime

from sqlmodel import Field

from models.tables.base import Base, dated, json_list, moment


class NoteLog(Base, table=True):
    """What one person writes in one browser in one inspection; batches are only ever added.

    `taken` counts the batches that are recorded, `newest` is the highest number among them, and `chain` seals all of
    them in the order in which they were recorded.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    person_id: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    taken: int = 0
    newest: int = 0
    chain: str = ""
    begun_at: datetime = dated()


class NoteBatch(Base, table=True):
    """One batch of a log: where it lies, its digest, and which version of which note it holds.

    `position` is its place in the chain. While `waits`, it arrived without a session of its writer, and nobody reads
    it until the writer signs in again or the lead inspector recovers it.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    person_id: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    sequence: int = Field(primary_key=True)
    position: int
    sha256: str
    chain: str
    size: int
    notes: list[list[str | int]] = json_list()
    waits: bool = False
    let_in_by: str | None = None
    arrived_at: datetime = dated()
    let_in_at: datetime | None = moment()


class KeptWriting(Base, table=True):
    """What somebody typed into a finding or a paragraph of the letter, as it stands now, before it is a version.

    `about` names the form, such as `draft-P03`. Once its writer has saved a version it is `settled`, and shown no more.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    id: str = Field(primary_key=True)
    person_id: str
    device: str
    about: str
    version: int
    sequence: int
    characters: int = 0
    settled: bool = False
    begun_at: datetime = dated()
    changed_at: datetime = dated()


class Note(Base, table=True):
    """One note as it stands now: codes of what it is about, and the batch that holds its newest words."""

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    id: str = Field(primary_key=True)
    person_id: str
    device: str
    version: int
    sequence: int
    child: str = ""
    area: str = ""
    agency: str = ""
    kind: str = ""
    judgement: str = ""
    criterion: str = ""
    follows: str = ""
    characters: int = 0
    begun_at: datetime = dated()
    changed_at: datetime = dated()
