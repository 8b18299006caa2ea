"""Meetings: planned ones about chosen children, who agrees to meet inspectors, and records of those with the area.

Rows hold labels and codes; whatever was written lies in the evidence store (L5).
"""

from datetime import date, datetime

from sqlmodel import Field

from models.states import AskedBy, AskFor, ConsentAnswer, ConsentOf, HeldKind, PlannedKind, Venue
from models.tables.base import Base, dated, json_list, moment, optional_state, state


class PlannedMeeting(Base, table=True):
    """A meeting of several agencies about a chosen child that is still to come, as an agency tells of it."""

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    agency_id: str = Field(foreign_key="agency.id")
    child: str
    kind: PlannedKind = state(PlannedKind)
    begins_at: datetime = dated()
    venue: Venue = state(Venue)
    ask_for: AskFor = state(AskFor)
    words_key: str = ""
    by: str
    told_at: datetime = dated()
    cancelled_at: datetime | None = moment()
    cancelled_by: str = ""


class Consent(Base, table=True):
    """One answer of a child or an adult of the family to whether they agree to meet inspectors.

    Rows are only added; the one with the highest number holds for a child and a person.
    """

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    agency_id: str = Field(foreign_key="agency.id")
    child: str
    number: int
    of: ConsentOf = state(ConsentOf)
    answer: ConsentAnswer = state(ConsentAnswer)
    asked_by: AskedBy | None = optional_state(AskedBy)
    answered_on: date | None = None
    words_key: str = ""
    by: str
    told_at: datetime = dated()


class HeldMeeting(Base, table=True):
    """The record of a meeting of the inspectors with the area: what it was, on which day, and who was there."""

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    kind: HeldKind = state(HeldKind)
    day: date
    people: list[str] = json_list()
    offices: list[str] = json_list()
    words_key: str
    sha256: str
    characters: int
    by: str
    recorded_at: datetime = dated()
