"""On what an organisation hands over data: who is its controller, whom to ask, and what is in force."""

from datetime import date, datetime

from sqlmodel import Field

from models.states import Instrument
from models.tables.base import Base, moment, state


class DataSharing(Base, table=True):
    """The agreement with an organisation, or the inspectorates' notice to it, as somebody entered it.

    Rows are added and never changed: the newest one of an organisation counts, and the others are its history.
    `until_day` is the last day in force; None where it ends by no day.
    """

    id: str = Field(primary_key=True)
    organisation_id: str = Field(foreign_key="organisation.id", index=True)
    controller: str
    contact_id: str = Field(foreign_key="person.id")
    instrument: Instrument = state(Instrument)
    title: str
    from_day: date
    until_day: date | None = None
    entered_by: str
    entered_at: datetime = moment(default_now=True)
