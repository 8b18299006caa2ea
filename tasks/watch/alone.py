"""What one person decided alone, in words, from the audit's own entries: the acts that need no second person."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.england import ENGLAND
from models.lifecycle import Stage
from models.tables import Agency, AuditEntry, Request
from models.words import joined, long, moment, plural, titled
from tasks.ledger.commitments import ANNOUNCED
from tasks.people.persons import REFERENCE
from tasks.reading.visibility import NARROWED

_RECHECK, _WAIVED = "recheck.asked", "rule.waived"

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Alone:
    """One decision of one person.

    Attributes:
        at: when.
        ref: the inspection.
        what: was decided.
        by: who, as the audit names them.
        reason: the listed reason; empty where there is none.
    """

    at: datetime
    ref: str
    what: str
    by: str
    reason: str


def _extended(of: str, facts: Facts) -> str:
    # A day that is too late for the next step needed a second person, and stands with what two people decided.
    until = long(datetime.fromisoformat(facts["to"]).astimezone(ENGLAND).date())
    return "" if facts.get("second") else f"Give {of} until {until}"


def _moved(_: str, facts: Facts) -> str:
    """Return what ended or paused an inspection; that it is cancelled needs two, and other moves are no decision."""
    if facts["from"] == Stage.DEFERRED and facts["to"] != Stage.CANCELLED:
        return "Reopen the inspection"
    ends = {Stage.CLOSED.value: "Close the inspection", Stage.DEFERRED.value: "Defer the inspection"}
    return ends.get(facts["to"], "")


def _asked_again(_: str, facts: Facts) -> str:
    return f"Ask for {plural(facts['requests'], 'return')} again, in round {facts['round']}"


def _narrowed(_: str, facts: Facts) -> str:
    sees = joined([titled(kind) for kind in facts["sees"]]) if facts["sees"] else "no agency"
    return f"Let {facts['by']} see the records of {sees} alone"


def _clock(_: str, facts: Facts) -> str:
    return f"Move the clock of the rehearsal to {moment(datetime.fromisoformat(facts['moment']))}"


def _comment(_: str, facts: Facts) -> str:
    changed = f", as paragraph {facts['paragraph']} was changed" if "paragraph" in facts else ""
    return f"Answer a comment on the facts: {facts['outcome']}{changed}"


def _breach(of: str, facts: Facts) -> str:
    return f"Decide on breach {of}: {titled(facts['outcome']).lower()}"


_SENTENCES: Mapping[str, Callable[[str, Facts], str]] = {
    ANNOUNCED: lambda *_: "Announce the inspection",
    "request.extended": _extended,
    "stage.moved": _moved,
    "returns.asked-again": _asked_again,
    "accuracy.closed": lambda *_: "Close the check of facts",
    "recipient.recorded": lambda *_: "Record an address for the letter",
    "rehearsal.clock": _clock,
    NARROWED: _narrowed,
    "pair.match": lambda *_: "Decide that a pair of records is about the same child",
    "pair.different": lambda *_: "Decide that a pair of records is about different children",
    "pair.unsure": lambda *_: "Leave open whether a pair of records is about one child",
    "finding.withdrawn": lambda of, _: f"Withdraw finding {of}",
    "accuracy.decided": _comment,
    "breach.decided": _breach,
    "plan.closed": lambda *_: "Close the plan that answers the letter",
    "remit.withdrawn": lambda of, _: f"Withdraw letter {of} to another inspectorate",
    "file.put-aside": lambda of, _: f"Put a file aside that was sent in error, as {of}",
}
"""How the entries of decisions read; an empty sentence is no decision of one person."""


def decided_alone(session: Session) -> list[Alone]:
    """Return what one person decided alone over all inspections, oldest first by inspection."""
    return list(in_words(session.exec(entries_of_decisions()), _returns(session)))


def entries_of_decisions() -> SelectOfScalar[AuditEntry]:
    """Return the query of the entries that may record a decision, by inspection and number."""
    actions = (*_SENTENCES, _RECHECK, _WAIVED)
    query = select(AuditEntry).where(col(AuditEntry.action).in_(actions))
    return query.order_by(AuditEntry.inspection, col(AuditEntry.number))


def _returns(session: Session) -> dict[str, str]:
    """Return each request in words, such as `POL-1 of Thames Valley Police`."""
    query = select(Request.id, Request.return_code, Agency.name).join(Agency, col(Agency.id) == Request.agency_id)
    return {identity: f"{code} of {name}" for identity, code, name in session.exec(query)}


def in_words(entries: Iterable[AuditEntry], returns: Mapping[str, str]) -> Iterator[Alone]:
    """Yield the decisions that entries record; what a program did is none.

    Args:
        entries: by inspection and number.
        returns: requests in words, by id.
    """
    before: AuditEntry | None = None
    rechecked: list[AuditEntry] = []
    for entry in entries:
        follows = before is not None and (before.inspection, before.number + 1) == (entry.inspection, entry.number)
        waived = before is not None and before.action == _WAIVED
        if rechecked and not (follows and entry.action == _RECHECK and entry.actor == rechecked[0].actor):
            yield _rechecks(rechecked)
            rechecked = []
        if entry.action == _RECHECK:
            # What follows a waiver of a rule is part of that, which two people decided.
            if REFERENCE.search(entry.actor) and not (follows and waived):
                rechecked.append(entry)
        elif entry.action in _SENTENCES and REFERENCE.search(entry.actor):
            of = returns.get(entry.subject, entry.subject)
            if what := _SENTENCES[entry.action](of, entry.facts):
                yield _alone(entry, what)
        before = entry
    if rechecked:
        yield _rechecks(rechecked)


def _rechecks(entries: list[AuditEntry]) -> Alone:
    """Return the checks that one person asked for at once as one decision."""
    counts = "the new verdicts count" if entries[0].facts["counts"] else "for information only"
    return _alone(entries[0], f"Check {plural(len(entries), 'return')} again: {counts}")


def _alone(entry: AuditEntry, what: str) -> Alone:
    reason = titled(str(entry.facts.get("reason", "")))
    return Alone(datetime.fromisoformat(entry.at), entry.inspection, what, entry.actor, reason)
