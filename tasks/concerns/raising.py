"""Raises an immediate concern about a child: the words into the store, the row, the notices and the first chase."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.events import Owed
from models.ids import ConcernSubject, once_key
from models.keys import concern as words_at
from models.refusals import Mistake, NothingThereError, Refusal
from models.roles import MUST_ACT, Role
from models.tables import Agency, Concern, ConcernReceipt, Inspection, Person
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.ledger import audit
from tasks.ledger.work import owe
from tasks.people.notices import write_notice
from tasks.people.persons import named_at
from tasks.people.two_people import person_in

CHASED_AFTER = timedelta(minutes=30)
"""How long those who are named have before more people hear of a concern that nobody has answered."""

_LONGEST = 4000


class ConcernError(Refusal):
    """A concern, or an answer to one, cannot be taken as given; each sentence says what to do."""


class NoConcernError(NothingThereError):
    """There is no such concern for whoever asks."""

    def __init__(self) -> None:
        super().__init__("There is no such concern for you to read.")


@dataclass(frozen=True, slots=True)
class ConcernWords:
    """What an inspector wrote: who the child is and where, and why they may be in danger."""

    who: str
    danger: str


def mistakes_in(words: ConcernWords) -> tuple[Mistake, ...]:
    """Return what is missing of a concern, or too long."""
    mistakes = []
    if not words.who.strip() or len(words.who) > _LONGEST:
        mistakes.append(Mistake("who", f"Enter who the child is and where, in {_LONGEST:,} characters or fewer."))
    if not words.danger.strip() or len(words.danger) > _LONGEST:
        sentence = f"Enter why the child may be in danger now, in {_LONGEST:,} characters or fewer."
        mistakes.append(Mistake("danger", sentence))
    return tuple(mistakes)


def agencies_that_act(session: Session, ref: str) -> list[Agency]:
    """Return the agencies of an inspection that must act on a concern: the council first, then the police."""
    query = select(Agency).where(Agency.inspection == ref, col(Agency.kind).in_(MUST_ACT))
    return sorted(session.exec(query), key=lambda agency: (MUST_ACT.index(agency.kind), agency.id))


def without_named_person(session: Session, ref: str) -> list[str]:
    """Return the agencies that must act on a concern and at which nobody is named for it: the council first."""
    return [agency.name for agency in agencies_that_act(session, ref) if not named_at(session, agency)]


def without_director(session: Session, ref: str) -> list[str]:
    """Return the agencies that must act on a concern and of which no director is on record: the council first."""
    agencies = agencies_that_act(session, ref)
    return [agency.name for agency in agencies if not named_at(session, agency, Role.DIRECTOR)]


def raise_concern(ref: str, words: ConcernWords, *, child: str = "", once: str, by: str) -> str:
    """Store a concern, tell who must act, and return its id; the same form sent again changes nothing.

    A concern may be raised at any stage, and after the inspection was closed or cancelled.

    Args:
        ref: the inspection.
        words: what was written; it goes into the evidence store and nowhere else.
        child: label of a chosen child; empty for a child who is not in the sample.
        once: a random text that the form carries, by which a repeat is recognised.
        by: who raises it, as the audit names them.

    Raises:
        ConcernError: words are missing or too long, or the inspection has no agency that could act.
    """
    if mistakes := mistakes_in(words):
        raise ConcernError(mistakes[0].text, field=mistakes[0].field)
    body = canonical_json({"child": child, "who": words.who.strip(), "danger": words.danger.strip()})
    # A repeat after a death between the store and the row finds its own object. The digest is of a random text, so
    # that nobody can try words against it.
    identity = sha256(once.encode() + b"\n" + body)[:24]
    key = words_at(ref, identity)
    store.put_once(key, body, content_type="application/json")
    with transaction() as session:
        inspection = session.get_one(Inspection, ref, with_for_update=True)
        if session.get(Concern, identity) is None:
            _record(session, Concern(id=identity, inspection=ref, child=child, words_key=key, raised_by=by), inspection)
    return identity


def _record(session: Session, concern: Concern, inspection: Inspection) -> None:
    agencies = agencies_that_act(session, inspection.ref)
    if not agencies:
        raise ConcernError(
            "No council and no police force takes part in this inspection, so we can tell nobody. "
            "Call 999, or the council of the area, now."
        )
    session.add(concern)
    session.flush()
    named = {}
    for agency in agencies:
        people = named_at(session, agency)
        named[agency.kind] = len(people)
        widened = None if people else concern.raised_at
        row = ConcernReceipt(concern_id=concern.id, agency_id=agency.id, named=len(people), widened_at=widened)
        session.add(row)
        tell_agency(session, concern, agency, everybody=not people, kind="concern_raised", once="raised")
    tell_team(session, concern, "concern_told", once="told", facts={"child": concern.child})
    facts = {"child": concern.child, "named": named, "stage": inspection.stage}
    audit.append(
        session, inspection.ref, actor=concern.raised_by, action="concern.raised", subject=concern.id, facts=facts
    )
    chase_later(session, concern, 1, utc_now() + CHASED_AFTER)


def chase_later(session: Session, concern: Concern, step: int, at: datetime) -> None:
    """Owe the next chase of a concern at a moment."""
    owe(session, Owed.CHASE_CONCERN, str(ConcernSubject(concern.id, step)), concern.inspection, at=at)


def tell_agency(session: Session, concern: Concern, agency: Agency, *, everybody: bool, kind: str, once: str) -> None:
    """Write a notice to who is named at an agency, and to all its contacts where nobody is or nobody has answered.

    The notice holds a reference alone: no name, and no word about the child.
    """
    facts = {"concern": concern.id, "agency": agency.name}
    own = once_key("concern", concern.id, agency.id, once)
    for person in named_at(session, agency):
        write_notice(session, kind, person, once=own, inspection=concern.inspection, facts=facts)
    if everybody:
        write_notice(session, kind, agency, once=own, sign_in=True, facts=facts)


def tell_team(session: Session, concern: Concern, kind: str, *, once: str, facts: dict[str, object]) -> None:
    """Write a notice to the lead inspector, the programme managers and whoever raised the concern."""
    facts = {"concern": concern.id, **facts}
    own = once_key("concern", concern.id, once)
    write_notice(session, kind, "lead", once=own, inspection=concern.inspection, facts=facts)
    write_notice(session, kind, "manager", once=once_key(own, "manager"), inspection=concern.inspection, facts=facts)
    # Under the name of the lead's notice: a lead inspector who raised it reads one, not two.
    raiser = session.get_one(Person, person_in(concern.raised_by))
    write_notice(session, kind, raiser, once=own, inspection=concern.inspection, facts=facts)


def words_of(concern: Concern) -> ConcernWords:
    """Read the words of a concern from the store."""
    read = json.loads(store.get(concern.words_key))
    return ConcernWords(read["who"], read["danger"])
