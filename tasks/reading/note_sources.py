"""Where a finding came from: the notes behind it, each in the version that was read, as far as a reader sees them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from models.tables import Finding, Note, NoteBatch
from tasks.findings.findings import findings_of
from tasks.findings.note_pieces import NotePiece, part_of
from tasks.ground import store
from tasks.notes.batches import Entry, batch_in
from tasks.notes.taking import key_of
from tasks.reading.closed import closed_to
from tasks.reading.notes import WrittenNote, draw_now, notes_seen
from tasks.reading.visibility import Reader


@dataclass(frozen=True, slots=True)
class NoteSource:
    """A note or a part of it that stands behind a finding.

    Attributes:
        name: by which the finding keeps it.
        piece: as the finding names it; the version is the newest where it names none.
        written: the note as it stands now, with the words of the piece as they were in that version.
    """

    name: str
    piece: NotePiece
    written: WrittenNote

    @property
    def changed_since(self) -> bool:
        """Return whether the note has a newer version than the one that was read."""
        return self.piece.version < self.written.note.version


def note_sources(
    session: Session, ref: str, names: Iterable[str], reader: Reader, person: str
) -> tuple[list[NoteSource], int]:
    """Return the notes that names stand for, in order, and how many of them this reader does not see.

    What a version that waits for its writer says is read by nobody, and a part that a note does not have has no words.
    The caller records the reading.

    Args:
        session: of the ledger.
        ref: the inspection.
        names: as a finding keeps them.
        reader: who reads.
        person: their reference.
    """
    seen = {note.id: note for note in notes_seen(session, ref, reader, person)}
    parsed = {name: NotePiece.parse(name) for name in names}
    pieces = {name: _dated(piece, seen[piece.note]) for name, piece in parsed.items() if piece.note in seen}
    draw, entries = draw_now(session, ref), _entries(session, ref, list(pieces.values()), seen)
    sources = []
    closed = closed_to(session, ref, reader)
    for name, piece in pieces.items():
        entry = entries.get((piece.note, piece.version))
        if entry and not closed.hides(entry.codes["child"], entry.draw):
            note = seen[piece.note]
            relabelled = bool(note.child) and entry.draw != draw
            sources.append(NoteSource(name, piece, WrittenNote(note, part_of(entry.text, piece.part), relabelled)))
    return sources, len(parsed) - len(sources)


def _dated(piece: NotePiece, note: Note) -> NotePiece:
    return piece if piece.version else replace(piece, version=note.version)


def _entries(
    session: Session, ref: str, pieces: Sequence[NotePiece], notes: Mapping[str, Note]
) -> dict[tuple[str, int], Entry]:
    """Return the entries of pieces by note and version, without those that wait."""
    wanted = {(piece.note, piece.version) for piece in pieces}
    logs = {(notes[note].person_id, notes[note].device) for note, _ in wanted}
    entries: dict[tuple[str, int], Entry] = {}
    for person, device in sorted(logs):
        own = NoteBatch.person_id == person, NoteBatch.device == device, col(NoteBatch.waits).is_(False)
        rows = session.exec(select(NoteBatch).where(NoteBatch.inspection == ref, *own))
        for row in rows:
            if wanted & {(str(name), int(version)) for name, version in row.notes}:
                kept = batch_in(store.get(key_of(row))).entries
                entries |= {(entry.note, entry.version): entry for entry in kept}
    return entries


def findings_from(session: Session, ref: str, note: str) -> list[tuple[Finding, list[NotePiece]]]:
    """Return the findings that stand and name a note, each with the pieces of it that it names."""
    named = [(row, [NotePiece.parse(name) for name in row.notes]) for row in findings_of(session, ref)]
    own = [(row, [piece for piece in pieces if piece.note == note]) for row, pieces in named]
    return [(row, pieces) for row, pieces in own if pieces]
