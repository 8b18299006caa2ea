"""What needs two people: asked for by one, confirmed or refused by another, and done in the same transaction (L11)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NoReturn

from sqlmodel import Session, col, select

from models.decisions import CONFIRM, Decided, right_for
from models.england import ENGLAND
from models.ids import once_key
from models.settings import settings
from models.states import ProposalAnswer
from models.tables import Agency, Inspection, Person, Proposal, Request
from models.words import moment, plural
from tasks.ground.database import together
from tasks.jobs.acts import ACTS, ActKind, Values
from tasks.people.access import check_goes_on
from tasks.people.notices import write_notice
from tasks.people.persons import deciders
from tasks.people.two_people import NeedsTwoError, RefusalReason, SecondPersonError, answer, lapsed, person_in, propose

__all__ = ["ACTS", "Waiting", "confirm", "lapse", "take", "waiting", "waiting_of"]


class _Undone(Exception):  # noqa: N818 - no error: it takes back what was only tried
    """Ends a trial, so that nothing of it stays."""


_ANYBODY = "second person: P-00000000"
"""Stands for the second person in a trial; no letter or digit of ours makes this reference."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one person asked for, as a second person reads it.

    Attributes:
        id: that it waits under.
        inspection: that it is about.
        act: its name.
        asks: what is asked for, without a full stop.
        reason: the listed reason; empty where the act has none.
        asked_by: who asked, as the audit names them.
        asked_at: when.
        lapses_at: until when it can be answered.
        answer: what became of it; None while nobody has answered.
        answered_by: who answered; empty while nobody has.
    """

    id: str
    inspection: str
    act: str
    asks: str
    reason: str
    asked_by: str
    asked_at: datetime
    lapses_at: datetime
    answer: ProposalAnswer | None
    answered_by: str


def waiting(session: Session, row: Proposal) -> Waiting:
    """Return a proposal in words."""
    kind = ACTS.get(row.act)
    # Another release may have asked for something that this one does not know: it is shown, and cannot be done.
    asks = kind.asks(session, row.values) if kind else f"{row.act} of {row.subject}"
    reason = kind.reasons().get(str(row.values.get("reason", "")), "") if kind else ""
    return Waiting(
        *(row.id, row.inspection, row.act, asks, reason),
        *(row.asked_by, row.asked_at, row.lapses_at, row.answer, row.answered_by),
    )


def waiting_of(session: Session, rows: Sequence[Proposal]) -> list[Waiting]:
    """Return proposals in words, in their order; the number of queries does not grow with them."""
    # A session reads again what nobody has in hand: one query for all of these, and not one for each proposal.
    at_hand = _about(session, rows)
    worded = [waiting(session, row) for row in rows]
    del at_hand
    return worded


def _about(session: Session, rows: Sequence[Proposal]) -> list[Request | Agency | Inspection]:
    """Return the requests that proposals are about, with their agencies, and the inspections."""
    if not rows:
        return []
    ids = {str(row.values["request"]).strip() for row in rows if "request" in row.values}
    query = select(Request, Agency).join(Agency, col(Agency.id) == Request.agency_id).where(col(Request.id).in_(ids))
    refs = {row.inspection for row in rows}
    inspections = session.exec(select(Inspection).where(col(Inspection.ref).in_(refs))).all()
    return [*inspections, *(row for pair in session.exec(query) for row in pair)]


def take(act: str, values: Values, *, by: str) -> Decided:
    """Do what one person may decide alone, and ask a second person to confirm what needs two.

    What a second person is asked for was tried first, so that a wrong value is refused to whoever gave it.

    Args:
        act: its name, that of its form.
        values: what it needs: references, dates and names of listed reasons.
        by: who decides, as the audit names them.

    Raises:
        Refusal: it cannot be done now; the sentence says why.
    """
    kind = ACTS[act]
    if kind.alone(values):
        try:
            return kind.do(values, by, "")
        except NeedsTwoError:
            pass
    tried = _tried(kind, values, by)
    with together() as session:
        check_goes_on(session, right_for(act), tried.inspection)
        proposal = propose(session, tried.inspection, act, str(values[kind.subject]), dict(values), by=by)
        row = session.get_one(Proposal, proposal)
        notified = _notify(session, waiting(session, row))
        lapses = row.lapses_at.astimezone(ENGLAND)
    whom = (
        f"We have told {plural(notified, 'person', 'people')} who can confirm it."
        if notified
        else "Nobody else has a role that can confirm it. Give another person that role under People on the portal."
    )
    where = settings().at_portal(f"/decisions/{proposal}")
    sentence = (
        f"Asked for by {by}. It waits for a second person until {moment(lapses)}. {whom} It is confirmed or refused in "
        f"Prefect with {CONFIRM}, or on the portal at {where}"
    )
    return Decided(
        tried.inspection, tried.what, f"waits for a second person as {proposal}", sentence, proposal=proposal
    )


def _notify(session: Session, proposed: Waiting) -> int:
    """Write a notice to everybody who can confirm what was asked for, once; return how many there are."""
    first = person_in(proposed.asked_by)
    people = [each for each in deciders(session, proposed.inspection, right_for(proposed.act)) if each.id != first]
    facts = {
        "asks": proposed.asks,
        "asked_by": proposed.asked_by,
        "reason": proposed.reason,
        "until": moment(proposed.lapses_at.astimezone(ENGLAND)),
        "decision": proposed.id,
    }
    for person in people:
        once = once_key(proposed.id, "waits")
        write_notice(session, "decision_waits", person, once=once, inspection=proposed.inspection, facts=facts)
    return len(people)


def _tried(kind: ActKind, values: Values, by: str) -> Decided:
    """Return what an act would come to if a second person confirmed it now; nothing of it stays."""
    outcome: list[Decided] = []

    def do() -> NoReturn:
        with together():
            outcome.append(kind.do(values, by, _ANYBODY))
            raise _Undone

    try:
        do()
    except _Undone:
        return outcome[0]


def confirm(proposal: str, *, yes: bool, by: str, reason: RefusalReason | None = None) -> Decided:
    """Confirm what another person asked for, and do it in the same transaction; or refuse it.

    Args:
        proposal: its id.
        yes: whether it is confirmed.
        by: the second person, as the audit names them.
        reason: why it is refused.

    Raises:
        SecondPersonError: nothing waits under this id, it lapsed, or the same person asked for it.
        Refusal: it can no longer be done; it still waits, and the sentence says why.
    """
    with together() as session:
        confirmed = answer(session, proposal, confirm=yes, by=by, reason=reason)
        kind = _kind_of(confirmed.act)
        row = session.get_one(Proposal, proposal)
        # In words before it is done: what is asked for may be gone afterwards.
        proposed = waiting(session, row)
        if not yes:
            _report(session, proposed, "refused", reason)
            sentence = (
                f"Refused: {row.act} of {row.subject} is not done. Asked for by {confirmed.first}, and refused by "
                f"{confirmed.second}."
            )
            return Decided(row.inspection, f"{row.act} - {row.subject}", "refused", sentence)
        check_goes_on(session, right_for(row.act), row.inspection)
        done = kind.do(confirmed.values, confirmed.first, confirmed.second)
        _report(session, proposed, "confirmed", None)
        people = f"Asked for by {confirmed.first} and confirmed by {confirmed.second}."
        return replace(done, message=f"{done.message} {people}")


def lapse() -> int:
    """Record what nobody answered in time as lapsed, and tell whoever asked for it; return how much that was."""
    with together() as session:
        rows = lapsed(session)
        for row in rows:
            _report(session, waiting(session, row), "lapsed", None)
        return len(rows)


def _report(session: Session, proposed: Waiting, outcome: str, reason: RefusalReason | None) -> None:
    """Write a notice to whoever proposed: what became of it, and why where it was refused."""
    person = session.get(Person, person_in(proposed.asked_by))
    if person is None:
        return
    facts = {
        "asks": proposed.asks,
        "outcome": outcome,
        "answered_by": proposed.answered_by,
        "reason": reason.value if reason else "",
    }
    once = once_key(proposed.id, "answered")
    write_notice(session, "decision_answered", person, once=once, inspection=proposed.inspection, facts=facts)


def _kind_of(act: str) -> ActKind:
    if act not in ACTS:
        raise SecondPersonError("An earlier release asked for this, and this one cannot do it. Ask for it again.")
    return ACTS[act]
