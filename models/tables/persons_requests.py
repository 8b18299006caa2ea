"""Requests of people about data on them: references, days and states; who they are lies in the evidence store (L5)."""

from datetime import date, datetime

from sqlmodel import Field

from models.states import (
    ExtensionReason,
    IdentityCheck,
    PersonsCorrectionOutcome,
    PersonsCorrectionRefusal,
    PersonsRequestKind,
    PersonsRequestOutcome,
    Requester,
    RestrictionGround,
    RestrictionLift,
)
from models.tables.base import Base, json_list, moment, optional_state, state


class PersonsRequest(Base, table=True):
    """One request: what is asked, since when, until when it is answered and why then, and who did what of it.

    `who_key` names the object that says who the person is and by which numbers they are sought, `numbers` how many
    those are. It is sealed under a key of this request alone, which is destroyed at `forgotten_at`. `first_due_on` is
    the day without an extension, by which a person must be told of one.
    """

    id: str = Field(primary_key=True)
    kind: PersonsRequestKind = state(PersonsRequestKind)
    asked_by: Requester = state(Requester)
    received_on: date
    first_due_on: date
    due_on: date
    due_why: str
    who_key: str
    numbers: int
    recorded_by: str
    recorded_at: datetime = moment(default_now=True)
    identity: IdentityCheck | None = optional_state(IdentityCheck)
    identity_by: str = ""
    identity_at: datetime | None = moment()
    extension: ExtensionReason | None = optional_state(ExtensionReason)
    extended_by: str = ""
    extended_at: datetime | None = moment()
    told_on: date | None = None
    outcome: PersonsRequestOutcome | None = optional_state(PersonsRequestOutcome)
    closed_by: str = ""
    closed_at: datetime | None = moment()
    forgotten_at: datetime | None = moment()


class PersonsSearch(Base, table=True):
    """What was opened of one inspection to find the person of a request by number, in counts.

    `versions` is how many versions the inspection had then, of which `opened` were searched. The others had nothing to
    search: `aside` were sent in error, of `untaken` no row was taken in, and `unreadable` could not be opened.
    """

    request_id: str = Field(primary_key=True, foreign_key="personsrequest.id")
    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    versions: int
    opened: int
    aside: int
    untaken: int
    unreadable: int
    searched_by: str
    searched_at: datetime = moment(default_now=True)


class PersonsPlace(Base, table=True):
    """One place where the person of a request stands: a row of a version of a return, or a document that has no rows.

    `kinds` are the kinds of number by which it was found; one without any was entered by a person.
    """

    request_id: str = Field(primary_key=True, foreign_key="personsrequest.id")
    version: str = Field(primary_key=True)
    sheet: str = Field(primary_key=True)
    row: int = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    kinds: list[str] = json_list()
    added_by: str
    added_at: datetime = moment(default_now=True)


class PersonsCopy(Base, table=True):
    """A copy of a person's rows in one inspection, with everybody else left out; it lies with the data about children.

    `left_out` counts the cells with a mark, `published` the values among them that the published letter holds.
    """

    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="personsrequest.id", index=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    key: str
    sha256: str
    cells: int
    left_out: int
    published: int
    made_by: str
    made_at: datetime = moment(default_now=True)
    asked_by: str = ""
    released_by: str = ""
    released_at: datetime | None = moment()


class PersonsCorrection(Base, table=True):
    """A correction that an agency owes an answer to: of rows of one version of a return that it sent.

    `words_key` names the object that says what is wrong; it lies with the data about children. `corrected_in` is the
    version in which the agency has corrected it. `statement_key` names the person's statement, which stands beside the
    rows where the agency has not.
    """

    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="personsrequest.id", index=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    agency_id: str = Field(foreign_key="agency.id", index=True)
    version: str
    places: list[list[str]] = json_list()
    words_key: str
    words_sha256: str
    due_on: date
    due_why: str
    asked_by: str
    asked_at: datetime = moment(default_now=True)
    outcome: PersonsCorrectionOutcome | None = optional_state(PersonsCorrectionOutcome)
    refusal: PersonsCorrectionRefusal | None = optional_state(PersonsCorrectionRefusal)
    corrected_in: str = ""
    answered_by: str = ""
    answered_at: datetime | None = moment()
    statement_key: str = ""
    stated_by: str = ""
    stated_at: datetime | None = moment()


class PersonsRestriction(Base, table=True):
    """A restriction of the use of a person's rows in one inspection, from when two people set it until two lift it.

    `places` are version, sheet and row of each row that it covers, with `own` where the row is the person's own record
    as a child. `sought` are the versions and cohorts in which they were looked for: nothing of a version is shown that
    is not among them. `until` is the day by which it is looked at again; it ends nothing by itself.
    """

    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="personsrequest.id", index=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    ground: RestrictionGround = state(RestrictionGround)
    until: date
    places: list[list[str]] = json_list()
    sought: list[str] = json_list()
    asked_by: str
    confirmed_by: str
    began_at: datetime = moment(default_now=True)
    lift_reason: RestrictionLift | None = optional_state(RestrictionLift)
    told_on: date | None = None
    lift_asked_by: str = ""
    lifted_by: str = ""
    lifted_at: datetime | None = moment()
