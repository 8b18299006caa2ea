"""Findings by workbook: download it, fill it in, send it back; all rows are recorded or none."""

from fastapi import APIRouter, Request, Response

from models.refusals import Mistake
from portal.pages.forms import FileForm, file_of
from portal.pages.frame import MEDIA, attachment, page, to
from portal.pages.session import Recorder
from portal.team.finding_rows import CellToFix, findings_in, template
from portal.team.findings import choices
from portal.team.grids import UnreadableWorkbookError, rows_of
from tasks.findings.recording import FindingRefusedError, record_finding
from tasks.ground.database import transaction
from tasks.recognition.passing import recogniser
from tasks.returns.screening import ScreenedOutError, screen

router = APIRouter(prefix="/inspections/{ref}/findings")


@router.get("/workbook.xlsx")
def download(ref: str, _: Recorder) -> Response:
    """Download the empty workbook of this inspection."""
    with transaction() as session:
        data = template(choices(session, ref))
    return attachment(data, "findings.xlsx", MEDIA["xlsx"])


@router.get("/workbook")
def show(request: Request, ref: str, _: Recorder) -> Response:
    """Show how findings are sent by workbook."""
    return _show(request, ref)


def _show(request: Request, ref: str, sentence: str = "", wrong: tuple[CellToFix, ...] = ()) -> Response:
    with transaction() as session:
        options = choices(session, ref)
    mistakes = [Mistake("file", sentence)] if sentence else []
    back, status = f"/inspections/{ref}/findings", 422 if sentence else 200
    return page(
        request, "workbook", "Findings by workbook", status=status, mistakes=mistakes, back=back, wrong=wrong, **options
    )


@router.post("/workbook")
def send(request: Request, ref: str, member: Recorder, form: FileForm) -> Response:
    """Record every row of a workbook, unless a cell of any is wrong."""
    file = file_of(form, "file")
    if file is None:
        return _show(request, ref, "Select a file.")
    data = file.file.read()
    try:
        screen(data, ref, by=member.by)
        rows = rows_of(data)
    except (ScreenedOutError, UnreadableWorkbookError) as refused:
        return _show(request, ref, refused.sentence)
    with transaction() as session:
        options = {**choices(session, ref), "people": recogniser(session, ref)}
    findings, wrong = findings_in(rows, options)
    # All rows or none: after half a workbook nobody would know which rows to send again.
    if wrong:
        return _show(
            request, ref, "Nothing was recorded. Fix the cells listed below and send the workbook again.", tuple(wrong)
        )
    try:
        for words in findings:
            record_finding(ref, words, by=member.by)
    except FindingRefusedError as refused:
        return _show(request, ref, str(refused))
    return to(f"/inspections/{ref}/findings")
