"""Destruction by policy: what was proposed, who decided it, how far it is, and its certificate, by reference (L5)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field

from models.retention import RecordClass
from models.states import DestructionState, DestructionStep
from models.tables.base import Base, json_list, json_object, moment
from models.tables.base import state as state_of


class Destruction(Base, table=True):
    """One destruction of one class of record of one inspection.

    `lists` are the objects of the store that say what was there before it went: key and digest of each. `again_of` is
    the earlier destruction whose data came back, as from an old backup. `counts` are numbers of objects, bytes and
    rows as they were when it was proposed, `traces` those that were removed beside them.
    """

    __table_args__ = (
        # One that is done leaves room: what an old backup brings back is destroyed again.
        Index(
            "one_open_destruction", "inspection", "record_class", unique=True, postgresql_where=text("state <> 'done'")
        ),
    )

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    record_class: RecordClass = state_of(RecordClass)
    state: DestructionState = state_of(DestructionState, DestructionState.PROPOSED)
    step: DestructionStep = state_of(DestructionStep, DestructionStep.NONE)
    months: int
    counted_from: date
    due_on: date
    basis: str
    counts: dict[str, Any] = json_object()
    proposed_at: datetime = moment(default_now=True)
    asked_by: str = ""
    confirmed_by: str = ""
    confirmed_at: datetime | None = moment()
    lists: list[dict[str, Any]] = json_list()
    traces: dict[str, Any] = json_object()
    tombstone: dict[str, Any] = json_object()
    kept_key: str = ""
    certificate_key: str = ""
    certificate_sha256: str = ""
    done_at: datetime | None = moment()
    again_of: str = ""
