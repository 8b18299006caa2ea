"""Reads a concern, takes its acknowledgement and the calls about it, and says where it stands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session, col, select

from models.ids import agency_kind
from models.roles import ORGANISATION_ROLES, Act, Role, may
from models.states import CallResult, SpokenTo
from models.tables import Agency, Concern, ConcernCall, ConcernReceipt, Inspection, Person
from models.tables.base import utc_now
from tasks.concerns.raising import ConcernError, ConcernWords, NoConcernError, tell_team, words_of
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.people.access import Door
from tasks.people.persons import contacts, named_at

READ = "concern.read"

SPOKEN_TO = {
    SpokenTo.FRONT_DOOR: "The council's front door (children's social care, or its hub with the police)",
    SpokenTo.DUTY_TEAM: "The council's emergency duty team",
    SpokenTo.SOCIAL_WORKER: "The child's social worker or their manager",
    SpokenTo.DIRECTOR: "The director of children's services, or whoever stands in",
    SpokenTo.NAMED_PERSON: "The person named for immediate concerns",
    SpokenTo.CONTROL_ROOM: "The police control room (999 or 101)",
    SpokenTo.PROTECTION_UNIT: "The police unit that protects children",
    SpokenTo.CONTACT: "Another contact of the agency",
    SpokenTo.NOBODY: "Nobody answered",
}
"""Whom somebody may have rung, as people read it."""

RESULTS = {
    CallResult.TAKEN_ON: "They have taken it on and are acting now",
    CallResult.WILL_RING_BACK: "They will ring back. The concern stays open",
    CallResult.NO_ANSWER: "There was no answer. The concern stays open",
}
"""What came of a call, as people read it."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody at an agency who can be rung about a concern, as the tables of people have them."""

    name: str
    job: str
    telephone: str
    named: bool
    director: bool = False


@dataclass(frozen=True, slots=True)
class AtAgency:
    """Where a concern stands at one agency."""

    agency: Agency
    receipt: ConcernReceipt
    people: tuple[Reachable, ...]
    calls: tuple[ConcernCall, ...]


def standing(session: Session, concern: Concern) -> list[AtAgency]:
    """Return where a concern stands at each agency that must act, with whom to ring there."""
    query = select(ConcernReceipt).where(ConcernReceipt.concern_id == concern.id).order_by(ConcernReceipt.agency_id)
    calls = session.exec(
        select(ConcernCall).where(ConcernCall.concern_id == concern.id).order_by(col(ConcernCall.rung_at))
    ).all()
    rows = []
    for receipt in session.exec(query):
        agency = session.get_one(Agency, receipt.agency_id)
        of_agency = tuple(call for call in calls if call.agency_id == agency.id)
        rows.append(AtAgency(agency, receipt, _reachable(session, agency), of_agency))
    return rows


def _reachable(session: Session, agency: Agency) -> tuple[Reachable, ...]:
    named, directors = named_at(session, agency), named_at(session, agency, Role.DIRECTOR)
    people = {person.id: person for person in (*named, *contacts(session, agency.id), *directors)}
    return tuple(
        Reachable(person.name, person.job, person.telephone, person in named, person in directors)
        for person in people.values()
    )


def concerns_by_inspection(session: Session, may_follow: Callable[[str], bool]) -> list[tuple[Inspection, Concern]]:
    """Return concerns with their inspections, those that wait for somebody first, then the newest, by one query.

    Args:
        session: a transaction.
        may_follow: says of an inspection's reference whether its concerns are wanted.
    """
    query = select(Inspection, Concern).join(Concern, col(Concern.inspection) == Inspection.ref)
    rows = session.exec(query.order_by(col(Concern.raised_at).desc(), Concern.id)).all()
    return sorted((row for row in rows if may_follow(row[0].ref)), key=lambda row: row[1].settled_at is not None)


def concern_of(session: Session, identity: str, ref: str, *, lock: bool = False) -> Concern:
    """Return a concern of an inspection.

    Raises:
        NoConcernError: there is none of this id there.
    """
    row = session.get(Concern, identity, with_for_update=lock or None)
    if row is None or row.inspection != ref:
        raise NoConcernError
    return row


def _agency_for(session: Session, receipts: Sequence[ConcernReceipt], doors: Sequence[Door], person: str) -> Agency:
    """Return the agency for which a person answers a concern.

    Raises:
        NoConcernError: they are neither named there nor, once everybody was told, a contact of it, or its director once
            nobody had answered.
    """
    for receipt in receipts:
        agency = session.get_one(Agency, receipt.agency_id)
        for door in doors:
            may_know = door.role is not Role.DIRECTOR or receipt.escalated_at is not None
            if door.role in ORGANISATION_ROLES and may_know and _is_named(session, door, person, agency):
                return agency
            if door.agency_id == agency.id and may(door.role, Act.ANSWER_CONCERNS) and receipt.widened_at:
                return agency
    raise NoConcernError


def _is_named(session: Session, door: Door, person: str, agency: Agency) -> bool:
    """Return whether the role of somebody who is named for concerns is one at an agency."""
    # In a rehearsal, and for a lead inspector who looks at the pages as they are there, the role names the agency.
    # An agency without an organisation in the register is reached by its own role alone.
    if door.agency_id or agency.organisation_id is None:
        return door.agency_id == agency.id
    return session.get_one(Person, person).organisation_id == agency.organisation_id


def _receipts(session: Session, concern_id: str, *, lock: bool = False) -> list[ConcernReceipt]:
    query = select(ConcernReceipt).where(ConcernReceipt.concern_id == concern_id).order_by(ConcernReceipt.agency_id)
    return list(session.exec(query.with_for_update() if lock else query))


def for_receiver(session: Session, doors: Sequence[Door], person: str) -> list[tuple[Concern, ConcernReceipt]]:
    """Return the concerns that somebody at an agency may read, those that wait for an answer first."""
    answering = [door for door in doors if may(door.role, Act.ANSWER_CONCERNS)]
    if not answering:
        return []
    agencies = [door.agency_id for door in answering if door.agency_id]
    # A role of an organisation counts at each of its agencies, whichever inspection asks it.
    body = session.get_one(Person, person).organisation_id
    if body and any(door.role in ORGANISATION_ROLES for door in answering):
        agencies += session.exec(select(Agency.id).where(Agency.organisation_id == body)).all()
    query = select(Concern, ConcernReceipt).join(ConcernReceipt, col(ConcernReceipt.concern_id) == Concern.id)
    rows = session.exec(
        query.where(col(ConcernReceipt.agency_id).in_(agencies)).order_by(col(Concern.raised_at).desc())
    )
    mine = []
    for concern, receipt in rows:
        try:
            _agency_for(session, [receipt], doors, person)
        except NoConcernError:
            continue
        mine.append((concern, receipt))
    return sorted(mine, key=lambda pair: pair[1].answered_at is not None)


@dataclass(frozen=True, slots=True)
class ReadConcern:
    """A concern as somebody reads it who must act."""

    concern: Concern
    receipt: ConcernReceipt
    agency: Agency
    words: ConcernWords


def read_at_agency(identity: str, doors: Sequence[Door], person: str, *, by: str = "") -> ReadConcern:
    """Return a concern with its words to somebody at an agency; the audit records who read it.

    Args:
        identity: of the concern.
        doors: the roles of whoever reads.
        person: their reference.
        by: how the audit names them, where that is not by their reference alone.

    Raises:
        NoConcernError: it is not theirs to read.
    """
    with transaction() as session:
        concern = session.get(Concern, identity)
        if concern is None:
            raise NoConcernError
        agency = _agency_for(session, _receipts(session, identity), doors, person)
        receipt = session.get_one(ConcernReceipt, (identity, agency.id))
        words = words_of(concern)
        # In the same transaction, so that nobody reads of a child without an entry (L6).
        facts = {"agency": agency_kind(agency.id)}
        audit.append(session, concern.inspection, actor=by or person, action=READ, subject=identity, facts=facts)
        return ReadConcern(concern, receipt, agency, words)


def read_in_team(identity: str, ref: str, by: str) -> ConcernWords:
    """Return the words of a concern to somebody of the team; the audit records who read them.

    Raises:
        NoConcernError: there is none of this id in the inspection.
    """
    with transaction() as session:
        concern = concern_of(session, identity, ref)
        audit.append(session, ref, actor=by, action=READ, subject=identity)
        return words_of(concern)


def acknowledge(identity: str, doors: Sequence[Door], person: str) -> None:
    """Record that somebody at an agency has taken a concern on; a second time changes nothing.

    Raises:
        NoConcernError: it is not theirs to answer.
    """
    with transaction() as session:
        concern = session.get(Concern, identity, with_for_update=True)
        if concern is None:
            raise NoConcernError
        receipts = _receipts(session, identity, lock=True)
        agency = _agency_for(session, receipts, doors, person)
        receipt = next(row for row in receipts if row.agency_id == agency.id)
        if receipt.answered_at is None:
            _answer(session, concern, receipt, agency, by=person, result=None)


def record_call(
    identity: str,
    ref: str,
    agency_id: str,
    *,
    rung_at: datetime,
    spoken_to: SpokenTo,
    result: CallResult,
    by: str,
) -> None:
    """Record a telephone call about a concern; where the agency has taken it on, it counts as its answer.

    Raises:
        NoConcernError: there is none of this id in the inspection.
        ConcernError: the agency was not told of it, the call is to come or older than the concern, or nobody answered
            and yet took it on.
    """
    if spoken_to is SpokenTo.NOBODY and result is not CallResult.NO_ANSWER:
        raise ConcernError("Choose whom you spoke to, or that there was no answer.", field="spoken")
    with transaction() as session:
        concern = concern_of(session, identity, ref, lock=True)
        receipt = session.get(ConcernReceipt, (identity, agency_id))
        if receipt is None:
            raise ConcernError("Choose which agency you rang.", field="agency")
        now = utc_now()
        if rung_at > now or rung_at < concern.raised_at.replace(second=0, microsecond=0):
            raise ConcernError("Enter a time after the concern was raised that is not in the future.", field="rung")
        call = ConcernCall(
            id=uuid4().hex,
            concern_id=identity,
            agency_id=agency_id,
            rung_at=rung_at,
            spoken_to=spoken_to,
            result=result,
            by=by,
        )
        session.add(call)
        agency = session.get_one(Agency, agency_id)
        facts = {"agency": agency_kind(agency_id), "spoken_to": spoken_to.value, "result": result.value}
        audit.append(session, ref, actor=by, action="concern.rung", subject=identity, facts=facts)
        if result is CallResult.TAKEN_ON and receipt.answered_at is None:
            _answer(session, concern, receipt, agency, by=by, result=result)


def _answer(
    session: Session,
    concern: Concern,
    receipt: ConcernReceipt,
    agency: Agency,
    *,
    by: str,
    result: CallResult | None,
) -> None:
    receipt.answered_at, receipt.answered_by, receipt.result = utc_now(), by, result
    session.add(receipt)
    session.flush()
    left = [row for row in _receipts(session, concern.id) if row.answered_at is None]
    if not left:
        concern.settled_at = receipt.answered_at
        session.add(concern)
    how = "by telephone" if result else "on the portal"
    facts: dict[str, object] = {"agency": agency.name, "how": how, "left": len(left)}
    tell_team(session, concern, "concern_answered", once=f"answered/{agency.id}", facts=facts)
    facts = {"agency": agency_kind(agency.id), "how": how}
    audit.append(session, concern.inspection, actor=by, action="concern.answered", subject=concern.id, facts=facts)
