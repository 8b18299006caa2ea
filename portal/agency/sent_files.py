"""What an agency sent, opened again by itself: the files of its returns and its statement; each opening is recorded."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import col, select
from starlette.exceptions import HTTPException

from models.tables import Inspection, Statement, Submission
from models.tables import Request as ReturnRequest
from portal.agency.verdicts import submission_of
from portal.pages.forms import Form
from portal.pages.frame import download
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import AgencyPerson, NotTheirsError, Visitor
from portal.pages.words import verdict_tag
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.letters.owed_statement import owed_by
from tasks.returns.reduced_files import open_file
from validation.telling.advice import is_waiting

router = APIRouter()


_COLUMNS: tuple[ListingColumn[dict[str, Any]], ...] = (
    ListingColumn("return", "Return", lambda row: row["return_code"], chosen=True),
    ListingColumn("version", "Version", lambda row: row["version"]),
    ListingColumn("by", "Sent by", lambda row: row["by"], chosen=True, person=True),
    ListingColumn("received", "Received", lambda row: row["received_at"]),
    ListingColumn("late", "Late", lambda row: row["late"]),
    ListingColumn("result", "Result", lambda row: row["result"], chosen=True),
    ListingColumn("files", "Files", lambda row: row["files"]),
)


@router.get("/sent")
def listed(request: Request, sender: AgencyPerson) -> Response:
    """Show every version that the agency sent, who of its people or programs sent it, and when."""
    return _listed(request, sender, Wanted())


@router.post("/sent")
def some(request: Request, sender: AgencyPerson, form: Form) -> Response:
    """Show or download the versions that are wanted."""
    return _listed(request, sender, wanted_in(form))


def _listed(request: Request, sender: Visitor, wanted: Wanted) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        query = select(Submission, ReturnRequest).join(ReturnRequest, col(ReturnRequest.id) == Submission.request_id)
        query = query.where(ReturnRequest.agency_id == sender.agency_id)
        versions = session.exec(query.order_by(col(Submission.received_at).desc(), Submission.id))
        rows = [_row(submission, return_request) for submission, return_request in versions]
    listing = arrange(rows, _COLUMNS, wanted)
    return answer(request, "sent", "What you sent", listing, _COLUMNS, back="/", inspection=inspection)


def _row(submission: Submission, request: ReturnRequest) -> dict[str, Any]:
    result = submission.result
    waits = bool(result.verdict) and is_waiting(str(result.verdict), result.not_checked or ())
    return {
        "id": submission.id,
        "return_code": request.return_code,
        "version": submission.version,
        "by": submission.uploader,
        "received_at": submission.received_at,
        "late": submission.late,
        "result": "Sent in error" if submission.put_aside else verdict_tag(result.verdict, waits=waits)["text"],
        "put_aside": submission.put_aside,
        "infected": bool(result.malware),
        "files": len(submission.parts) + 1,
    }


@router.get("/submissions/{submission_id}/files/{number}")
def sent_file(submission_id: str, number: int, sender: AgencyPerson) -> Response:
    """Download one file of a version, counted from 1, as it was sent."""
    with transaction() as session:
        submission, request = submission_of(session, submission_id, sender)
        # Malware is handed out to nobody, not even to its sender.
        name, file = open_file(session, submission, request, number, by=sender.by)
    return download(file["key"], file["version_id"], name)


@router.get("/statement/file")
def sent_statement(sender: AgencyPerson) -> Response:
    """Download the written statement as the council sent it."""
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        statement = session.get(Statement, inspection.ref)
        if statement is None or not statement.key:
            raise HTTPException(404)
        if owed_by(statement) != sender.agency_id:
            raise NotTheirsError
        facts = {"sha256": statement.sha256}
        audit.append(
            session, inspection.ref, actor=sender.by, action="statement.read", subject=inspection.ref, facts=facts
        )
        key = statement.key
    return download(key, "", f"written-statement.{key.rpartition('.')[2]}")
