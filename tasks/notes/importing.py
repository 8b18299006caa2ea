"""Takes the pieces of another program's project in as notes: each piece once, whoever sends it and however often."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.actors import inspector
from models.ids import guid_of
from models.tables import Finding, ImportedNote, Inspection, Note
from models.themes import Theme
from tasks.cohort.versions import newest_draw
from tasks.findings.recording import case_labels
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.notes.taking import LogTakenError, listed_codes, take, take_stored

IMPORTED = "exchange.imported"
TITLES: Mapping[str, str] = {
    "child": "Child",
    "area": "Area of evaluation",
    "agency": "Agency",
    "kind": "Kind of evidence",
    "judgement": "Judgement",
    "criterion": "Criterion",
    "category": "Category of finding",
    "tag": "Tag of finding",
}
"""What each group of codes is called in a file for other programs."""
_DEVICE = 16
_ONLY = 1
"""The place of the one batch in the log of an import."""
_MOST_PIECES, _MOST_CHARACTERS = 50, 200_000
"""One object for each piece took a minute for a thousand; a batch of these is still read in a moment."""


@dataclass(frozen=True, slots=True)
class CodedPiece:
    """A piece of a project: its GUID, its words, and its codes, each with the groups above it, outermost first."""

    guid: str
    text: str
    codes: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a project: notes added, pieces that were here already, codes that became words."""

    added: int
    already: int
    unknown: int


def scope_of(theme_: Theme) -> tuple[str, ...]:
    """Return what the codes of a theme are named by in files for other programs."""
    return ("code", theme_.rule_set)


def guid_of_note(ref: str, note: str) -> str:
    """Return the GUID under which a note that was written here leaves."""
    return guid_of(ref, "note", note)


def guid_of_finding(ref: str, finding: str) -> str:
    """Return the GUID under which a finding leaves."""
    return guid_of(ref, "finding", finding)


def codebook(session: Session, ref: str) -> dict[str, dict[str, str]]:
    """Return the codes of notes of an inspection with their words, children by their labels among them."""
    labels = sorted(case_labels(session, ref), key=lambda label: (label[0] != "T", int(label[1:])))
    return {"child": {label: label for label in labels}, **listed_codes(session, ref)}


def import_pieces(ref: str, pieces: Sequence[CodedPiece], file_sha256: str, *, by: str) -> Imported:
    """Take pieces in as new notes of a person; the same piece again, also from another file or person, adds nothing.

    The rows come first, each with the place at which its note will lie. What an import that died has stored becomes
    notes before anything else; whoever repeats it goes on there.

    Args:
        ref: the inspection.
        pieces: of the project, in its order.
        file_sha256: digest of the file.
        by: reference of the person.
    """
    _finish_earlier(ref)
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        book, scope = codebook(session, ref), scope_of(theme_of(inspection))
        drawn = newest_draw(session, ref)
        batches = _claimed(session, inspection, pieces, file_sha256, by)
    by_guid = {guid_of(*scope, name, code): (name, code) for name, codes in book.items() for code in codes}
    added, unknown = 0, 0
    for device, ours in batches:
        entries = []
        for number, piece in ours:
            codes, rest = chosen_codes(piece, book, by_guid)
            note = {
                "note": f"{device}-{number}",
                "version": 1,
                "at": "",
                "follows": "",
                "text": _with(piece.text, rest),
            }
            entries.append({**note, **codes, **({"draw": drawn.version} if drawn and "child" in codes else {})})
            added, unknown = added + 1, unknown + len(rest)
        document = {"device": device, "sequence": _ONLY, "entries": entries}
        try:
            take(ref, by, json.dumps(document, sort_keys=True).encode(), signed_in=True)
        except LogTakenError:
            # An earlier try that died stored it, when this inspection had other codes; its words are the same.
            take_stored(ref, by, device, _ONLY)
    with transaction() as session:
        facts: dict[str, object] = {"added": added, "already": len(pieces) - added, "file_sha256": file_sha256}
        audit.append(session, ref, actor=inspector(by), action=IMPORTED, subject=ref, facts=facts)
    return Imported(added, len(pieces) - added, unknown)


def _finish_earlier(ref: str) -> None:
    """Record what imports that died had stored, so that no other file brings the same pieces once more."""
    is_note = (col(Note.inspection) == ImportedNote.inspection) & (col(Note.id) == ImportedNote.note)
    query = select(ImportedNote.person_id, ImportedNote.device).outerjoin(Note, is_note)
    with transaction() as session:
        left = session.exec(query.where(ImportedNote.inspection == ref, col(Note.id).is_(None)).distinct()).all()
    for person, device in left:
        with suppress(store.NotStoredError):
            take_stored(ref, person, device, _ONLY)


_Batches = list[tuple[str, list[tuple[int, CodedPiece]]]]


def _claimed(
    session: Session, inspection: Inspection, pieces: Sequence[CodedPiece], file_sha256: str, by: str
) -> _Batches:
    """Return the pieces that become notes now, each with its number, in batches; the caller has locked the inspection.

    Each batch is a log of its own, named after the very pieces in it: a repeat writes the same object, and another
    choice of pieces another one.
    """
    ref = inspection.ref
    here = {guid_of_note(ref, note) for note in session.exec(select(Note.id).where(Note.inspection == ref))}
    here |= {guid_of_finding(ref, row) for row in session.exec(select(Finding.id).where(Finding.inspection == ref))}
    # A row whose note is not there is left of an import that died on its way.
    query = select(ImportedNote.guid).join(
        Note, (col(Note.inspection) == ImportedNote.inspection) & (col(Note.id) == ImportedNote.note)
    )
    here |= set(session.exec(query.where(ImportedNote.inspection == ref)))
    ours = []
    for number, piece in enumerate(pieces, 1):
        if piece.guid not in here:
            here.add(piece.guid)
            ours.append((number, piece))
    batches: _Batches = []
    for batch in batched(ours):
        guids = "/".join(piece.guid for _, piece in batch)
        device = sha256(f"import/{ref}/{by}/{file_sha256}/{guids}".encode())[:_DEVICE]
        batches.append((device, batch))
        own = {"person_id": by, "device": device, "file_sha256": file_sha256, "imported_at": inspection.now()}
        rows = insert(ImportedNote).values(
            [{"inspection": ref, "guid": piece.guid, "note": f"{device}-{number}", **own} for number, piece in batch]
        )
        names = ("note", "person_id", "device", "file_sha256")
        newest = {name: getattr(rows.excluded, name) for name in names}
        session.execute(rows.on_conflict_do_update(index_elements=["inspection", "guid"], set_=newest))
    return batches


def batched(pieces: Sequence[tuple[int, CodedPiece]]) -> list[list[tuple[int, CodedPiece]]]:
    """Return pieces in batches, in order: so many and so long that an object stays small, and at least one each."""
    batches: list[list[tuple[int, CodedPiece]]] = []
    length = 0
    for numbered in pieces:
        size = len(numbered[1].text)
        if not batches or len(batches[-1]) == _MOST_PIECES or length + size > _MOST_CHARACTERS:
            batches.append([])
            length = 0
        batches[-1].append(numbered)
        length += size
    return batches


def chosen_codes(
    piece: CodedPiece, book: Mapping[str, Mapping[str, str]], by_guid: Mapping[str, tuple[str, str]]
) -> tuple[dict[str, str], list[str]]:
    """Return the codes of a piece that this inspection has, one of each name, and the others in words.

    Args:
        piece: with its codes by GUID and by words.
        book: the inspection's codes with their words, by name.
        by_guid: GUID of a code that left here -> its name and code.
    """
    codes: dict[str, str] = {}
    rest = []
    for guid, words in piece.codes:
        name, code = by_guid.get(guid) or _by_words(words, book)
        if name and name not in codes:
            codes[name] = code
        elif codes.get(name) != code or not name:
            rest.append(": ".join(words))
    return codes, rest


def _by_words(words: tuple[str, ...], book: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    """Return the code that is called so in its group; nothing where none is, or where the group is another."""
    *above, last = words
    for name, labels in book.items():
        if above and above[-1].casefold() not in (TITLES[name].casefold(), name):
            continue
        matching = [code for code, label in labels.items() if last.casefold() in (label.casefold(), code.casefold())]
        if matching:
            return name, matching[0]
    return "", ""


def _with(text: str, rest: Iterable[str]) -> str:
    """Return the words of a note, and below them the codes that this inspection does not have: nothing is lost."""
    listed = "; ".join(rest)
    return f"{text}\n\nCodes in the file: {listed}" if listed else text
