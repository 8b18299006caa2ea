"""Complaints about an inspection and holds on destruction: codes, days and references; words are in the store (L5)."""

from datetime import date, datetime

from sqlmodel import Field

from models.states import ComplaintFrom, ComplaintOutcome, HoldReason, LateComplaint
from models.tables.base import Base, dated, json_list, moment, optional_state, state


class Complaint(Base, table=True):
    """One complaint about an inspection after its letter was published, and what two people decided on it.

    `agency_id` is whose it is, empty where it came from nobody in scope. It is `late` where it came more than ten
    working days after publication; then `late_reason` says why it is taken all the same. `incomplete` says that it was
    decided that additional evidence is gathered.
    """

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    came_from: ComplaintFrom = state(ComplaintFrom)
    agency_id: str | None = Field(default=None, foreign_key="agency.id")
    letter_version: int
    received_on: date
    late: bool = False
    late_reason: LateComplaint | None = optional_state(LateComplaint)
    text_key: str
    text_sha256: str
    recorded_by: str
    recorded_at: datetime = dated()
    outcome: ComplaintOutcome | None = optional_state(ComplaintOutcome)
    incomplete: bool = False
    decision_key: str | None = None
    decision_sha256: str | None = None
    decided_by: str = ""
    confirmed_by: str = ""
    decided_at: datetime | None = moment()


class Hold(Base, table=True):
    """Why nothing of an inspection may be destroyed; of every inspection where it names none.

    `subject` is the reference of what the hold is about, such as a complaint. Whatever destroys asks
    `tasks.inspection.holds.may_be_destroyed` first. A legal hold has the number of its matter, which several holds may
    share, and was placed and is ended by two people; `classes` are the classes of record that it covers, all where it
    names none.
    """

    id: str = Field(primary_key=True)
    inspection: str | None = Field(default=None, foreign_key="inspection.ref", index=True)
    reason: HoldReason = state(HoldReason)
    subject: str = ""
    placed_by: str
    placed_at: datetime = moment(default_now=True)
    ended_by: str = ""
    ended_at: datetime | None = moment()
    matter: str = Field(default="", index=True, sa_column_kwargs={"server_default": ""})
    classes: list[str] = json_list()
    confirmed_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    end_confirmed_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    end_reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
