"""Notes and findings out to other programs of qualitative analysis, and notes in from them (REFI-QDA, QDPX)."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.refusals import Mistake, Refusal
from models.tables import Inspection
from models.words import joined, plural
from portal.pages.forms import FileForm, file_of
from portal.pages.frame import attachment, page, to
from portal.pages.reader import reader_for
from portal.pages.session import Inspector, Recorder
from portal.team.projects import ReadProject, project_in
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.returns.screening import screen

# The rooms of notes and samples are imported where they are used: they bring frames that other pages do not need.
router = APIRouter(prefix="/inspections/{ref}/exchange")
_MEDIA = "application/zip"
_LEFT_OUT = {
    "others": ("picture, PDF or recording", "pictures, PDFs or recordings"),
    "elsewhere": ("text that is not in the file", "texts that are not in the file"),
    "empty": ("text without words", "texts without words"),
    "long": ("text longer than 100,000 characters", "texts longer than 100,000 characters"),
    "characters": ("text with characters that no keyboard makes", "texts with characters that no keyboard makes"),
    "passages": ("passage that lies outside its text", "passages that lie outside their text"),
}


@router.get("")
def show(request: Request, ref: str, _: Inspector) -> Response:
    """Show how notes and findings leave, and how notes come in."""
    return _show(request, ref)


def _show(request: Request, ref: str, sentence: str = "") -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
    mistakes = [Mistake("file", sentence)] if sentence else []
    back, status = f"/inspections/{ref}/notes", 422 if sentence else 200
    facts: dict[str, Any] = {"inspection": inspection}
    return page(request, "exchange", "Other programs", status=status, mistakes=mistakes, back=back, **facts)


@router.get("/project.qdpx")
def download(ref: str, member: Inspector) -> Response:
    """Return the notes that the reader sees and all findings as a project; who took it is recorded."""
    from tasks.reading.exchange import export_project

    with transaction() as session:
        reader = reader_for(session, ref, member)
    return attachment(export_project(ref, reader, member.person), f"{ref}.qdpx", _MEDIA)


@router.post("")
def send(request: Request, ref: str, member: Recorder, form: FileForm) -> Response:
    """Take the notes of a project in as notes of the person who sends it."""
    from tasks.notes.importing import CodedPiece, import_pieces

    file = file_of(form, "file")
    if file is None:
        return _show(request, ref, "Select a file.")
    data = file.file.read()
    try:
        screen(data, ref, by=member.by)
        project = project_in(data)
    except Refusal as refused:
        return _show(request, ref, refused.sentence)
    pieces = [
        CodedPiece(piece.guid, piece.text, tuple((code, project.codes.get(code, ("",))) for code in piece.codes))
        for piece in project.pieces
    ]
    done = import_pieces(ref, pieces, sha256(data), by=member.person)
    parts = [f"{plural(done.added, 'note')} added, {done.already:,} here already."]
    if done.unknown:
        verb = "stands" if done.unknown == 1 else "stand"
        parts.append(f"{plural(done.unknown, 'code')} of other programs {verb} in the words of the notes.")
    return to(f"/inspections/{ref}/notes", "imported", " ".join([*parts, *_left_out(project)]))


def _left_out(project: ReadProject) -> list[str]:
    """Return what of the file became no note, in a sentence; nothing where everything did."""
    counts = [plural(number, *_LEFT_OUT[why]) for why, number in project.left_out.items() if number]
    return [f"Left out: {joined(counts)}."] if counts else []
