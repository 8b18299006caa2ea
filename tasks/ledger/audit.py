"""The audit chain: one entry a change, in the same transaction, each sealed by the hash of the one before (L6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from models.tables import AuditEntry, AuditHead, ReadingOrigin
from models.tables.base import utc_now
from tasks.ground.digests import canonical_json, sha256
from tasks.ground.trace import current_origin, current_trace

_READ = ".read"
TRACE = "trace"
"""The fact of an entry that names the click behind it."""


def seal(entry: AuditEntry) -> str:
    """Return the hash that covers an entry's content and the hash before it."""
    body = [entry.inspection, entry.number, entry.at, entry.actor, entry.action, entry.subject, entry.facts]
    return sha256(canonical_json([entry.previous, body]))


_MOMENT = text(
    """
    SELECT greatest(
        to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') COLLATE "C",
        (SELECT at FROM auditentry WHERE inspection = :ref AND number = :number) COLLATE "C",
        (SELECT max(at COLLATE "C") FROM anchor WHERE inspection = :ref) COLLATE "C")
    """
)


def moment(session: Session, inspection: str, number: int) -> str:
    """Return the present moment for a chain whose head the caller has locked, as text.

    It is the database's, which all writers share, and never before the last entry or anchor: what is dated back shows.

    Args:
        session: the transaction in which the head is locked.
        inspection: whose chain it is.
        number: of its last entry.
    """
    # Text, not a timestamp: hashes cover these characters, and a database gives a time back in another spelling.
    return str(session.scalar(_MOMENT, {"ref": inspection, "number": number}))


def in_utc(at: datetime) -> str:
    """Return a moment as facts of the audit and the file of decisions spell it."""
    return at.astimezone(UTC).isoformat()


def _note_origin(session: Session, action: str) -> None:
    """Note from which network something was read, beside the chain: it is gone in a month, and the chain stays."""
    trace, network = current_trace(), current_origin()
    if trace and network and action.endswith(_READ):
        session.execute(
            insert(ReadingOrigin).values(trace=trace, network=network, at=utc_now()).on_conflict_do_nothing()
        )


def append(
    session: Session, inspection: str, *, actor: str, action: str, subject: str, facts: dict[str, Any] | None = None
) -> AuditEntry:
    """Add an entry to an inspection's chain; facts are references and counts, never a child's data (L5).

    The entry carries the trace of the click that led to it, where there is one.

    The head's row is locked until the transaction ends, so that two writers cannot both follow the same entry.
    """
    # The first writer makes the head; of two at once, the second waits here and finds it made.
    session.execute(insert(AuditHead).values(inspection=inspection, number=0, hash="").on_conflict_do_nothing())
    head = session.exec(
        select(AuditHead)
        .where(AuditHead.inspection == inspection)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    entry = AuditEntry(
        inspection=inspection,
        number=head.number + 1,
        at=moment(session, inspection, head.number),
        actor=actor,
        action=action,
        subject=subject,
        facts={**(facts or {}), **({TRACE: trace} if (trace := current_trace()) else {})},
        previous=head.hash,
        hash="",
    )
    entry.hash = seal(entry)
    head.number, head.hash = entry.number, entry.hash
    session.add(entry)
    _note_origin(session, action)
    session.add(head)
    session.flush()
    return entry


@dataclass(frozen=True, slots=True)
class BrokenEntry:
    """The first entry of a chain that is missing, out of order or changed."""

    number: int
    why: str

    def to_message(self) -> str:
        """Return the sentence that a person reads."""
        return f"Entry {self.number} {self.why}."


def verify(entries: Iterable[AuditEntry], head: tuple[int, str] | None = None) -> BrokenEntry | None:
    """Check a chain in order of its numbers and, where `head` (number, hash) is known, that nothing was cut off."""
    previous, number = "", 0
    for entry in entries:
        number += 1
        if entry.number != number:
            return BrokenEntry(number, "is missing")
        if entry.previous != previous:
            return BrokenEntry(number, "does not follow the entry before it")
        if entry.hash != seal(entry):
            return BrokenEntry(number, "was changed after it was written")
        previous = entry.hash
    # A chain whose last entries were removed is whole in itself; only its head still counts them.
    if head is not None and head != (number, previous):
        return BrokenEntry(number + 1, "is missing: the chain was cut")
    return None


def chain(session: Session, inspection: str) -> tuple[list[AuditEntry], tuple[int, str] | None]:
    """Read an inspection's chain and its head."""
    entries = session.exec(
        select(AuditEntry).where(AuditEntry.inspection == inspection).order_by(AuditEntry.number)  # type: ignore[arg-type]
    ).all()
    head = session.get(AuditHead, inspection)
    return list(entries), (head.number, head.hash) if head else None


def line(entry: AuditEntry) -> str:
    """Return an entry as one line of JSON, from which its hash can be computed again anywhere."""
    return canonical_json(entry.model_dump()).decode()
