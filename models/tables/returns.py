"""Requests for returns, the uploads on their way, the submissions that arrived and what people say of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, false, text
from sqlmodel import Field, Relationship

from models.ids import submission_id
from models.keys import is_put_aside
from models.lifecycle import RequestState
from models.states import DestructionStep, ReturnVerdict, ScanState, VersionKind, VersionReason
from models.tables.base import Base, dated, json_list, json_object, moment, optional_state
from models.tables.base import state as state_of


class Request(Base, table=True):
    """What one agency owes: one return by one moment; an evaluation names its cases by their labels.

    `admitted` is the version after which a person lets one more come although the cohort is frozen; None where nobody
    does. After publication the same return may be asked for again: `round` counts from 1, and from the second on
    `asked_on` is the day from which its window is counted, in place of the announcement.
    """

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    agency_id: str = Field(foreign_key="agency.id")
    return_code: str
    step: str
    due_at: datetime = dated()
    state: RequestState = state_of(RequestState, RequestState.DRAFTED)
    template_keys: list[str] = json_list()
    cases: list[str] = json_list()
    late_reason: str | None = None
    late_until: date | None = None
    nil_declared_by: str | None = None
    nil_reason: str | None = None
    current_version: int = 0
    admitted: int | None = None
    round: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    asked_on: date | None = None

    @property
    def newest_id(self) -> str:
        """Return the id of the newest version that arrived."""
        return submission_id(self.id, self.current_version)


class UploadSession(Base, table=True):
    """Permission to put one object at one key that nobody can guess.

    `adds` says that the file is one more part of the newest version, and `shared` that it holds other returns as well;
    `refused` why it could no longer be taken when it came. One with `awaits_sender` waits until its sender looked at it
    and confirms. Where it brought the same bytes again, no version was made, and `same_as` is the one that has them.
    A file that we filled from an extract has in `filled` what of it is filled and missing: counts and names of columns.
    """

    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="request.id", index=True)
    key: str = Field(unique=True)
    extension: str
    uploader: str
    adds: bool = False
    shared: bool = False
    reason: VersionReason | None = optional_state(VersionReason)
    created_at: datetime = moment(default_now=True)
    expires_at: datetime = moment(default_now=True)
    completed_at: datetime | None = moment()
    refused: str | None = None
    awaits_sender: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    same_as: str | None = None
    filled: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))


class Submission(Base, table=True):
    """One version of a return as it arrived: the stored object, its receipt, and who sent it when. It never changes.

    A return in several files has the earlier ones in `parts`, in order, before its own file. The same file may be the
    version of several requests, where it holds several returns. `kind` and `reason` say what it is beside the versions
    before it, where its sender said so; `again_of` is the number of the version whose stored bytes it uses again. What
    came of checking it is its `result`.
    """

    __table_args__ = (
        UniqueConstraint("request_id", "version"),
        # A version may be used again; but what arrives is one version, whoever reports it and however often.
        Index(
            "one_version_per_arrival",
            "request_id",
            "key",
            "version_id",
            unique=True,
            postgresql_where=text("again_of IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="request.id", index=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    version: int
    key: str
    version_id: str
    etag: str
    sha256: str
    size: int
    extension: str
    parts: list[dict[str, Any]] = json_list()
    shared: bool = False
    kind: VersionKind | None = optional_state(VersionKind)
    reason: VersionReason | None = optional_state(VersionReason)
    again_of: int | None = None
    uploader: str
    received_at: datetime = dated()
    late: bool = False
    result: "CheckResult" = Relationship(
        sa_relationship_kwargs={"uselist": False, "lazy": "joined", "cascade": "all, delete-orphan"}
    )

    @property
    def put_aside(self) -> bool:
        """Return whether it holds what was sent in error: its references open nothing."""
        return is_put_aside(self.key)


class CheckResult(Base, table=True):
    """What came of scanning and checking one submission, so far; it is there from the arrival on.

    `also` are the other returns that the file holds, `left_out` the rows that were not taken though the rest was,
    `explained` the places of its own queries that the agency has explained. The keys name its report, its canonical
    tables, the places of its findings, what changed since the version before, and what comparing returns found.
    `not_checked` are rules that could not be run for a fault of ours, which hold the verdict; `across_not_checked`
    those that compare returns.
    """

    submission_id: str = Field(primary_key=True, foreign_key="submission.id", ondelete="CASCADE")
    scanned: ScanState = state_of(ScanState, ScanState.NOT_SCANNED)
    scanned_at: datetime | None = moment()
    scanned_by: str | None = None
    malware: str | None = None
    verdict: ReturnVerdict | None = optional_state(ReturnVerdict)
    decided_at: datetime | None = moment()
    rule_set: str | None = None
    rows: int | None = None
    errors: int | None = None
    queries: int | None = None
    left_out: int = 0
    also: list[str] = json_list()
    explained: int = 0
    report_key: str | None = None
    report_sha256: str | None = None
    table_keys: list[str] = json_list()
    places_key: str | None = None
    since_key: str | None = None
    not_checked: list[str] = json_list()
    across_key: str | None = None
    across_found: int | None = None
    across_not_checked: list[str] = json_list()

    @property
    def queries_in_all(self) -> int | None:
        """Return how many queries there are, those of comparing returns among them; None where nothing was checked."""
        return None if self.queries is None else self.queries + (self.across_found or 0)


class ReducedFile(Base, table=True):
    """A file that came with columns or sheets that were not asked for, and the copy without them that is kept.

    From the row on the copy is what is checked, opened and counted with, and the file itself waits for its destruction
    at `due_at`. `columns` and `sheets` are how many went that held anything; `step` is what of the destruction was done
    last, and `lists` are key and digest of each list of what was there before it went. `backups` has under `reached`
    what became of each known backup once the file's key was destroyed.
    """

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    key: str = Field(unique=True)
    sha256: str
    size: int
    columns: int
    sheets: int
    copy_key: str
    copy_version_id: str
    copy_sha256: str
    copy_size: int
    noted_at: datetime = moment(default_now=True)
    due_at: datetime = moment(default_now=True)
    step: DestructionStep = state_of(DestructionStep, DestructionStep.NONE)
    times: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    lists: list[dict[str, Any]] = json_list()
    tombstone: dict[str, Any] = json_object()
    backups: dict[str, Any] = json_object(server_default="{}")
    certificate_key: str = ""
    certificate_sha256: str = ""
    destroyed_at: datetime | None = moment()


class Explanation(Base, table=True):
    """What an agency says of queries that are right though odd; its words and places lie in the evidence store."""

    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="request.id", index=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    submission_id: str = Field(foreign_key="submission.id")
    rule: str
    column: str | None = None
    places: int
    key: str
    sha256: str
    given_by: str
    given_at: datetime = dated()


class RuleWaiver(Base, table=True):
    """One rule that one request is not held to, until a day: who approved it and why (L10)."""

    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="request.id", index=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    rule: str
    reason: str
    approved_by: str
    expires_on: date
    granted_at: datetime = dated()


class Recheck(Base, table=True):
    """One stored return checked again, under the rules of a later day, and what that changed."""

    id: str = Field(primary_key=True)
    submission_id: str = Field(foreign_key="submission.id", index=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    asked_by: str
    counts: bool
    asked_at: datetime = dated()
    before: dict[str, Any] = json_object()
    after: dict[str, Any] = json_object()
    by_rule: dict[str, Any] = json_object()
    report_key: str | None = None
    applied: bool = False
    done_at: datetime | None = moment()


class ListReading(Base, table=True):
    """The receipt of a list of children: who read it, when first and last, and how often."""

    request_id: str = Field(primary_key=True, foreign_key="request.id")
    sha256: str = Field(primary_key=True)
    by: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    first_at: datetime = dated()
    last_at: datetime = dated()
    times: int = 0
