"""The ledger: owed work with leases, the transactional outbox and the hash-chained audit with its anchors."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import Field

from models.events import Event, Owed
from models.states import WorkState
from models.tables.base import Base, json_object, moment
from models.tables.base import state as state_of


class Work(Base, table=True):
    """One thing that is owed, at most once for a kind and subject.

    It is claimed by setting `lease_owner` and `lease_until`; an expired lease may be claimed by anyone. `attempts` are
    all claims, `failures` those after which it was given back: the others ended with the worker. `trace` names the
    click for which it is owed.
    """

    kind: Owed = state_of(Owed, primary_key=True)
    subject: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    state: WorkState = state_of(WorkState, WorkState.OWED, index=True)
    attempts: int = 0
    failures: int = 0
    not_before: datetime = moment(default_now=True)
    lease_owner: str | None = None
    lease_until: datetime | None = moment()
    fault: str | None = None
    trace: str = ""
    owed_at: datetime = moment(default_now=True)
    done_at: datetime | None = moment()


class OutboxEvent(Base, table=True):
    """An event written with the change it tells of, and sent afterwards, at least once."""

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    event: Event = state_of(Event)
    subject: str
    facts: dict[str, Any] = json_object()
    written_at: datetime = moment(default_now=True)
    sent_at: datetime | None = moment(index=True)


class Tally(Base, table=True):
    """How often something happened, such as a lease that was lost; numbers only."""

    name: str = Field(primary_key=True)
    label: str = Field(primary_key=True)
    number: int = 0


class Beat(Base, table=True):
    """A run that still lives: when its process last said so. Short runs never say it."""

    run: str = Field(primary_key=True)
    seen_at: datetime = moment(default_now=True)


class Wake(Base, table=True):
    """A wake of a deployment that is on its way, or a run of it at work: whoever owes work meanwhile wakes no other.

    It holds until a moment, so that what was lost or killed keeps nobody waiting for longer.
    """

    id: str = Field(primary_key=True)
    deployment: str = Field(index=True)
    at_work: bool = False
    until: datetime = moment(default_now=True)


REFUSED_ATTEMPT = "attempt.refused"
"""The action of an entry on a wrong link, token or key."""


HAPPENED = (
    *("stage.moved", "request.moved", "request.extended", "rule.waived", "documents.asked", "sampled-list.released"),
    *("accuracy.decided", "statement.determined", "plan.sent", "plan.reviewed", "plan.progress-asked", "plan.closed"),
    *("complaint.decided", "file.put-aside", "file.released"),
    *("decision.confirmed", "decision.refused", "decision.lapsed"),
)
"""The actions of entries of which people's first pages tell."""
ON_FIRST_PAGES = "auditentry.action IN (" + ", ".join(f"'{action}'" for action in HAPPENED) + ")"
"""The condition of those, in the words of the index of them."""


class AuditEntry(Base, table=True):
    """One entry of an inspection's chain: `hash` covers the entry and `previous`, the hash before it."""

    # Wrong attempts are counted at the door, and the chain of the programme is long.
    __table_args__ = (
        Index("refused_attempts", "subject", "at", postgresql_where=text(f"action = '{REFUSED_ATTEMPT}'")),
        # First pages tell of the newest over all inspections.
        Index("happened", "at", postgresql_where=text(ON_FIRST_PAGES.replace("auditentry.", ""))),
        # Decisions are few among all that is read and opened.
        Index("entries_by_action", "action", "inspection", "number"),
    )

    # No foreign key: the programme has a chain too, and is no inspection.
    inspection: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    # Text: hashes cover these characters, and a database gives a time back in another spelling.
    at: str
    actor: str
    action: str
    subject: str
    facts: dict[str, Any] = json_object()
    previous: str
    hash: str


class AuditHead(Base, table=True):
    """The end of an inspection's chain, so that a cut chain is seen; its row lock orders the writers."""

    inspection: str = Field(primary_key=True)
    number: int = 0
    hash: str = ""


class Anchor(Base, table=True):
    """A signed head of a chain: its first `number` entries were these, and existed by then. Kept in the store too.

    `locked_until` is the day until which the store's copy is locked; none in a rehearsal.
    """

    inspection: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    hash: str
    at: str
    key: str
    signature: str
    locked_until: datetime | None = moment()


class Witness(Base, table=True):
    """A person of an inspectorate has seen an anchor and countersigned it: with a key of their own, or signed in.

    `way` is one of `models.states.WitnessWay`; without a key there is neither `public_key` nor `signature`.
    """

    __table_args__ = (ForeignKeyConstraint(["inspection", "number"], ["anchor.inspection", "anchor.number"]),)

    id: str = Field(primary_key=True)
    inspection: str = Field(index=True)
    number: int
    organisation: str
    person_id: str
    way: str
    public_key: str = ""
    signature: str = ""
    at: str
