"""Notes of the team: where they are written, read, counted by area and criterion, and recovered."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from models.tables import Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.looking import LookingError
from portal.pages.reader import reader_for
from portal.pages.session import Inspector, NotesRecoverer, Recorder, Visitor
from tasks.findings.findings import findings_of
from tasks.findings.note_pieces import NotePiece, parts_of
from tasks.findings.recording import case_labels, finding_refusal
from tasks.ground.database import transaction
from tasks.notes.batches import CODES
from tasks.notes.pens import pen_for
from tasks.notes.taking import let_in, listed_codes, waiting

if TYPE_CHECKING:
    from tasks.reading.notes import History, WrittenNote

router = APIRouter(prefix="/inspections/{ref}/notes")


def _columns(facts: dict[str, Any]) -> tuple[ListingColumn["WrittenNote"], ...]:
    options, titles = facts["options"], facts["titles"]

    def coded(name: str) -> ListingColumn["WrittenNote"]:
        return ListingColumn(
            name, titles[name], lambda row: options[name].get(getattr(row.note, name), ""), chosen=True
        )

    return (
        *(coded(name) for name in CODES),
        ListingColumn("text", "Note", lambda row: row.text),
        ListingColumn("by", "Written by", lambda row: row.note.person_id, chosen=True, person=True),
        ListingColumn("at", "Changed", lambda row: row.note.changed_at),
    )


@router.get("")
def listed(request: Request, ref: str, member: Inspector) -> Response:
    """Show the notes; each reading is recorded."""
    return _listed(request, ref, member, Wanted())


@router.post("")
def some(request: Request, ref: str, member: Inspector, form: Form) -> Response:
    """Show or download the notes that are wanted; each reading is recorded."""
    return _listed(request, ref, member, wanted_in(form))


def _listed(request: Request, ref: str, member: Visitor, wanted: Wanted) -> Response:
    from tasks.reading.notes import coverage, read_notes

    facts = _facts(ref)
    with transaction() as session:
        reader = reader_for(session, ref, member)
        tracked = [label for label in facts["options"]["child"] if label.startswith("T")]
        needed = {"child": tracked, **{name: facts["options"][name] for name in ("agency", "area", "criterion")}}
        facts["findings"] = findings_of(session, ref) if not finding_refusal(facts["inspection"]) else []
        writers = sorted({row.person_id for row in waiting(session, ref)})
    written = read_notes(ref, reader, member.own)
    relabelled = frozenset(each.note.id for each in written if each.relabelled)
    facts |= {"covered": coverage([each.note for each in written], needed, relabelled), "writers": writers}
    columns = _columns(facts)
    return answer(request, "notes", "Notes", arrange(written, columns, wanted), columns, **facts)


@router.get("/write")
def write(request: Request, ref: str, member: Recorder, add: str = "") -> Response:
    """Show where notes are written, or added to; what its writer typed without a session counts from now on."""
    from tasks.reading.notes import draw_now, read_history

    # Opening this page lets words in, so whoever looks as somebody else stops here although nothing is sent.
    if member.look:
        raise LookingError
    let_in(ref, member.person, by=member.by)
    with transaction() as session:
        draw, reader = (
            draw_now(session, ref),
            reader_for(session, ref, member),
        )
    earlier = read_history(ref, add, reader, member.person) if add else None
    codes = _codes_of(earlier) if earlier else {}
    base = f"/inspections/{ref}/notes"
    pen = pen_for(ref, member.person)
    own: dict[str, Any] = {"pen": pen, "draw": draw, "person": member.person, "earlier": earlier, "codes": codes}
    return page(request, "notes_write", "Write notes", back=base, **own, **_facts(ref))


def _codes_of(earlier: "History") -> dict[str, object]:
    """Return the codes with which a note begins that adds to an earlier one."""
    codes: dict[str, object] = {name: getattr(earlier.note, name) for name in CODES}
    entry = earlier.versions[0][1]
    # A label of an earlier draw may stand for another child now: the writer chooses anew.
    return codes | ({"child": ""} if earlier.relabelled else {"draw": entry.draw} if earlier.note.child else {})


@router.post("/waiting")
def recover(ref: str, member: NotesRecoverer, form: Form) -> Response:
    """Let in what arrived from somebody who can no longer come in; the audit records who did."""
    let_in(ref, text_of(form, "subject"), by=member.by)
    return to(f"/inspections/{ref}/notes", "notes")


@router.get("/{note}")
def history(request: Request, ref: str, note: str, member: Inspector) -> Response:
    """Show every version of a note."""
    from tasks.reading.note_sources import findings_from
    from tasks.reading.notes import read_history

    with transaction() as session:
        reader = reader_for(session, ref, member)
        grew = findings_from(session, ref, note)
    shown = read_history(ref, note, reader, member.own)
    base = f"/inspections/{ref}/notes"
    facts = {"shown": shown, "grew": grew, "parts": _parts(shown), **_facts(ref)}
    return page(request, "note", "A note and its versions", back=base, **facts)


def _parts(shown: "History") -> list[dict[str, str]]:
    """Return the paragraphs of a note's newest version as things to tick, each by the name that a finding keeps."""
    entry = shown.versions[0][1]
    pieces = enumerate(parts_of(entry.text), 1)
    return [{"value": str(NotePiece(shown.note.id, entry.version, at)), "text": text} for at, text in pieces]


def _facts(ref: str) -> dict[str, Any]:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        labels = sorted(case_labels(session, ref), key=lambda label: (label[0] != "T", int(label[1:])))
        options = {"child": {label: label for label in labels}, **listed_codes(session, ref)}
    titles = {
        "child": "Child",
        "area": "Area of evaluation",
        "agency": "Agency",
        "kind": "Kind of evidence",
        "judgement": "Judgement",
        "criterion": "Criterion",
    }
    return {"inspection": inspection, "options": options, "titles": titles}
