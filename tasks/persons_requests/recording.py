"""The register of persons' requests: each with its month, who it is under a key of its own, and what became of it."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models import keys
from models.england import ENGLAND
from models.ids import once_key
from models.refusals import FormRefusedError, Mistake, Refusal, check_text
from models.states import (
    ExtensionReason,
    IdentityCheck,
    PersonsCorrectionOutcome,
    PersonsRequestKind,
    PersonsRequestOutcome,
    Requester,
)
from models.tables import PersonsCorrection, PersonsPlace, PersonsRequest, PersonsRestriction, PersonsSearch
from models.tables.base import utc_now
from models.words import long_weekday
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ledger import audit
from tasks.people.notices import write_notice
from tasks.people.persons import PROGRAMME
from tasks.persons_requests.due import EXTENDED, due
from validation.contract.persons_numbers import NUMBER_FORMS, Number, NumberKind, number_of

KINDS = {
    PersonsRequestKind.ACCESS: "Access: what is held about them, and a copy of it",
    PersonsRequestKind.CORRECTION: "Correction of what is wrong about them",
    PersonsRequestKind.RESTRICTION: "Restriction: nobody uses it while something is settled",
}
"""What can be asked for, as people read it."""

_ASKS = {
    PersonsRequestKind.ACCESS: "access to data about them",
    PersonsRequestKind.CORRECTION: "correction of data about them",
    PersonsRequestKind.RESTRICTION: "restriction of the use of data about them",
}

ASKERS = {
    Requester.SELF: "The person themselves",
    Requester.PARENT: "Somebody with parental responsibility for the child",
    Requester.REPRESENTATIVE: "A solicitor or somebody else who acts for the person",
}
"""Who can ask, as people read it."""

IDENTITY_CHECKS = {
    IdentityCheck.KNOWN: "I know the person from our earlier dealings",
    IdentityCheck.DOCUMENT_SEEN: "I saw an official document, and kept no copy",
    IdentityCheck.AGENCY_CONFIRMED: "An agency that knows the person confirmed it",
    IdentityCheck.AUTHORITY_SEEN: "I saw the authority of whoever acts for the person, and know who the person is",
}
"""How identity can be confirmed, as people read it."""

EXTENSIONS = {
    ExtensionReason.COMPLEX: "The request is complex",
    ExtensionReason.SEVERAL: "The same person made several requests",
}
"""Why a request may take longer, as people read it."""

OUTCOMES = {
    PersonsRequestOutcome.ANSWERED: "Answered",
    PersonsRequestOutcome.NOTHING_HELD: "Answered: nothing about the person is held",
    PersonsRequestOutcome.REFUSED: (
        "Refused as manifestly unfounded or excessive, or under an exemption, and the person was told why"
    ),
    PersonsRequestOutcome.NOT_CONFIRMED: "Closed: it could not be confirmed who asked",
    PersonsRequestOutcome.WITHDRAWN: "Closed: the person no longer asks for it",
}
"""What a request can come to, as people read it."""

REMINDERS = (("week", timedelta(days=7)), ("last", timedelta(days=2)))
"""How long before its day each reminder goes out, while a request is open."""

_MOST_NUMBERS = 20
_LONGEST_NAME = 200
_READ = "persons-request.read"


class PersonsRequestError(Refusal):
    """Something about a person's request cannot be done; the sentence says why."""


class NoPersonsRequestError(PersonsRequestError):
    """No request has this id."""

    def __init__(self) -> None:
        super().__init__("There is no such request. Choose one on the page Persons' requests.")


@dataclass(frozen=True, slots=True)
class RequestSubject:
    """Who a request is about, as the evidence store alone keeps it.

    Attributes:
        name: as the person gave it.
        numbers: by which they are sought.
    """

    name: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class EnteredRequest:
    """What the officer enters of a request.

    Attributes:
        kind: a value of `PersonsRequestKind`.
        asked_by: a value of `Requester`.
        received_on: the day on which it came; None where that is no day.
        name: of the person.
        numbers: typed numbers by their kind; several of a kind have commas between them.
    """

    kind: str
    asked_by: str
    received_on: date | None
    name: str
    numbers: Mapping[NumberKind, str]


def record_request(entered: EnteredRequest, *, by: str) -> str:
    """Record a request, from whose day its month is counted, and tell the officers and managers; return its id.

    Raises:
        FormRefusedError: a value is wrong.
    """
    received, who = _checked(entered)
    day = due(received)
    with transaction() as session:
        identity = f"S-{secrets.token_hex(4).upper()}"
        row = PersonsRequest(
            id=identity,
            kind=PersonsRequestKind(entered.kind),
            asked_by=Requester(entered.asked_by),
            received_on=received,
            first_due_on=day.day,
            due_on=day.day,
            due_why=day.why,
            # What is put and has no row, because of a kill here, is found by its id and destroyed as forgotten.
            who_key=_keep(identity, who),
            numbers=len(who.numbers),
            recorded_by=by,
        )
        session.add(row)
        session.flush()
        facts = {"kind": row.kind.value, "asked_by": row.asked_by.value, "received": received.isoformat()}
        facts |= {"due": row.due_on.isoformat()}
        _entry(session, row, "recorded", by, facts | {"numbers": row.numbers})
        _tell(session, row, "recorded")
        return identity


def _checked(entered: EnteredRequest) -> tuple[date, RequestSubject]:
    mistakes = []
    if entered.kind not in set(PersonsRequestKind):
        mistakes.append(Mistake("kind", "Choose what the person asks for."))
    if entered.asked_by not in set(Requester):
        mistakes.append(Mistake("asked_by", "Choose who asks."))
    if entered.received_on is None:
        mistakes.append(Mistake("received-day", "Enter the day on which it was received: 14 5 2026."))
    elif entered.received_on > today():
        mistakes.append(Mistake("received-day", "Enter a day that is not in the future."))
    who = _who(entered.name, entered.numbers, mistakes)
    if mistakes or entered.received_on is None:
        raise FormRefusedError(mistakes)
    return entered.received_on, who


def _who(name: str, numbers: Mapping[NumberKind, str], mistakes: list[Mistake]) -> RequestSubject:
    name = check_text("who", name).strip()
    if not name:
        mistakes.append(Mistake("who", "Enter the name of the person whose data it is."))
    elif len(name) > _LONGEST_NAME:
        mistakes.append(Mistake("who", f"Enter at most {_LONGEST_NAME} characters."))
    sought: set[Number] = set()
    for kind, typed in numbers.items():
        for part in filter(None, map(str.strip, check_text(kind, typed).split(","))):
            number = number_of(kind, part)
            if number is None:
                wrong = f"This cannot be right. Enter {NUMBER_FORMS[kind]}."
                mistakes.append(Mistake(field_of(kind), wrong))
                break
            sought.add(number)
    if len(sought) > _MOST_NUMBERS:
        mistakes.append(Mistake(field_of(NumberKind.NHS), f"Enter at most {_MOST_NUMBERS} numbers in all."))
    return RequestSubject(name, tuple(sorted(sought)))


def field_of(kind: NumberKind) -> str:
    """Return the name of the field in which numbers of a kind are entered."""
    return f"sought-{kind}"


def _keep(identity: str, who: RequestSubject) -> str:
    numbers = [{"kind": each.kind.value, "number": each.text} for each in who.numbers]
    data = json.dumps({"name": who.name, "numbers": numbers}, sort_keys=True, ensure_ascii=False).encode()
    key = keys.by_content(keys.persons_folder(identity), "who", sha256(data), "json")
    return store.put_once(key, data, content_type="application/json").key


def who_of(row: PersonsRequest) -> RequestSubject:
    """Return who a request is about, from the evidence store; whoever shows it records that.

    Raises:
        PersonsRequestError: it is forgotten.
    """
    if row.forgotten_at is not None:
        raise PersonsRequestError("Who this person is was destroyed. The dates and what was done stay.")
    kept = json.loads(store.get(row.who_key))
    return RequestSubject(
        kept["name"], tuple(Number(NumberKind(each["kind"]), each["number"]) for each in kept["numbers"])
    )


def read_request(identity: str, *, by: str) -> tuple[PersonsRequest, RequestSubject | None]:
    """Return a request and who it is about, None where that is forgotten; the audit records who read it.

    Raises:
        NoPersonsRequestError: there is none.
    """
    with transaction() as session:
        row = request_of(session, identity)
        if row.forgotten_at is not None:
            return row, None
        # In the same transaction, so that nobody reads a name without an entry (L6).
        audit.append(session, PROGRAMME, actor=by, action=_READ, subject=row.id, facts={"reason": row.kind.value})
        return row, who_of(row)


def change_who(identity: str, name: str, numbers: Mapping[NumberKind, str], *, by: str) -> PersonsRequest:
    """Correct who a request is about, such as a number that was typed wrong.

    Raises:
        NoPersonsRequestError: there is none.
        PersonsRequestError: it is closed.
        FormRefusedError: a value is wrong.
    """
    mistakes: list[Mistake] = []
    who = _who(name, numbers, mistakes)
    if mistakes:
        raise FormRefusedError(mistakes)
    with transaction() as session:
        row = open_request(session, identity)
        row.who_key, row.numbers = _keep(identity, who), len(who.numbers)
        forget_found(session, row.id)
        session.add(row)
        _entry(session, row, "corrected", by, {"numbers": row.numbers})
        return row


def forget_found(session: Session, identity: str) -> None:
    """Forget what was found by other numbers; what a person entered stays."""
    session.execute(delete(PersonsSearch).where(col(PersonsSearch.request_id) == identity))
    for place in session.exec(select(PersonsPlace).where(PersonsPlace.request_id == identity)):
        if place.kinds:
            session.delete(place)
    restrictions = select(PersonsRestriction).where(PersonsRestriction.request_id == identity)
    for row in session.exec(restrictions.where(col(PersonsRestriction.lifted_at).is_(None)).with_for_update()):
        # Until the sweep has looked again nothing of its inspection's returns is shown, rather than a row too many.
        row.places, row.sought = [], []
        session.add(row)


def confirm_identity(identity: str, how: str, *, by: str) -> PersonsRequest:
    """Record that it is confirmed who asks, and how; before that nothing is sought and nothing given out.

    Raises:
        NoPersonsRequestError: there is none.
        PersonsRequestError: it is closed or confirmed already, or the way is none of those that there are.
    """
    with transaction() as session:
        row = open_request(session, identity)
        if how not in set(IdentityCheck):
            raise PersonsRequestError("Choose how it was confirmed who asks.")
        if row.identity is not None:
            raise PersonsRequestError("It is confirmed already who asks.")
        if row.asked_by != Requester.SELF and how == IdentityCheck.DOCUMENT_SEEN:
            raise PersonsRequestError(
                "A document shows who somebody is, not that they may ask for another. Confirm their authority."
            )
        row.identity, row.identity_by, row.identity_at = IdentityCheck(how), by, utc_now()
        session.add(row)
        _entry(session, row, "identity-confirmed", by, {"how": row.identity.value})
        return row


def extend_request(identity: str, reason: str, told_on: date | None, *, by: str) -> PersonsRequest:
    """Record that a request takes up to two further months, of which the person was told within the first.

    Raises:
        NoPersonsRequestError: there is none.
        FormRefusedError: a value is wrong, or the person was told too late.
        PersonsRequestError: it is closed or extended already.
    """
    with transaction() as session:
        row = open_request(session, identity)
        if row.extension is not None:
            raise PersonsRequestError("It is extended already, and nothing extends it twice.")
        mistakes = []
        if reason not in set(ExtensionReason):
            mistakes.append(Mistake("extension", "Choose why it takes longer."))
        if told_on is None or not row.received_on <= told_on <= today():
            mistakes.append(
                Mistake("told-day", "Enter the day on which the person was told, which is not in the future.")
            )
        elif told_on > row.first_due_on:
            late = f"The person must be told of it by {long_weekday(row.first_due_on)}. It cannot be extended any more."
            mistakes.append(Mistake("told-day", late))
        if mistakes:
            raise FormRefusedError(mistakes)
        day = due(row.received_on, EXTENDED)
        row.extension, row.extended_by, row.extended_at = ExtensionReason(reason), by, utc_now()
        row.told_on, row.due_on, row.due_why = told_on, day.day, day.why
        session.add(row)
        facts = {"reason": reason, "told": told_on.isoformat() if told_on else "", "due": row.due_on.isoformat()}
        _entry(session, row, "extended", by, facts)
        return row


def close_request(identity: str, outcome: str, *, by: str) -> PersonsRequest:
    """Record what a request came to; it ends the reminders.

    Raises:
        NoPersonsRequestError: there is none.
        PersonsRequestError: it is closed already, or this cannot be its outcome yet.
    """
    with transaction() as session:
        row = open_request(session, identity)
        if outcome not in set(PersonsRequestOutcome):
            raise PersonsRequestError("Choose what the request came to.")
        answers = {PersonsRequestOutcome.ANSWERED, PersonsRequestOutcome.NOTHING_HELD}
        if outcome in answers and row.identity is None:
            raise PersonsRequestError("Nothing is answered before it is confirmed who asks. Confirm that first.")
        _check_restricted(session, row, PersonsRequestOutcome(outcome))
        settle_corrections(session, row, PersonsRequestOutcome(outcome), by)
        row.outcome, row.closed_by, row.closed_at = PersonsRequestOutcome(outcome), by, utc_now()
        session.add(row)
        in_time = row.closed_at.astimezone(ENGLAND).date() <= row.due_on
        _entry(session, row, "closed", by, {"outcome": outcome, "in_time": in_time})
        return row


def _check_restricted(session: Session, row: PersonsRequest, outcome: PersonsRequestOutcome) -> None:
    if row.kind != PersonsRequestKind.RESTRICTION or outcome != PersonsRequestOutcome.ANSWERED:
        return
    if session.exec(select(PersonsRestriction.id).where(PersonsRestriction.request_id == row.id)).first() is None:
        raise PersonsRequestError(
            "Nothing is restricted yet. Ask for the restriction first, or choose what else the request came to."
        )


def settle_corrections(session: Session, row: PersonsRequest, outcome: PersonsRequestOutcome, by: str) -> None:
    """End the corrections of a request that no agency has answered, where it closes without them.

    Raises:
        PersonsRequestError: the request is answered, and an agency still owes its answer.
    """
    query = select(PersonsCorrection).where(PersonsCorrection.request_id == row.id)
    waiting = session.exec(query.where(col(PersonsCorrection.outcome).is_(None)).with_for_update()).all()
    if waiting and outcome in {PersonsRequestOutcome.ANSWERED, PersonsRequestOutcome.NOTHING_HELD}:
        raise PersonsRequestError(
            f"An agency has not answered yet whether it corrects: {waiting[0].id}, due by "
            f"{long_weekday(waiting[0].due_on)}. Wait for it, or record its answer."
        )
    for each in waiting:
        each.outcome, each.answered_by, each.answered_at = PersonsCorrectionOutcome.NOT_NEEDED, by, utc_now()
        session.add(each)
        facts = {"request": row.id, "outcome": each.outcome.value}
        audit.append(
            session, each.inspection, actor=by, action="persons-correction.ended", subject=each.id, facts=facts
        )


def request_of(session: Session, identity: str, *, lock: bool = False) -> PersonsRequest:
    """Return a request, its row locked where asked.

    Raises:
        NoPersonsRequestError: there is none.
    """
    row = session.get(PersonsRequest, identity, with_for_update=lock or None)
    if row is None:
        raise NoPersonsRequestError
    return row


def open_request(session: Session, identity: str) -> PersonsRequest:
    """Return a request that is not closed, its row locked.

    Raises:
        NoPersonsRequestError: there is none.
        PersonsRequestError: it is closed.
    """
    row = request_of(session, identity, lock=True)
    if row.outcome is not None:
        raise PersonsRequestError(f"This request is closed. {OUTCOMES[row.outcome]}.")
    return row


def requests(session: Session) -> list[PersonsRequest]:
    """Return all requests: open ones first, the one that is due soonest before the others."""
    rows = session.exec(select(PersonsRequest)).all()
    return sorted(rows, key=lambda row: (row.outcome is not None, row.due_on, row.id))


def open_requests(rows: Iterable[PersonsRequest]) -> list[PersonsRequest]:
    """Return those of some requests that wait for their end."""
    return [row for row in rows if row.outcome is None]


def today() -> date:
    """Return the day by the calendar in England: a person's month is the world's, whatever a rehearsal's clock says."""
    return utc_now().astimezone(ENGLAND).date()


def days_left(row: PersonsRequest, day: date) -> int:
    """Return how many days are left until a request is answered; less than 0 where its day is over."""
    return (row.due_on - day).days


def remind_of_requests(now: datetime | None = None) -> list[str]:
    """Remind of requests that are open, each reminder once, also when their day is over; return their ids."""
    day = (now or utc_now()).astimezone(ENGLAND).date()
    with transaction() as session:
        query = select(PersonsRequest).where(col(PersonsRequest.outcome).is_(None))
        waiting = session.exec(query.order_by(col(PersonsRequest.due_on), PersonsRequest.id)).all()
        return [row.id for row in waiting if _remind(session, row, day)]


def _remind(session: Session, row: PersonsRequest, day: date) -> bool:
    if row.due_on < day:
        return _tell(session, row, "over")
    # Whoever records late is not told of each reminder that is past already.
    steps = [name for name, before in REMINDERS if row.due_on - before <= day]
    return bool(steps) and _tell(session, row, steps[-1])


def _tell(session: Session, row: PersonsRequest, step: str) -> bool:
    facts = {
        "request": row.id,
        "asks": _ASKS[row.kind],
        "due": long_weekday(row.due_on),
        "identity": int(row.identity is not None),
        "step": step,
    }
    # A day that moves, as it does once where a request is extended, has reminders of its own.
    written = [
        write_notice(
            session, "persons_request", role, once=once_key(row.id, step, row.due_on.isoformat(), role), facts=facts
        )
        for role in ("protection", "manager")
    ]
    return any(written)


def _entry(session: Session, row: PersonsRequest, what: str, by: str, facts: Mapping[str, object]) -> None:
    action = f"persons-request.{what}"
    audit.append(session, PROGRAMME, actor=by, action=action, subject=row.id, facts=dict(facts))
