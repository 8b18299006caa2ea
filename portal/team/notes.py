"""Notes of the team: where they are written, read, counted by area and criterion, and recovered."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.tables import Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.session import Inspector, NotesRecoverer, Recorder, Visitor
from tasks.findings.findings import case_labels
from tasks.ground.database import transaction
from tasks.notes.batches import CODES
from tasks.notes.pens import pen_for
from tasks.notes.taking import let_in, listed_codes, waiting

router = APIRouter(prefix="/inspections/{ref}/notes")


@router.get("")
def listed(request: Request, ref: str, member: Inspector) -> Response:
    """Show the notes, those with the codes in the address where it has any; each reading is recorded."""
    from tasks.reading.notes import coverage, notes_seen, read_notes
    from tasks.reading.visibility import reader_of

    wanted = {name: request.query_params.get(name, "") for name in CODES}
    facts = _facts(ref)
    with transaction() as session:
        reader = reader_of(session, ref, member.person, member.by)
        tracked = [label for label in facts["options"]["child"] if label.startswith("T")]
        needed = {"child": tracked, **{name: facts["options"][name] for name in ("agency", "area", "criterion")}}
        covered = coverage(notes_seen(session, ref, reader, member.person), needed)
        writers = sorted({row.person_id for row in waiting(session, ref)})
    notes = read_notes(ref, reader, member.person, wanted)
    return page(request, "notes", "Notes", notes=notes, wanted=wanted, covered=covered, writers=writers, **facts)


@router.get("/write")
def write(request: Request, ref: str, member: Recorder) -> Response:
    """Show where notes are written; what its writer typed without a session counts from now on."""
    let_in(ref, member.person, by=member.person)
    base = f"/inspections/{ref}/notes"
    pen = pen_for(ref, member.person)
    return page(request, "notes_write", "Write notes", back=base, pen=pen, person=member.person, **_facts(ref))


@router.post("/waiting")
def recover(ref: str, member: NotesRecoverer, form: Form) -> Response:
    """Let in what arrived from somebody who can no longer come in; the audit records who did."""
    let_in(ref, text_of(form, "subject"), by=member.person)
    return to(f"/inspections/{ref}/notes", "notes")


@router.get("/{note}")
def history(request: Request, ref: str, note: str, member: Inspector) -> Response:
    """Show every version of a note."""
    return _history(request, ref, note, member)


def _history(request: Request, ref: str, note_id: str, member: Visitor) -> Response:
    from tasks.reading.notes import read_history
    from tasks.reading.visibility import reader_of

    with transaction() as session:
        reader = reader_of(session, ref, member.person, member.by)
    note, versions = read_history(ref, note_id, reader, member.person)
    base = f"/inspections/{ref}/notes"
    return page(request, "note", "A note and its versions", back=base, note=note, versions=versions, **_facts(ref))


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
