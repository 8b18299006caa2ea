"""What is typed into a finding or a paragraph: kept as notes are, shown to its writer until they have saved it."""

from collections.abc import Collection

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select, update

from models.keys import note_batch, note_log
from models.tables import KeptWriting
from models.tables.base import utc_now
from tasks.ground import store
from tasks.notes.batches import Batch, Entry, batch_in


def index_writing(session: Session, ref: str, person: str, batch: Batch, entry: Entry) -> None:
    """Record which batch holds the newest words of a writing; batches may be recorded in any order."""
    now = utc_now()
    state = {
        "version": entry.version,
        "sequence": batch.sequence,
        "characters": len(entry.text),
        "changed_at": now,
    }
    own = {"person_id": person, "device": batch.device, "about": entry.about, "settled": False, "begun_at": now}
    row = insert(KeptWriting).values(inspection=ref, id=entry.note, **own, **state)
    newer = row.excluded.version > col(KeptWriting.version)
    session.execute(row.on_conflict_do_update(index_elements=["inspection", "id"], set_=state, where=newer))


def unsaved_words(session: Session, ref: str, person: str, about: str, saved: Collection[str]) -> str:
    """Return what somebody typed last into a form and did not save; empty where there is nothing.

    Args:
        session: of the ledger.
        ref: the inspection.
        person: whose words they are; nobody else sees them.
        about: the form.
        saved: texts that are versions already.
    """
    query = select(KeptWriting).where(
        KeptWriting.inspection == ref,
        KeptWriting.person_id == person,
        KeptWriting.about == about,
        col(KeptWriting.settled).is_(False),
    )
    row = session.exec(query.order_by(col(KeptWriting.changed_at).desc())).first()
    if row is None:
        return ""
    body = store.get(note_batch(note_log(ref, person, row.device), row.sequence))
    text = next(entry.text for entry in batch_in(body).entries if entry.note == row.id)
    # Spaces do not count: a paragraph is kept on one line.
    known_texts = {" ".join(each.split()) for each in saved}
    return "" if " ".join(text.split()) in known_texts else text


def settle_words(session: Session, ref: str, person: str, about: str) -> None:
    """Record that what somebody typed into a form was saved, or set aside by what they saved."""
    own = (col(KeptWriting.inspection) == ref, col(KeptWriting.person_id) == person, col(KeptWriting.about) == about)
    session.execute(update(KeptWriting).where(*own).values(settled=True))
