"""The plan that answers the letter, by reference: its versions, reviews, actions and their progress; no words (L5)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from models.states import ActionState, PlanEnd, PlanOutcome
from models.tables.base import Base, dated, json_list, moment, optional_state, state


class ActionPlan(Base, table=True):
    """The plan of one inspection: its draft, its newest version, and whether it is still followed.

    `version` is 0 while nothing was sent. `began_on` is the day on which the first version came: progress is asked for
    by that day. The draft is an object in the store, of which the ledger has the number of actions and of queries.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    draft_key: str = ""
    draft_sha256: str = ""
    draft_actions: int = 0
    draft_queries: int = 0
    drafted_by: str = ""
    drafted_at: datetime | None = moment()
    version: int = 0
    began_on: date | None = None
    end: PlanEnd | None = optional_state(PlanEnd)
    closed_by: str = ""
    closed_at: datetime | None = moment()


class PlanVersion(Base, table=True):
    """One version of the plan as it was sent: it never changes.

    `letter` is the version of the letter that it answers, `answered` how many of the `parts` of the letter that need an
    answer have an action.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    version: int = Field(primary_key=True)
    letter: int
    key: str
    sha256: str
    actions: int
    parts: int
    answered: int
    queries: int
    sent_by: str
    sent_at: datetime = dated()


class PlanReview(Base, table=True):
    """What the inspectorates say of a version: adequate or not, and which actions lack something; by reference."""

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    version: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    outcome: PlanOutcome = state(PlanOutcome)
    lacking: list[str] = json_list()
    key: str
    sha256: str
    reviewed_by: str
    confirmed_by: str
    reviewed_at: datetime = dated()


class PlanAction(Base, table=True):
    """One action of the plan as its newest version has it, and how far it is.

    `owner` is an agency of the inspection; None where it is a body without an account, whose name is in the store. An
    action that a newer version no longer has keeps its row, with the version that was its `last`.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    id: str = Field(primary_key=True)
    origin: str
    owner: str | None = None
    due: date | None = None
    first: int
    last: int | None = None
    state: ActionState = state(ActionState, ActionState.NOT_STARTED)
    late_told_at: datetime | None = moment()


class PlanRound(Base, table=True):
    """One round in which progress is asked for; it is answered once each of its actions has been told of."""

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    number: int = Field(primary_key=True)
    actions: list[str] = json_list()
    asked_at: datetime = dated()
    due_at: datetime = dated()
    answered_at: datetime | None = moment()


class PlanProgress(Base, table=True):
    """What the partnership said once of an action: how far it is, with words and a file in the store."""

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    action: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    round: int
    state: ActionState = state(ActionState)
    key: str
    sha256: str
    # None is null in the database too: without this, JSON's own null would be stored as a value.
    file: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    told_by: str
    told_at: datetime = dated()
