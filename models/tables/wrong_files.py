"""Files that were sent in error: put aside at once, then destroyed or released by two people; by reference (L5)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field

from models.states import DestructionStep, WrongFileReason, WrongFileState
from models.tables.base import Base, json_list, json_object, moment
from models.tables.base import state as state_of


class WrongFile(Base, table=True):
    """One file that was sent in error, and everything that the ledger had of it.

    `subject` is the version that was named, of a return or of a document. `kept_references` are those that were taken
    out of the rows of all versions that hold the file: whoever reads the rows finds nothing to open, and a release
    writes them back. `requests` has each request that is owed again, by its id, with the state that it had. `cohorts`
    are the frozen versions of the cohort that were made with it, `breach` the breach that was recorded with it.
    `backups` has under `reached` what became of each known backup once the file's key was destroyed.
    """

    __table_args__ = (
        # Named by two people at once, a file is put aside once; after its end it can be named again.
        Index(
            "one_open_wrong_file",
            "inspection",
            "agency_id",
            "sha256",
            unique=True,
            postgresql_where=text("state in ('put_aside', 'confirmed')"),
        ),
    )

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    agency_id: str = Field(foreign_key="agency.id", index=True)
    subject: str
    name: str
    sha256: str
    reason: WrongFileReason = state_of(WrongFileReason)
    state: WrongFileState = state_of(WrongFileState, WrongFileState.PUT_ASIDE)
    step: DestructionStep = state_of(DestructionStep, DestructionStep.NONE)
    versions: list[str] = json_list()
    kept_references: list[dict[str, Any]] = json_list()
    requests: dict[str, Any] = json_object()
    cohorts: list[int] = json_list()
    breach: str = ""
    put_aside_by: str
    put_aside_at: datetime = moment(default_now=True)
    asked_by: str = ""
    confirmed_by: str = ""
    confirmed_at: datetime | None = moment()
    lists: list[dict[str, Any]] = json_list()
    counts: dict[str, Any] = json_object()
    backups: dict[str, Any] = json_object(server_default="{}")
    certificate_key: str = ""
    certificate_sha256: str = ""
    done_at: datetime | None = moment()
    again_of: str = ""
