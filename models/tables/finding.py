"""Findings, corrections, letters and the written statement; their words lie in the evidence store."""

from datetime import date, datetime

from sqlmodel import Field

from models.england import ENGLAND
from models.states import CommentOutcome, FindingLevel, LetterStatus, ScanState
from models.tables.base import Base, dated, json_list, moment, optional_state, state


class Finding(Base, table=True):
    """One finding: its category, area and evidence by reference; heading and text are an object in the store.

    `cases` show it and `against` speak against it. `notes` are the evidence notes that it grew from, each as
    `tasks.findings.note_pieces.NotePiece` writes it. `level` is how far
    this version of it has passed. One that was withdrawn keeps its row; why is an object in the store.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    id: str = Field(primary_key=True)
    version: int = 1
    category: str
    area: str
    tags: list[str] = json_list()
    agencies: list[str] = json_list()
    evidence_kinds: list[str] = json_list()
    cases: list[str] = json_list()
    against: list[str] = json_list()
    notes: list[str] = json_list()
    level: FindingLevel = state(FindingLevel, FindingLevel.RECORDED)
    text_key: str
    text_sha256: str
    recorded_by: str
    recorded_at: datetime = dated()
    withdrawn_key: str | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = moment()


class FindingPass(Base, table=True):
    """One level that one version of a finding reached: who wrote, reviewed, moderated or agreed it, and when."""

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    finding: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    level: FindingLevel = state(FindingLevel, primary_key=True)
    by: str
    at: datetime = dated()


class Correction(Base, table=True):
    """One comment on the factual accuracy of the draft letter, and the inspector's reply to it.

    It is about one version of one paragraph as `letter_version` of the draft had it, or where `paragraph` is None about
    the letter as a whole. `changed_paragraph` and `changed_version` name the version of a paragraph that was written
    because of it; version 0 says that the paragraph was taken out. Comments of earlier releases name a finding instead,
    and have no words of a reply.
    """

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    agency_id: str = Field(foreign_key="agency.id")
    finding_id: str | None = None
    letter_version: int | None = None
    paragraph: str | None = None
    paragraph_version: int | None = None
    text_key: str
    outcome: CommentOutcome | None = optional_state(CommentOutcome)
    reply_key: str | None = None
    reply_sha256: str | None = None
    changed_finding: str | None = None
    changed_paragraph: str | None = None
    changed_version: int | None = None
    decided_by: str | None = None
    made_at: datetime = dated()
    decided_at: datetime | None = moment()
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = moment()

    @property
    def waits(self) -> bool:
        """Return whether it waits for a reply."""
        return self.outcome is None and self.withdrawn_at is None


class CommentFile(Base, table=True):
    """One file that an agency attached to its comment: a reference to it, its digest, size, kind, the scanner's answer.

    Nobody opens it before `checked_at`: until then it waits for the scanner. Where it holds malware nobody ever does.
    """

    id: str = Field(primary_key=True)
    comment_id: str = Field(foreign_key="correction.id", index=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    number: int
    key: str
    version_id: str
    sha256: str
    size: int
    kind: str
    by: str
    received_at: datetime = dated()
    scanned: ScanState = state(ScanState, ScanState.NOT_SCANNED)
    scanned_by: str = ""
    malware: str = ""
    checked_at: datetime | None = moment()

    @property
    def readable(self) -> bool:
        """Return whether it may be opened."""
        return self.checked_at is not None and not self.malware


class LetterParagraph(Base, table=True):
    """Which version of which paragraph stands in a compiled letter: what its readers have before them."""

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    status: LetterStatus = state(LetterStatus, primary_key=True)
    letter_version: int = Field(primary_key=True)
    paragraph: str = Field(primary_key=True)
    paragraph_version: int
    section: str
    position: int


class Letter(Base, table=True):
    """One compiled letter in all its formats; `evidence_keys` name what stands behind it, for the team alone.

    `proof_key` names the proof that binds each sentence to digests of its evidence, for everybody who has the letter;
    `openings_key` what those digests are of, for the team alone. Letters from before proofs were kept have neither.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    status: LetterStatus = state(LetterStatus, primary_key=True)
    version: int = Field(primary_key=True)
    keys: list[str] = json_list()
    evidence_keys: list[str] = json_list()
    proof_key: str = ""
    openings_key: str = ""
    sha256: str
    compiled_at: datetime = dated()


class Statement(Base, table=True):
    """The written statement of proposed action: what was determined of it, and what became of it.

    The principal authority is an agency in scope, or one of the letter's addressees by their office; then
    `authority_agency` is empty, and the council sends the statement for the partnership. `due_at` counts from
    publication unless `due_reason`, a name of `tasks.letters.determination.DueReason`, says why it is another day.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    needed: bool
    principal_authority: str
    authority_agency: str | None = Field(default=None, foreign_key="agency.id")
    send_to: str = ""
    due_at: datetime = dated()
    due_reason: str = ""
    decided_by: str = ""
    confirmed_by: str = ""
    published_on: date | None = None
    key: str | None = None
    sha256: str | None = None
    received_at: datetime | None = moment()

    @property
    def due_day(self) -> date:
        """Return the day by which it is due, by the calendar in England."""
        return self.due_at.astimezone(ENGLAND).date()
