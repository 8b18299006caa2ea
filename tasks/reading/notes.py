"""Notes as the team reads them: the list, one note's versions, and what has no note yet; each reading recorded."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from models.ids import child_subject, note_subject
from models.refusals import NothingThereError
from models.tables import Note, NoteBatch, NoteLog
from tasks.cohort.versions import newest_draw
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ledger import audit
from tasks.ledger.restricted import RestrictedError
from tasks.notes.batches import Entry, batch_in
from tasks.notes.taking import key_of
from tasks.reading.closed import closed_to
from tasks.reading.visibility import Reader
from tasks.sampling.restricted_cases import NO_CASES, RestrictedCases

READ = "notes.read"
RESTRICTED_NOTE = (
    "A person has restricted the use of what this note is about. Its words open on the page of the child, for a reason "
    "that the law allows, or after 2 people lift the restriction."
)


class UnknownNoteError(NothingThereError):
    """There is no such note for this reader."""

    def __init__(self) -> None:
        super().__init__("There is no such note in this inspection. Choose one from the list of notes.")


@dataclass(frozen=True, slots=True)
class WrittenNote:
    """A note with its words.

    `relabelled` says that its child's label is of an earlier draw, and may stand for another child now.
    """

    note: Note
    text: str
    relabelled: bool


def notes_seen(session: Session, ref: str, reader: Reader, person: str) -> list[Note]:
    """Return the notes of an inspection that somebody sees, newest first: their own, and those on agencies they see.

    Nobody sees one about a child whose use a person has restricted, not even its writer, and none that adds to it.
    """
    closed = closed_notes(session, ref, closed_to(session, ref, reader))
    return [row for row in _visible(session, ref, reader, person) if row.id not in closed]


def closed_notes(session: Session, ref: str, closed: RestrictedCases) -> set[str]:
    """Return the ids of the notes that are about a child whose use is restricted, or add to one that is."""
    if closed is NO_CASES:
        return set()
    rows = session.exec(select(Note).where(Note.inspection == ref).order_by(Note.id)).all()
    # The ledger does not have the draw whose label a note names: the store is asked where that could matter.
    perhaps = [row for row in rows if closed.hides(row.child, 0)]
    entries = zip(perhaps, _newest_entries(session, ref, perhaps), strict=True)
    hidden = {row.id for row, entry in entries if closed.hides(row.child, entry.draw)}
    while more := {row.id for row in rows if row.follows in hidden} - hidden:
        hidden |= more
    return hidden


def _visible(session: Session, ref: str, reader: Reader, person: str) -> list[Note]:
    rows = session.exec(select(Note).where(Note.inspection == ref).order_by(col(Note.changed_at).desc(), Note.id))
    return [
        row
        for row in rows
        # A note on no agency is open to the whole team; so is any note to whoever wrote it.
        if row.person_id == person or not row.agency or reader.kinds is None or row.agency in reader.kinds
    ]


def read_notes(ref: str, reader: Reader, person: str) -> list[WrittenNote]:
    """Return the notes that somebody sees, newest first; the audit records who read how many.

    Args:
        ref: the inspection.
        reader: who reads.
        person: their reference.
    """
    with transaction() as session:
        written = _written(session, ref, reader, person, {})
        _record(session, ref, reader, ref, len(written))
    return written


def notes_about(session: Session, ref: str, label: str, reader: Reader, person: str) -> list[WrittenNote]:
    """Return the notes about a child of the sample in force; the audit records who read how many, where there are any.

    Args:
        session: of the ledger.
        ref: the inspection.
        label: of the child; what was written on it before it was given anew is about another child, and left out.
        reader: who reads.
        person: their reference.
    """
    written = [each for each in _written(session, ref, reader, person, {"child": label}) if not each.relabelled]
    # Nobody is recorded as a reader of what is not there.
    if written:
        _record(session, ref, reader, child_subject(ref, label), len(written))
    return written


def written_notes(session: Session, ref: str, reader: Reader, person: str) -> list[WrittenNote]:
    """Return all notes of an inspection that somebody sees, with their words; the caller records the reading."""
    return [each for each in _written(session, ref, reader, person, {}) if each.note.characters]


def draw_now(session: Session, ref: str) -> int:
    """Return the number of the draw whose labels are in force; 0 before there is one."""
    drawn = newest_draw(session, ref)
    return drawn.version if drawn else 0


def _written(session: Session, ref: str, reader: Reader, person: str, wanted: Mapping[str, str]) -> list[WrittenNote]:
    rows = [row for row in notes_seen(session, ref, reader, person) if _matches(row, wanted)]
    draw, entries = draw_now(session, ref), _newest_entries(session, ref, rows)
    read = zip(rows, entries, strict=True)
    return [WrittenNote(row, entry.text, bool(row.child) and entry.draw != draw) for row, entry in read]


def _newest_entries(session: Session, ref: str, rows: Sequence[Note]) -> list[Entry]:
    """Return what the newest version of each of some notes holds, in their order."""
    # All batches in one query, however many notes there are.
    keys = [(row.person_id, row.device, row.sequence) for row in rows]
    place = tuple_(col(NoteBatch.person_id), col(NoteBatch.device), col(NoteBatch.sequence))
    stored = session.exec(select(NoteBatch).where(NoteBatch.inspection == ref, place.in_(keys))).all() if keys else []
    batches = {(batch.person_id, batch.device, batch.sequence): batch for batch in stored}
    # A batch of an import holds many notes, and is read once.
    kept = {key: batch_in(store.get(key_of(batches[key]))).entries for key in dict.fromkeys(keys)}
    return [_newest_of(kept[key], row.id) for row, key in zip(rows, keys, strict=True)]


@dataclass(frozen=True, slots=True)
class History:
    """A note with its versions, newest first, and the notes that add to it, oldest first."""

    note: Note
    versions: list[tuple[NoteBatch, Entry]]
    added: list[WrittenNote]
    relabelled: bool


def read_history(ref: str, note_id: str, reader: Reader, person: str) -> History:
    """Return a note with every version that was let in, and what was added to it; the audit records who read it.

    Raises:
        UnknownNoteError: none that this reader sees.
        RestrictedError: a person has restricted the use of what it is about.
    """
    with transaction() as session:
        note = next((row for row in _visible(session, ref, reader, person) if row.id == note_id), None)
        if note is None:
            raise UnknownNoteError
        closed = closed_to(session, ref, reader)
        if note_id in closed_notes(session, ref, closed):
            raise RestrictedError(RESTRICTED_NOTE)
        query = select(NoteBatch).where(
            NoteBatch.inspection == ref,
            NoteBatch.person_id == note.person_id,
            NoteBatch.device == note.device,
            col(NoteBatch.waits).is_(False),
        )
        rows = session.exec(query.order_by(col(NoteBatch.sequence).desc()))
        mine = [row for row in rows if any(name == note_id for name, _ in row.notes)]
        versions = {}
        for row in mine:
            entry = _entry_in(row, note_id)
            # An earlier version may be about another child than the note is now.
            if not closed.hides(entry.codes["child"], entry.draw):
                versions[entry.version] = (row, entry)
        added = _written(session, ref, reader, person, {"follows": note_id})
        _record(session, ref, reader, note_subject(ref, note_id), len(versions) + len(added))
        newest = versions[max(versions)][1]
        # A redraw gives T3 to another child, and a note of before must not be read as one about it.
        relabelled = bool(note.child) and newest.draw != draw_now(session, ref)
    return History(note, [versions[number] for number in sorted(versions, reverse=True)], added[::-1], relabelled)


def _matches(row: Note, wanted: Mapping[str, str]) -> bool:
    return all(getattr(row, name) == code for name, code in wanted.items() if code)


def _entry_in(row: NoteBatch, note_id: str) -> Entry:
    return _newest_of(batch_in(store.get(key_of(row))).entries, note_id)


def _newest_of(entries: Iterable[Entry], note_id: str) -> Entry:
    return max((entry for entry in entries if entry.note == note_id), key=lambda entry: entry.version)


def _record(session: Session, ref: str, reader: Reader, subject: str, number: int) -> None:
    # The ends of the logs' own chains go with it, so that the inspection's chain seals what was there to read.
    query = select(NoteLog.chain).where(NoteLog.inspection == ref).order_by(NoteLog.person_id, NoteLog.device)
    ends = sha256("/".join(session.exec(query)).encode())
    facts: dict[str, object] = {"notes": number, "logs": ends}
    audit.append(session, ref, actor=reader.by, action=READ, subject=subject, facts=facts)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many notes there are on each area and criterion, and on what there is none."""

    board: dict[tuple[str, str], dict[str, int]]
    without: dict[str, list[str]]


def coverage(
    notes: Iterable[Note], listed: Mapping[str, Collection[str]], relabelled: Collection[str] = ()
) -> Coverage:
    """Return the board of notes by area, criterion and judgement, and what on each list has no note yet.

    Args:
        notes: that count; one without words counts for nothing. Other evidence does not count here.
        listed: what should have a note: codes by name, such as `child` or `criterion`.
        relabelled: ids of notes that do not count for the child of their label, which was given anew since.
    """
    counted = [note for note in notes if note.characters]
    board: dict[tuple[str, str], Counter[str]] = {}
    for note in counted:
        if note.area or note.criterion:
            board.setdefault((note.area, note.criterion), Counter())[note.judgement or "none"] += 1
    without = {
        name: [
            code
            for code in codes
            if all(getattr(note, name) != code or (name == "child" and note.id in relabelled) for note in counted)
        ]
        for name, codes in listed.items()
    }
    return Coverage({place: dict(board[place]) for place in sorted(board)}, without)
