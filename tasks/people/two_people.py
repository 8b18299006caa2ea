"""Acts that need two people: asked for by one, confirmed or refused by another, before they lapse (L11)."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from models.refusals import Refusal
from models.states import ProposalAnswer
from models.tables import Proposal
from models.tables.base import utc_now
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.people.persons import REFERENCE

LASTS = timedelta(days=2)
"""A proposal that nobody answers in this time lapses: what was right then may be wrong now."""


class SecondPersonError(Refusal):
    """A second person cannot decide this; the sentence says why."""


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


def _person(actor: str) -> str:
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
    _person(by)
    for waiting in open_proposals(session, ref):
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


def answer(session: Session, proposal_id: str, *, confirm: bool, by: str) -> Asked:
    """Confirm or refuse what another person asked for, once; return it.

    Raises:
        SecondPersonError: nothing waits under this id, it lapsed, or the same person asked for it.
    """
    row = session.get(Proposal, proposal_id)
    if row is None:
        raise SecondPersonError(f"Nothing waits for a second person under {proposal_id!r}.")
    inspection_of(session, row.inspection, lock=True)
    session.refresh(row, with_for_update=True)
    if row.answer is not None:
        raise SecondPersonError(f"Somebody has answered this already: it was {row.answer}.")
    if row.lapses_at <= utc_now():
        raise SecondPersonError("Nobody confirmed this in 2 days, so it has lapsed. Ask for it again.")
    if _person(by) == _person(row.asked_by):
        raise SecondPersonError("You asked for this yourself. Another person must confirm it.")
    row.answer = ProposalAnswer.CONFIRMED if confirm else ProposalAnswer.REFUSED
    row.answered_by, row.answered_at = by, utc_now()
    session.add(row)
    facts = {"proposal": row.id, "act": row.act, "asked_by": row.asked_by}
    audit.append(session, row.inspection, actor=by, action=f"decision.{row.answer}", subject=row.subject, facts=facts)
    return Asked(row.inspection, row.act, row.values, row.asked_by, by)
