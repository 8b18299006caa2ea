"""Immediate concerns about a child: who was told, who answered and which calls were made; words are in the store."""

from datetime import datetime

from sqlmodel import Field

from models.states import CallResult, SpokenTo
from models.tables.base import Base, moment, optional_state, state


class Concern(Base, table=True):
    """A child may be in danger now: an inspector says so, whatever stage the inspection has reached.

    `child` is the label of a chosen child, empty where the child is not in the sample. Moments are the world's and not
    those of a rehearsal's clock: a danger does not wait.
    """

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    child: str = ""
    words_key: str
    raised_by: str
    raised_at: datetime = moment(default_now=True)
    settled_at: datetime | None = moment()


class ConcernReceipt(Base, table=True):
    """An agency that must act on a concern: whether somebody is named there, and what came of telling it.

    From `widened_at` on everybody at the agency who is a contact of the inspection may read the concern, and from
    `escalated_at` on its director too.
    """

    concern_id: str = Field(primary_key=True, foreign_key="concern.id")
    agency_id: str = Field(primary_key=True, foreign_key="agency.id")
    named: int = 0
    widened_at: datetime | None = moment()
    escalated_at: datetime | None = moment()
    answered_at: datetime | None = moment()
    answered_by: str = ""
    result: CallResult | None = optional_state(CallResult)


class ConcernCall(Base, table=True):
    """A telephone call about a concern, as whoever rang records it: when, to whom by role, and what came of it."""

    id: str = Field(primary_key=True)
    concern_id: str = Field(foreign_key="concern.id", index=True)
    agency_id: str = Field(foreign_key="agency.id")
    rung_at: datetime = moment(default_now=True)
    spoken_to: SpokenTo = state(SpokenTo)
    result: CallResult = state(CallResult)
    by: str
    noted_at: datetime = moment(default_now=True)
