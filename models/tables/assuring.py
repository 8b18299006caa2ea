"""Threads on findings and paragraphs, and what the quality assurer says of them; all words are in the store (L5)."""

from datetime import datetime

from sqlmodel import Field

from models.states import MarkReason, ReadyFor, ThreadKind
from models.tables.base import Base, dated, json_list, moment, state


class Thread(Base, table=True):
    """A thread of comments on one version of a finding or a paragraph, or a disagreement on a finding.

    A thread of comments is resolved and can be opened again. A disagreement is decided once, with words.
    """

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    subject: str
    version: int
    kind: ThreadKind = state(ThreadKind)
    opened_by: str
    opened_at: datetime = dated()
    settled_by: str | None = None
    settled_at: datetime | None = moment()


class Remark(Base, table=True):
    """What one person said in a thread; the last one of a disagreement that is decided says how and why."""

    id: str = Field(primary_key=True)
    thread: str = Field(foreign_key="thread.id", index=True)
    number: int
    text_key: str
    text_sha256: str
    by: str
    at: datetime = dated()


class MarkedWords(Base, table=True):
    """Words that could tell who a child is and wait for a second person, or were passed or sent back by one.

    `kinds` says what in them was marked; the words lie in the evidence store, and `text_sha256` stands for them however
    their lines are broken.
    """

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    text_sha256: str
    text_key: str
    kinds: list[str] = json_list()
    reason: MarkReason = state(MarkReason)
    asked_by: str
    asked_at: datetime = dated()
    decided_by: str | None = None
    decided_at: datetime | None = moment()
    passed: bool | None = None


class Assurance(Base, table=True):
    """What a quality assurer said after reading: ready or not, of which versions, with a reason in the store.

    `digest` stands for the versions of findings and paragraphs that were read; after any change it is another one.
    """

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    number: int
    purpose: ReadyFor = state(ReadyFor)
    ready: bool
    digest: str
    findings: int
    paragraphs: int
    text_key: str
    by: str
    at: datetime = dated()
