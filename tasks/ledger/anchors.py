"""Anchors the heads of chains: signs each, keeps it in the store under lock, and records it, once."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.keys import ANCHORS, anchor_key, anchor_ref, commitment_key
from models.refusals import OperatorError
from models.settings import settings
from models.tables import Anchor, AuditHead, Inspection, SampleDecision, SampleDraw, Witness
from models.tables.base import utc_now
from tasks.ground import s3, store
from tasks.ground.database import transaction
from tasks.ground.signing import public_keys
from tasks.ledger.anchored import Anchored, signed
from tasks.ledger.audit import chain, in_utc, moment
from tasks.ledger.commitments import document
from tasks.ledger.exports import Export, Rows, read_anchors

DAILY = timedelta(hours=20)
"""Age of its newest anchor from which a chain that has moved on gets another, whatever its stage."""

LOCKED = timedelta(days=3653)
"""Time for which an anchor is locked in the store; it says how far a record had come, and nothing about a child."""

_PER_DAY = text(
    """
    SELECT head.inspection FROM audithead head
    LEFT JOIN (SELECT inspection, max(number) AS number, max(at) AS at FROM anchor GROUP BY inspection) newest
      ON newest.inspection = head.inspection
    WHERE head.number > coalesce(newest.number, 0) AND coalesce(newest.at, '') < :before
    ORDER BY head.inspection
    """
)


class AnchoredOtherwiseError(OperatorError):
    """The store holds an anchor of this very entry, and the chain is not what it was then."""

    brief = "the audit chain is not what was anchored"

    def __init__(self, ref: str, number: int) -> None:
        super().__init__(
            f"Entry {number} of the audit of {ref} is not the one that was anchored. Somebody has rewritten the chain. "
            f"Keep the store and the database as they are, and run `jtai audit verify {ref}`."
        )


def unanchored(session: Session, *, older_than: timedelta = DAILY) -> list[str]:
    """Return the chains that have moved on since their newest anchor, where that is older than given, or missing."""
    before = (utc_now() - older_than).isoformat(timespec="microseconds")
    return list(session.execute(_PER_DAY, {"before": before}).scalars())


def anchor(ref: str) -> Anchored | None:
    """Anchor the head of a chain as it is now; None where it has been anchored, or there is no chain.

    Safe to repeat and to be killed anywhere: what the store already holds for this head is taken and not made anew.

    Raises:
        AnchoredOtherwiseError: the store holds an anchor of the same number with another hash.
    """
    with transaction() as session:
        # Its lock orders us with those who write: no entry after this head is dated before its anchor.
        query = select(AuditHead).where(AuditHead.inspection == ref).with_for_update()
        head = session.exec(query.execution_options(populate_existing=True)).one_or_none()
        if head is None or head.number == 0 or session.get(Anchor, (ref, head.number)) is not None:
            return None
        made = signed(ref, head.number, head.hash, moment(session, ref, head.number), public_keys()[0])
        inspection = session.get(Inspection, ref)
        # Whoever rehearses makes as many chains as they like, of nobody.
        until = None if inspection and inspection.rehearsal else utc_now() + LOCKED
    kept = _put(made, until)
    with transaction() as session:
        row = insert(Anchor).values(
            inspection=kept.inspection,
            number=kept.number,
            hash=kept.hash,
            at=kept.at,
            key=kept.key,
            signature=kept.signature,
            locked_until=until,
        )
        session.execute(row.on_conflict_do_nothing())
    return kept


def _put(made: Anchored, until: datetime | None) -> Anchored:
    """Put an anchor where it can be neither replaced nor removed; return the one that is there."""
    data = put_locked(anchor_key(made.inspection, made.number), made.document(), until)
    (kept,) = read_anchors(data)
    if (kept.number, kept.hash) != (made.number, made.hash) or not kept.is_signed_by(public_keys()):
        raise AnchoredOtherwiseError(made.inspection, made.number)
    return kept


def put_locked(key: str, data: bytes, until: datetime | None) -> bytes:
    """Put what says nothing about a child under a lock that no key of ours lifts, and return what is there.

    Args:
        key: under which it is written once.
        data: what is to be there, unless something is there already.
        until: the end of the lock; None where nothing is to be locked.
    """
    from botocore.exceptions import ClientError

    # Compliance: the administrator's key does not lift it either. So there is never anything else under it.
    lock: dict[str, Any] = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until} if until else {}
    bucket, kind = settings().s3_bucket, "application/json"
    try:
        s3.client().put_object(Bucket=bucket, Key=key, Body=data, ContentType=kind, IfNoneMatch="*", **lock)
    except ClientError as error:
        if s3.code_of(error) not in s3.TAKEN:
            raise
    return store.get(key)


def keep_commitment(ref: str) -> None:
    """Keep in the store what an announcement bound itself to, locked; safe to repeat.

    Raises:
        AnchoredOtherwiseError: the store holds another: the announcement is not what it was.
    """
    with transaction() as session:
        data, inspection = document(session, ref), session.get(Inspection, ref)
    if data is None or inspection is None:
        return
    if put_locked(commitment_key(ref), data, None if inspection.rehearsal else utc_now() + LOCKED) != data:
        raise AnchoredOtherwiseError(ref, 1)


def commitment_apart(session: Session, ref: str) -> list[str]:
    """Return in a sentence where what the store has kept of an announcement is not what the chain says of it."""
    try:
        kept = store.get(commitment_key(ref))
    except store.NotStoredError:
        return []
    if kept == document(session, ref):
        return []
    return ["What the announcement bound itself to is not what the store has kept of it since."]


def rows_of(session: Session, ref: str) -> list[Anchored]:
    """Return the anchors of a chain as the ledger has them, the first one first."""
    query = select(Anchor).where(Anchor.inspection == ref).order_by(col(Anchor.number))
    return [document_of(row) for row in session.exec(query)]


def document_of(row: Anchor) -> Anchored:
    """Return an anchor's row as the document that it is."""
    return Anchored(row.inspection, row.number, row.hash, row.at, row.key, row.signature)


def newest_anchor(session: Session, ref: str, *, by: datetime | None = None) -> Anchored | None:
    """Return the newest anchor of a chain, or the newest that there was at a moment; None where there is none."""
    query = select(Anchor).where(Anchor.inspection == ref).order_by(col(Anchor.number).desc()).limit(1)
    if by is not None:
        query = query.where(Anchor.at <= by.isoformat(timespec="microseconds"))
    row = session.exec(query).first()
    return document_of(row) if row else None


def kept_in_store(ref: str) -> tuple[list[Anchored], list[str]]:
    """Return the anchors of a chain that the store holds, and sentences on those that cannot be read.

    Every version counts: whoever has the application's key can hide an anchor or write over it, and remove none.
    """
    anchors: list[Anchored] = []
    faults = []
    for key, version in sorted(store.versions_under(anchor_key(ref, None))):
        try:
            anchors += read_anchors(store.get(key, version))
        except ValueError:
            faults.append(f"The object {key} in the store is no anchor.")
    return list(dict.fromkeys(anchors)), faults


def chains(session: Session) -> list[str]:
    """Return every chain of which anything speaks: rows of inspections, heads and anchors, and the store's anchors.

    A chain that was deleted whole with its head still has its anchors.
    """
    rows = [
        *session.exec(select(Inspection.ref)),
        *session.exec(select(AuditHead.inspection).where(AuditHead.number > 0)),
    ]
    rows += session.exec(select(Anchor.inspection).distinct())
    return sorted({*rows, *(anchor_ref(key) for key, _ in store.versions_under(ANCHORS))})


def exported(session: Session, ref: str) -> Export:
    """Return a chain with all that belongs to its export: head, anchors, keys, witnesses and the rows it speaks of."""
    entries, head = chain(session, ref)
    witnesses = session.exec(select(Witness).where(Witness.inspection == ref).order_by(Witness.at, Witness.id))
    return Export(
        entries=tuple(entries),
        head=head or (0, ""),
        anchors=tuple(rows_of(session, ref)),
        keys=public_keys(),
        witnesses=tuple(row.model_dump() for row in witnesses),
        rows=_rows(session, ref),
    )


def _rows(session: Session, ref: str) -> Rows:
    draws = session.exec(select(SampleDraw).where(SampleDraw.inspection == ref).order_by(col(SampleDraw.version)))
    query = select(SampleDecision).where(SampleDecision.inspection == ref).order_by(col(SampleDecision.number))
    return Rows(
        draws=tuple(
            {
                "version": row.version,
                "seed": row.seed,
                "manifest_sha256": row.manifest_sha256,
                "approved_by": row.approved_by,
            }
            for row in draws
        ),
        decisions=tuple(
            {
                "number": row.number,
                "draw_version": row.draw_version,
                "kind": row.kind,
                "label": row.label,
                "reason": row.reason,
                "by": row.by,
                "second_approver": row.second_approver,
                "new_label": row.new_label,
                "decided_at": in_utc(row.decided_at),
            }
            for row in session.exec(query)
        ),
    )
