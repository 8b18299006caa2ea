"""Breaches of personal data: recorded by codes, with the 72 hours that begin when they are known."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.ids import once_key
from models.refusals import FormRefusedError, Mistake, Refusal
from models.states import BreachKind, BreachOutcome
from models.tables import Breach, Inspection
from models.tables.base import utc_now
from models.words import moment, plural
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.people.notices import write_notice
from tasks.people.persons import PROGRAMME

WITHIN = timedelta(hours=72)
"""In which the Information Commissioner is told of a breach (UK GDPR Article 33(1))."""

REMINDERS = (("half", timedelta(hours=36)), ("day", timedelta(hours=48)), ("last", timedelta(hours=66)))
"""How long after a breach is known each reminder goes out, until somebody has decided."""

KINDS = {
    BreachKind.WRONG_RECIPIENT: "Data was sent to somebody who should not have it",
    BreachKind.WRONG_FILE: "An agency sent children of another area",
    BreachKind.SEEN: "Somebody opened data that they had no reason to open",
    BreachKind.LOST: "Data or a device was lost or stolen",
    BreachKind.BROKEN_IN: "Somebody broke in",
    BreachKind.UNAVAILABLE: "Data was destroyed or out of reach by accident",
}
"""What can happen, as people read it."""

OUTCOMES = {
    BreachOutcome.REPORTED: "The Information Commissioner was told",
    BreachOutcome.NO_RISK: "A risk to people is unlikely, so nobody has to be told",
}
"""What can be decided, as people read it."""

_MOST = 1_000_000


class BreachError(Refusal):
    """Something about a breach cannot be done; the sentence says why."""


class NoBreachError(BreachError):
    """No breach has this id."""

    def __init__(self) -> None:
        super().__init__("There is no such breach. Choose one on the page Oversight.")


@dataclass(frozen=True, slots=True)
class BreachFacts:
    """What is recorded of a breach: no words, which could name a child.

    Attributes:
        kind: a value of `BreachKind`.
        people: at most so many are concerned; None where nothing, or no number, was entered.
        known_at: when it became known; None where that is no moment.
        inspection: reference, or empty where it is of none alone.
        high_risk: whether people must be told themselves.
    """

    kind: str
    people: int | None
    known_at: datetime | None
    inspection: str = ""
    high_risk: bool = False


def record_breach(facts: BreachFacts, *, by: str) -> str:
    """Record a breach, start its 72 hours and tell the data protection officers and managers; return its id.

    Raises:
        FormRefusedError: a value is wrong.
    """
    with transaction() as session:
        since = _checked(session, facts)
        row = Breach(
            id=f"B-{secrets.token_hex(4).upper()}",
            inspection=facts.inspection or None,
            kind=BreachKind(facts.kind),
            people=facts.people or 0,
            high_risk=facts.high_risk,
            known_at=since,
            # Kept with the row, since a deadline is computed once (L7).
            due_at=since + WITHIN,
            recorded_by=by,
        )
        session.add(row)
        session.flush()
        recorded = {
            "kind": row.kind.value,
            "people": row.people,
            "high_risk": row.high_risk,
            "due": row.due_at.isoformat(),
        }
        audit.append(session, _chain(row), actor=by, action="breach.recorded", subject=row.id, facts=recorded)
        _tell(session, row, "recorded")
        return row.id


def _checked(session: Session, facts: BreachFacts) -> datetime:
    mistakes = []
    if facts.kind not in set(BreachKind):
        mistakes.append(Mistake("kind", "Choose what happened."))
    if facts.people is None or not 0 <= facts.people <= _MOST:
        mistakes.append(Mistake("people", "Enter how many people it concerns at most, such as 40."))
    if facts.inspection and session.get(Inspection, facts.inspection) is None:
        mistakes.append(Mistake("inspection", "Choose the inspection, or none."))
    if facts.known_at is None:
        mistakes.append(Mistake("known-day", "Enter the day and time at which it became known: 14 5 2025, 09:30."))
    elif facts.known_at > utc_now():
        mistakes.append(Mistake("known-day", "Enter a day and time that are not in the future."))
    if mistakes or facts.known_at is None:
        raise FormRefusedError(mistakes)
    return facts.known_at


def decide_breach(identity: str, outcome: str, *, by: str) -> Breach:
    """Record that the Information Commissioner was told, or that nobody has to be; it ends the reminders.

    Raises:
        NoBreachError: there is none.
        BreachError: it is decided already, or the outcome is none of those that there are.
    """
    with transaction() as session:
        row = breach_of(session, identity, lock=True)
        if outcome not in set(BreachOutcome):
            raise BreachError("Choose what was decided.")
        if row.outcome is not None:
            raise BreachError(f"This was decided already. {OUTCOMES[row.outcome]}.")
        if outcome == BreachOutcome.NO_RISK and row.high_risk:
            raise BreachError("The breach is recorded with a high risk, so the Information Commissioner must be told.")
        row.outcome, row.decided_by, row.decided_at = BreachOutcome(outcome), by, utc_now()
        session.add(row)
        facts = {"outcome": row.outcome.value, "in_time": row.decided_at <= row.due_at}
        audit.append(session, _chain(row), actor=by, action="breach.decided", subject=row.id, facts=facts)
        return row


def record_people_told(identity: str, *, by: str) -> Breach:
    """Record that the people whom a breach puts at high risk were told (UK GDPR Article 34).

    Raises:
        NoBreachError: there is none.
        BreachError: it is recorded already.
    """
    with transaction() as session:
        row = breach_of(session, identity, lock=True)
        if row.people_told_at is not None:
            raise BreachError("It is recorded already that they were told.")
        row.people_told_by, row.people_told_at = by, utc_now()
        session.add(row)
        audit.append(session, _chain(row), actor=by, action="breach.people-told", subject=row.id)
        return row


def breach_of(session: Session, identity: str, *, lock: bool = False) -> Breach:
    """Return a breach, its row locked where asked.

    Raises:
        NoBreachError: there is none.
    """
    row = session.get(Breach, identity, with_for_update=lock or None)
    if row is None:
        raise NoBreachError
    return row


def breaches(session: Session) -> list[Breach]:
    """Return all breaches, those that wait for a decision first, then the newest first."""
    rows = session.exec(select(Breach)).all()
    return sorted(rows, key=lambda row: (row.outcome is not None, -row.known_at.timestamp(), row.id))


def remind_of_breaches(now: datetime | None = None) -> list[str]:
    """Remind of breaches that nobody has decided, each reminder once, also when the time is over; return their ids."""
    at = now or utc_now()
    with transaction() as session:
        waiting = session.exec(select(Breach).where(col(Breach.outcome).is_(None)).order_by(col(Breach.due_at))).all()
        return [row.id for row in waiting if _remind(session, row, at)]


def _remind(session: Session, row: Breach, at: datetime) -> bool:
    steps = [name for name, after in REMINDERS if row.known_at + after <= at]
    if row.due_at <= at:
        return _tell(session, row, "over")
    # Whoever records late is not told of each reminder that is past already.
    return bool(steps) and _tell(session, row, steps[-1])


def _tell(session: Session, row: Breach, step: str) -> bool:
    facts = {
        "breach": row.id,
        "kind": KINDS[row.kind],
        "people": plural(row.people, "person", "people"),
        "due": moment(row.due_at.astimezone(ENGLAND)),
        "step": step,
    }
    written = [
        write_notice(session, "breach", role, once=once_key(row.id, step, role), inspection=row.inspection, facts=facts)
        for role in ("protection", "manager")
    ]
    return any(written)


def _chain(row: Breach) -> str:
    return row.inspection or PROGRAMME
