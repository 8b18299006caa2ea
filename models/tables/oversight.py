"""Breaches of personal data as the data protection officer keeps them: codes, counts and moments; no words (L5)."""

from datetime import datetime

from sqlmodel import Field

from models.states import BreachKind, BreachOutcome
from models.tables.base import Base, moment, optional_state, state


class Breach(Base, table=True):
    """One breach: what kind, of how many people at most, since when it is known, and what was told to whom.

    The Information Commissioner is told within 72 hours of `known_at`, unless a risk is unlikely (UK GDPR Article 33);
    with a high risk the people themselves are told too (Article 34). `inspection` is empty where it is of none alone.
    """

    id: str = Field(primary_key=True)
    inspection: str | None = Field(default=None, foreign_key="inspection.ref", index=True)
    kind: BreachKind = state(BreachKind)
    people: int
    high_risk: bool = False
    known_at: datetime = moment(default_now=True)
    due_at: datetime = moment(default_now=True)
    recorded_by: str
    recorded_at: datetime = moment(default_now=True)
    outcome: BreachOutcome | None = optional_state(BreachOutcome)
    decided_by: str = ""
    decided_at: datetime | None = moment()
    people_told_by: str = ""
    people_told_at: datetime | None = moment()


class ReadingOrigin(Base, table=True):
    """From which named network data about children was read by one click; it goes after a month, and has no address."""

    trace: str = Field(primary_key=True)
    network: str
    at: datetime = moment(default_now=True, index=True)
