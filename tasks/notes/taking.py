"""Takes batches of notes: the object first, then its row and seal; a death between them loses and doubles nothing.

The log's row is made before its first object, so that the sweep knows each log and needs to look at one key of it.
"""

from collections.abc import Iterable

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.actors import inspector
from models.keys import note_batch, note_log
from models.tables import Agency, Inspection, Note, NoteBatch, NoteLog
from models.tables.base import utc_now
from tasks.findings.labels import EVIDENCE_KINDS
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ledger import audit
from tasks.ledger.themes import theme_of
from tasks.notes.batches import JUDGEMENTS, Batch, Entry, batch_in, kept_codes
from tasks.notes.writings import index_writing

# More batches than one death leaves without a row; a bound, so that the sweep comes to an end.
_AHEAD = 1000


class LogTakenError(Exception):
    """Other words lie at this place of the log: the browser's memory was copied or put back. It begins a new log."""


def take(ref: str, person: str, body: bytes, *, signed_in: bool) -> None:
    """Store a batch and record it; the same batch again changes nothing.

    Args:
        ref: the inspection.
        person: who wrote it, proven by their pen.
        body: the batch as the browser sealed it.
        signed_in: whether its writer has a session that may write here; without, it waits to be let in.

    Raises:
        BatchShapeError: the body is no batch.
        LogTakenError: the log holds other words at this place.
    """
    batch = batch_in(body)
    with transaction() as session:
        begun = insert(NoteLog).values(
            inspection=ref, person_id=person, device=batch.device, taken=0, newest=0, chain="", begun_at=utc_now()
        )
        session.execute(begun.on_conflict_do_nothing())
    try:
        store.put_once(
            note_batch(note_log(ref, person, batch.device), batch.sequence), body, content_type="application/json"
        )
    except store.StoredDifferentlyError:
        raise LogTakenError from None
    record(ref, person, batch, body, waits=not signed_in)


def take_stored(ref: str, person: str, device: str, sequence: int) -> None:
    """Record what an earlier try stored at a place of a log, by whoever is signed in."""
    body = store.get(note_batch(note_log(ref, person, device), sequence))
    record(ref, person, batch_in(body), body, waits=False)


def record(ref: str, person: str, batch: Batch, body: bytes, *, waits: bool) -> None:
    """Record a batch that is stored: its row, sealed by the one before, and the notes in it as they stand now."""
    with transaction() as session:
        log = session.exec(
            select(NoteLog)
            .where(NoteLog.inspection == ref, NoteLog.person_id == person, NoteLog.device == batch.device)
            # Locked, since each batch is sealed by the one before: of two at once the second must see the first.
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        row = session.get(NoteBatch, (ref, person, batch.device, batch.sequence))
        if row is None:
            row = NoteBatch(
                inspection=ref,
                person_id=person,
                device=batch.device,
                sequence=batch.sequence,
                position=log.taken + 1,
                sha256=sha256(body),
                chain=seal(log.chain, sha256(body), batch.sequence),
                size=len(body),
                notes=[[entry.note, entry.version] for entry in batch.entries],
                waits=waits,
                arrived_at=utc_now(),
            )
            log.taken, log.newest, log.chain = row.position, max(log.newest, batch.sequence), row.chain
            session.add_all([row, log])
            session.flush()
            if not waits:
                _index(session, ref, person, batch, listed_codes(session, ref))
        elif row.waits and not waits:
            _let_in(session, row, batch, by=person)


def seal(before: str, digest: str, sequence: int) -> str:
    """Return what seals a batch and all that were recorded before it in its log."""
    return sha256(f"{before}/{sequence}/{digest}".encode())


def settle(ref: str, *, most: int = _AHEAD) -> int:
    """Record objects of which a death left no row, and return how many there were; they wait for their writer."""
    with transaction() as session:
        logs = session.exec(select(NoteLog).where(NoteLog.inspection == ref)).all()
    return sum(_settle_log(log, most) for log in logs)


def _settle_log(log: NoteLog, most: int) -> int:
    folder = note_log(log.inspection, log.person_id, log.device)
    for number in range(most):
        try:
            # A death leaves no more than what is stored beyond the newest row: mostly one key is asked for.
            body = store.get(note_batch(folder, log.newest + 1 + number))
        except store.NotStoredError:
            return number
        record(log.inspection, log.person_id, batch_in(body), body, waits=True)
    return most


def waiting(session: Session, ref: str) -> list[NoteBatch]:
    """Return the batches of an inspection that nobody has let in yet."""
    query = select(NoteBatch).where(NoteBatch.inspection == ref, col(NoteBatch.waits))
    return list(session.exec(query.order_by(NoteBatch.person_id, NoteBatch.device, col(NoteBatch.sequence))))


def let_in(ref: str, person: str, *, by: str) -> int:
    """Let in what arrived from somebody without a session, and return how many batches it was.

    Args:
        ref: the inspection.
        person: who wrote it.
        by: who lets it in: the writer, signed in again, or the lead inspector.
    """
    # First, so that what a death left without a row is let in with the rest.
    settle(ref)
    with transaction() as session:
        rows = [row for row in waiting(session, ref) if row.person_id == person]
        for row in rows:
            _let_in(session, row, batch_in(store.get(key_of(row))), by=by)
        if rows:
            facts = {"batches": len(rows), "by_writer": by.endswith(person)}
            audit.append(session, ref, actor=inspector(by), action="notes.let-in", subject=person, facts=facts)
        return len(rows)


def key_of(row: NoteBatch) -> str:
    """Return where a batch lies."""
    return note_batch(note_log(row.inspection, row.person_id, row.device), row.sequence)


def _let_in(session: Session, row: NoteBatch, batch: Batch, *, by: str) -> None:
    row.waits, row.let_in_by, row.let_in_at = False, by, utc_now()
    session.add(row)
    _index(session, row.inspection, row.person_id, batch, listed_codes(session, row.inspection))


def listed_codes(session: Session, ref: str) -> dict[str, dict[str, str]]:
    """Return the codes that a note of an inspection may have, with their words, by name; children have labels."""
    theme_ = theme_of(session.get_one(Inspection, ref))
    agencies = session.exec(select(Agency).where(Agency.inspection == ref).order_by(Agency.id))
    return {
        "area": {area.code: area.label for area in theme_.evaluation_areas},
        "agency": {agency.kind: agency.name for agency in reversed(list(agencies))},
        "kind": EVIDENCE_KINDS,
        "judgement": JUDGEMENTS,
        "criterion": {tag: tag.replace("_", " ").capitalize() for tag in theme_.finding_tags},
    }


def _index(session: Session, ref: str, person: str, batch: Batch, listed: dict[str, dict[str, str]]) -> None:
    now = utc_now()
    for entry in _newest(batch):
        if entry.about:
            index_writing(session, ref, person, batch, entry)
            continue
        state = {
            "version": entry.version,
            "sequence": batch.sequence,
            **kept_codes(entry.codes, listed),
            "follows": entry.follows,
            "characters": len(entry.text),
            "changed_at": now,
        }
        row = insert(Note).values(
            inspection=ref, id=entry.note, person_id=person, device=batch.device, begun_at=now, **state
        )
        # Batches may be recorded in any order; the newest version stands.
        newer = row.excluded.version > col(Note.version)
        session.execute(row.on_conflict_do_update(index_elements=["inspection", "id"], set_=state, where=newer))


def _newest(batch: Batch) -> Iterable[Entry]:
    return {entry.note: entry for entry in sorted(batch.entries, key=lambda entry: entry.version)}.values()
