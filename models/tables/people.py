"""People: organisations, persons and their roles, how they come in and how they are told.

The names, addresses and telephone numbers of staff are here and nowhere else: every other table, log and audit entry
refers to a person by `Person.id` (L5).
"""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field

from models.roles import Role
from models.states import Delivery, DeliveryFault, OrganisationKind, ProposalAnswer, SignInWay
from models.tables.base import Base, json_object, moment, optional_state, state


class Organisation(Base, table=True):
    """An organisation that inspects or is inspected, for as long as it exists under its code.

    A code without a source is no code: `code` is empty until somebody gives both.
    """

    id: str = Field(primary_key=True)
    kind: OrganisationKind = state(OrganisationKind)
    name: str
    code: str = ""
    code_source: str = ""
    code_checked: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    successor_id: str | None = Field(default=None, foreign_key="organisation.id")
    mailbox: str = ""


class Serves(Base, table=True):
    """An organisation that serves an area: whom an announcement there tells.

    `from_day` is the first day on which it does, where it took another's place there; empty where it always did.
    """

    organisation_id: str = Field(primary_key=True, foreign_key="organisation.id")
    area_gss: str = Field(primary_key=True)
    from_day: date | None = None


class Addressee(Base, table=True):
    """A person to whom an inspection's letter is addressed: name, office and body, as the letter has them.

    `agency_id` is empty for whoever is of no agency in scope, such as a commissioner or an independent scrutineer.
    """

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    position: int
    name: str
    office: str
    body: str = ""
    agency_id: str | None = Field(default=None, foreign_key="agency.id")
    entered_by: str
    entered_at: datetime = moment(default_now=True)
    removed_by: str = ""
    removed_at: datetime | None = moment()


class Signatory(Base, table=True):
    """Who signs letters for an inspectorate, from a day on, until another does."""

    id: str = Field(primary_key=True)
    inspectorate: str = Field(index=True)
    name: str
    office: str
    from_day: date
    entered_by: str
    entered_at: datetime = moment(default_now=True)


class Person(Base, table=True):
    """One member of staff; `id` is the reference by which the audit, Prefect and logs name them.

    `claims_at` is when a provider last gave claims of them.

    `proven` says that the person signed in by a way of their own. A name that somebody gave at a shared mailbox is
    not proven, and every page that shows it says so.
    """

    id: str = Field(primary_key=True)
    organisation_id: str | None = Field(default=None, foreign_key="organisation.id", index=True)
    name: str
    job: str = ""
    address: str = Field(default="", index=True)
    telephone: str = ""
    issuer: str = ""
    subject: str = Field(default="", index=True)
    claims_at: datetime | None = moment()
    proven: bool = True
    made_up: bool = False
    entered_by: str = ""
    entered_at: datetime = moment(default_now=True)
    ended_at: datetime | None = moment()


class Membership(Base, table=True):
    """A role that somebody gave a person, from a day until a day, in one inspection or in the whole programme."""

    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    role: Role = state(Role)
    inspection: str | None = Field(default=None, foreign_key="inspection.ref", index=True)
    agency_id: str | None = Field(default=None, foreign_key="agency.id", index=True)
    from_day: date
    until_day: date | None = None
    given_by: str
    given_at: datetime = moment(default_now=True)
    ended_at: datetime | None = moment()
    ended_by: str = ""


class SignIn(Base, table=True):
    """A session of a person at one browser; the browser keeps its secret, and here are only digests of that.

    `id` is of the part that stays the same, `renewed` of the part that each further sign-in replaces; empty before.
    `proven_at` is when the person last proved who they are; `acts_as` the role in which they look at an agency's pages.
    `claims_at` is when a provider last said that it still knows them, in a session that began by one; `asked_at` when
    the browser was last sent there for that.
    """

    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    renewed: str = ""
    way: SignInWay = state(SignInWay)
    acts_as: str | None = Field(default=None, foreign_key="membership.id")
    began_at: datetime = moment(default_now=True)
    seen_at: datetime = moment(default_now=True)
    proven_at: datetime = moment(default_now=True)
    claims_at: datetime | None = moment()
    asked_at: datetime | None = moment()
    expires_at: datetime = moment(default_now=True)
    ended_at: datetime | None = moment()


class Link(Base, table=True):
    """A one-time sign-in link; the secret part is derived from the id and never stored.

    A link to a person's own address names the person; one to a shared mailbox names the agency, and whoever uses it
    says who they are. `leads_to` is the page where somebody was asked to sign in again; empty for their first page.
    """

    id: str = Field(primary_key=True)
    inspection: str | None = Field(default=None, foreign_key="inspection.ref", index=True)
    role: str
    agency_id: str | None = Field(default=None, foreign_key="agency.id")
    person: str
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    leads_to: str = ""
    expires_at: datetime = moment(default_now=True)
    used_at: datetime | None = moment()


class ApiToken(Base, table=True):
    """A token by which an agency's own programs come in; its secret is derived from the id and never stored."""

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    agency_id: str = Field(foreign_key="agency.id")
    name: str
    made_by: str
    made_at: datetime = moment(default_now=True)
    expires_at: datetime = moment(default_now=True)
    revoked_at: datetime | None = moment()


class Notice(Base, table=True):
    """A notice to a person, or to an agency's shared mailbox: its kind and facts, from which its words are rendered.

    `once` makes a notice unique, so that a repeated run never sends it again. A person's name and address are read
    when the notice is, from `person`; `to_name` then holds their reference and `to_mailbox` nothing.

    `not_before` is when the notice is sent again, or when the channel is next asked what became of it; `address_mark`
    is a keyed digest of the address that it went to, by which a corrected address is seen.
    """

    id: str = Field(primary_key=True)
    once: str = Field(unique=True)
    inspection: str | None = Field(default=None, foreign_key="inspection.ref", index=True)
    kind: str
    to_name: str
    to_mailbox: str
    agency_id: str | None = Field(default=None, foreign_key="agency.id")
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    link_id: str | None = Field(default=None, foreign_key="link.id")
    facts: dict[str, Any] = json_object()
    written_at: datetime = moment(default_now=True)
    sent_at: datetime | None = moment()
    delivery: Delivery = state(Delivery, Delivery.WAITING, index=True)
    channel: str = ""
    channel_id: str = ""
    attempts: int = 0
    not_before: datetime = moment(default_now=True)
    lease: str = ""
    lease_until: datetime | None = moment()
    fault: DeliveryFault | None = optional_state(DeliveryFault)
    address_mark: str = ""


class Proposal(Base, table=True):
    """An act that needs two people: one asked for it, and another confirms or refuses it before it lapses (L11)."""

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    act: str
    subject: str
    values: dict[str, Any] = json_object()
    asked_by: str
    asked_at: datetime = moment(default_now=True)
    lapses_at: datetime = moment(default_now=True)
    answer: ProposalAnswer | None = optional_state(ProposalAnswer)
    answered_by: str = ""
    answered_at: datetime | None = moment()


class Warrant(Base, table=True):
    """A person's order to Prefect to start one run: who gave it, in which session, and which run took it."""

    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id")
    sign_in_id: str = Field(foreign_key="signin.id")
    deployment: str
    made_at: datetime = moment(default_now=True)
    run: str = ""
