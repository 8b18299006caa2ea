"""Acts that need two people: asked for by one, confirmed or refused by another, before they lapse (L11)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from models.decisions import right_for
from models.refusals import Refusal
from models.states import ProposalAnswer
from models.tables import Proposal
from models.tables.base import utc_now
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.people.access import Door, door_for
from tasks.people.persons import REFERENCE


class RefusalReason(StrEnum):
    """Why a second person refuses; a reason from the list, because free words could name a child."""

    NOT_CONVINCED = "The reason that was given is not enough"
    ANOTHER_WAY = "There is another way, by which less is lost"
    WRONG_DETAILS = "Something in what was asked for is wrong"
    TOO_EARLY = "It is too early to decide this"


LASTS = timedelta(days=2)
"""A proposal that nobody answers in this time lapses: what was right then may be wrong now."""


class SecondPersonError(Refusal):
    """A second person cannot decide this; the sentence says why."""


class NeedsTwoError(Exception):
    """An act turned out to need a second person; nothing of it was done."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An act that one person asked for and another confirmed.

    Attributes:
        inspection: that it is about.
        act: its name, as `Proposal.act` has it.
        values: what was asked for, as the first person gave it.
        first: who asked, as the audit names them.
        second: who confirmed.
    """

    inspection: str
    act: str
    values: dict[str, Any]
    first: str
    second: str


def proposal_in(typed: str) -> str:
    """Return the id of a proposal that somebody typed, in the one spelling in which ids are kept."""
    return typed.strip().upper()


def person_in(actor: str) -> str:
    """Return the reference that an actor's name holds.

    Raises:
        SecondPersonError: it holds none: a typed name is no identity.
    """
    match = REFERENCE.search(actor)
    if match is None:
        raise SecondPersonError("Two people who have signed in must decide this.")
    return match[0]


def propose(session: Session, ref: str, act: str, subject: str, values: dict[str, Any], *, by: str) -> str:
    """Record what a person asks for and another must confirm; the same thing asked twice is one proposal.

    Args:
        session: a transaction.
        ref: the inspection.
        act: what is to be done.
        subject: what it is done to, a reference.
        values: what the act needs: references, dates and listed reasons, never free words (L5).
        by: who asks, as the audit names them.

    Returns:
        The id of the proposal.

    Raises:
        SecondPersonError: whoever asks has not signed in.
    """
    inspection_of(session, ref, lock=True)
    person_in(by)
    for waiting in open_proposals(session, ref):
        # With its values: the same act for another day or reason is another question to the second person.
        if (waiting.act, waiting.subject, waiting.values) == (act, subject, values):
            return waiting.id
    row = Proposal(
        id=f"D-{secrets.token_hex(4).upper()}",
        inspection=ref,
        act=act,
        subject=subject,
        values=values,
        asked_by=by,
        lapses_at=utc_now() + LASTS,
    )
    session.add(row)
    session.flush()
    facts = {"proposal": row.id, "act": act, "lapses": row.lapses_at.isoformat()}
    audit.append(session, ref, actor=by, action="decision.asked", subject=subject, facts=facts)
    return row.id


def open_proposals(session: Session, ref: str | None = None) -> list[Proposal]:
    """Return what waits for a second person, oldest first; those of one inspection where `ref` names it."""
    query = select(Proposal).where(col(Proposal.answer).is_(None), Proposal.lapses_at > utc_now())
    if ref is not None:
        query = query.where(Proposal.inspection == ref)
    return list(session.exec(query.order_by(col(Proposal.asked_at), Proposal.id)))


def waits_for(row: Proposal, doors: tuple[Door, ...], person: str) -> bool:
    """Return whether what was asked for waits for a person: they may answer it, and somebody else asked for it."""
    door = door_for(doors, right_for(row.act), row.inspection)
    return door is not None and not door.agency_id and person_in(row.asked_by) != person


def asks_for_approval(row: Proposal) -> bool:
    """Return whether a second person is asked to confirm that a sample is approved."""
    return row.act == "decide-sample" and row.values.get("decision") == "approve"


def is_confirmed(session: Session, act: str, subject: str, values: Mapping[str, Any]) -> bool:
    """Return whether a second person has confirmed an act with some values, whatever else it was asked for with."""
    query = select(Proposal).where(
        Proposal.act == act, Proposal.subject == subject, Proposal.answer == ProposalAnswer.CONFIRMED
    )
    return any(dict(values).items() <= row.values.items() for row in session.exec(query))


def answer(session: Session, proposal_id: str, *, confirm: bool, by: str, reason: RefusalReason | None = None) -> Asked:
    """Confirm or refuse what another person asked for, once; return it.

    Args:
        session: a transaction.
        proposal_id: what it waits under.
        confirm: whether it is confirmed.
        by: the second person, as the audit names them.
        reason: why it is refused; kept in the audit.

    Raises:
        SecondPersonError: nothing waits under this id, it lapsed, or the same person asked for it.
    """
    row = session.get(Proposal, proposal_id)
    if row is None:
        raise SecondPersonError(f"Nothing waits for a second person under {proposal_id!r}.")
    inspection_of(session, row.inspection, lock=True)
    # Read again under the lock, so that of two answers at once the later finds the earlier.
    session.refresh(row, with_for_update=True)
    if row.answer in {ProposalAnswer.CONFIRMED, ProposalAnswer.REFUSED}:
        raise SecondPersonError(f"Somebody has answered this already: it was {row.answer}.")
    # By the clock as well: what has lapsed may not be recorded as such yet.
    if row.answer or row.lapses_at <= utc_now():
        raise SecondPersonError("Nobody confirmed this in 2 days, so it has lapsed. Ask for it again.")
    # By person and not by role: somebody with two roles is still one person.
    if person_in(by) == person_in(row.asked_by):
        raise SecondPersonError("You asked for this yourself. Another person must confirm it.")
    row.answer = ProposalAnswer.CONFIRMED if confirm else ProposalAnswer.REFUSED
    row.answered_by, row.answered_at = by, utc_now()
    session.add(row)
    facts = {"proposal": row.id, "act": row.act, "asked_by": row.asked_by}
    if reason and not confirm:
        facts["reason"] = reason.name.lower()
    audit.append(session, row.inspection, actor=by, action=f"decision.{row.answer}", subject=row.subject, facts=facts)
    return Asked(row.inspection, row.act, row.values, row.asked_by, by)


def lapsed(session: Session) -> list[Proposal]:
    """Record what nobody answered in time as lapsed, each once; return it, oldest first."""
    waiting = select(Proposal).where(col(Proposal.answer).is_(None), Proposal.lapses_at <= utc_now())
    # Whoever answers at this moment holds the row: it is answered then, or lapses with the next look.
    rows = session.exec(waiting.order_by(col(Proposal.asked_at), Proposal.id).with_for_update(skip_locked=True)).all()
    for row in rows:
        row.answer, row.answered_at = ProposalAnswer.LAPSED, utc_now()
        facts = {"proposal": row.id, "act": row.act, "asked_by": row.asked_by}
        audit.append(
            session, row.inspection, actor="system", action="decision.lapsed", subject=row.subject, facts=facts
        )
    return list(rows)
