"""What agencies sent, for the inspection's team: versions with their verdicts, their rows, and their files as sent."""

import re
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from models.tables import Inspection, Statement
from portal.pages.forms import Form, text_of
from portal.pages.frame import MEDIA, page
from portal.pages.session import Inspector, Visitor
from portal.pages.words import verdict_tag
from tasks.ground.database import transaction
from validation.telling.advice import is_waiting

router = APIRouter(prefix="/inspections/{ref}/returns")
_LONGEST = 80
_NUMBER = re.compile("[1-9][0-9]{0,5}")


@router.get("")
def listed(request: Request, ref: str, member: Inspector) -> Response:
    """Show every return that was asked for, with its versions and how often the team opened each."""
    # The rooms of frames are imported where they are used: they bring what other pages do not need.
    from tasks.reading.versions import collected
    from tasks.reading.visibility import reader_of

    with transaction() as session:
        inspection, statement = session.get_one(Inspection, ref), session.get(Statement, ref)
        returns = collected(session, ref, reader_of(session, ref, member.person, member.by))
    facts: dict[str, Any] = {"inspection": inspection, "returns": returns, "statement": statement}
    facts["result"] = lambda result: verdict_tag(
        result.verdict, waits=bool(result.verdict) and is_waiting(str(result.verdict), result.not_checked or ())
    )
    return page(request, "returns", "Returns", **facts)


@router.get("/{submission}/rows")
def rows(request: Request, ref: str, submission: str, member: Inspector) -> Response:
    """Show the first rows of a version; each opening is recorded."""
    from tasks.reading.versions import Wanted, read_rows

    return _rows(request, read_rows(ref, submission, Wanted(), _reader(ref, member)), ref)


@router.post("/{submission}/rows")
def some_rows(request: Request, ref: str, submission: str, member: Inspector, form: Form) -> Response:
    """Show the rows that hold some words, in some order, and where families live to somebody who says why.

    A form and no address, for what somebody looks for may be a child's name (L5).
    """
    from tasks.reading.cells import WhyAddresses
    from tasks.reading.versions import Wanted, read_rows

    why, number = text_of(form, "why"), text_of(form, "number")
    wanted = Wanted(
        text_of(form, "sheet"),
        text_of(form, "words")[:_LONGEST],
        text_of(form, "by"),
        text_of(form, "falling") == "true",
        int(number) if _NUMBER.fullmatch(number) else 1,
        WhyAddresses(why) if why in set(WhyAddresses) else None,
    )
    return _rows(request, read_rows(ref, submission, wanted, _reader(ref, member)), ref)


def _reader(ref: str, member: Visitor) -> Any:
    from tasks.reading.visibility import reader_of

    with transaction() as session:
        return reader_of(session, ref, member.person, member.by)


def _rows(request: Request, shown: Any, ref: str) -> Response:
    from tasks.reading.cells import WHY_ADDRESSES

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
    title = f"{shown.request.return_code}, version {shown.submission.version}"
    context = {"inspection": inspection, "shown": shown, "why": WHY_ADDRESSES}
    return page(request, "return_rows", title, back=f"/inspections/{ref}/returns", **context)


@router.get("/{submission}/files/{number}")
def file(ref: str, submission: str, number: int, member: Inspector) -> Response:
    """Download one file of a version as its agency sent it; each download is recorded."""
    from tasks.reading.versions import read_file

    name, chunks = read_file(ref, submission, number, _reader(ref, member))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    kind = MEDIA.get(name.rpartition(".")[2], "application/octet-stream")
    return StreamingResponse(chunks, media_type=kind, headers=headers)


@router.get("/statement")
def statement(ref: str, member: Inspector) -> Response:
    """Download the written statement as the council sent it; each download is recorded."""
    from tasks.reading.statement import read_statement

    name, data = read_statement(ref, by=member.by)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=MEDIA.get(name.rpartition(".")[2], "application/octet-stream"), headers=headers)
