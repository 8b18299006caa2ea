"""What agencies sent, for the inspection's team: versions with their verdicts, their rows, and their files as sent."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from models.states import WhyRestricted
from models.tables import Inspection, Statement, Submission
from portal.pages.forms import Form, text_of
from portal.pages.frame import MEDIA, page
from portal.pages.listing import Listing, ListingColumn, Wanted, answer, arrange, table_file, wanted_in
from portal.pages.reader import reader_for
from portal.pages.session import Inspector, Visitor
from portal.pages.words import verdict_tag
from tasks.ground.database import transaction
from tasks.ledger.restricted import WHY_RESTRICTED, why_restricted
from tasks.reading.visibility import Reader
from tasks.returns.if_held import NONE_HELD_REASONS
from validation.telling.advice import is_waiting

if TYPE_CHECKING:
    from tasks.reading.versions import Collected, RowsPage

router = APIRouter(prefix="/inspections/{ref}/returns")
_PLACE = re.compile("[1-9][0-9]{0,11}")
_MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class _Line:
    """One version of a return, or a return of which nothing came."""

    collected: "Collected"
    version: Submission | None
    opened: int


def _columns() -> tuple[ListingColumn[_Line], ...]:
    return (
        ListingColumn("agency", "Agency", lambda line: line.collected.agency, chosen=True),
        ListingColumn("return", "Return", lambda line: line.collected.request.return_code, chosen=True),
        ListingColumn("title", "Title", lambda line: line.collected.title),
        ListingColumn("version", "Version", lambda line: line.version.version if line.version else None),
        ListingColumn("result", "Result", _result_of, chosen=True),
        ListingColumn("rows", "Rows", lambda line: line.version.result.rows if line.version else None),
        ListingColumn("received", "Received", lambda line: line.version.received_at if line.version else None),
        ListingColumn("by", "Sent by", lambda line: line.version.uploader if line.version else "", person=True),
        ListingColumn("opened", "Times opened", lambda line: line.opened),
    )


def _result_of(line: _Line) -> str:
    if line.version:
        return _result(line.version)["text"]
    return "Declared to have no rows" if line.collected.request.nil_declared_by else "Nothing sent"


def _result(version: Submission) -> dict[str, str]:
    if version.put_aside:
        return {"text": "Sent in error", "classes": "govuk-tag--grey"}
    result = version.result
    waits = bool(result.verdict) and is_waiting(str(result.verdict), result.not_checked or ())
    return verdict_tag(result.verdict, waits=waits)


@router.get("")
def listed(request: Request, ref: str, member: Inspector) -> Response:
    """Show every return that was asked for, with its versions and how often the team opened each."""
    return _listed(request, ref, member, Wanted())


@router.post("")
def some(request: Request, ref: str, member: Inspector, form: Form) -> Response:
    """Show or download the versions that are wanted."""
    return _listed(request, ref, member, wanted_in(form))


def _listed(request: Request, ref: str, member: Visitor, wanted: Wanted) -> Response:
    # The rooms of frames are imported where they are used: they bring what other pages do not need.
    from tasks.comparing.last_time import questions
    from tasks.comparing.reading import rows_last_time
    from tasks.reading.versions import collected

    with transaction() as session:
        inspection, statement = session.get_one(Inspection, ref), session.get(Statement, ref)
        returns = collected(session, ref, reader_for(session, ref, member))
        newest = _rows_of_newest(returns)
        last = rows_last_time(session, inspection, newest)
    lines = [_Line(row, version, opened) for row in returns for version, opened in row.versions or ((None, 0),)]
    columns = _columns()
    facts: dict[str, Any] = {
        "inspection": inspection,
        "statement": statement,
        "result": _result,
        "none_held_reasons": NONE_HELD_REASONS,
    }
    facts["questions"] = questions(last, newest)
    return answer(request, "returns", "Returns", arrange(lines, columns, wanted), columns, **facts)


def _rows_of_newest(returns: "list[Collected]") -> dict[str, int]:
    """Return the rows of each return, of all its agencies together; not where one of them has sent nothing yet."""
    rows: dict[str, int] = {}
    waited_for = set()
    for row in returns:
        code, newest = row.request.return_code, row.versions[0][0] if row.versions else None
        if newest is not None and newest.result.rows is not None:
            rows[code] = rows.get(code, 0) + newest.result.rows
        else:
            waited_for.add(code)
    return {code: number for code, number in rows.items() if code not in waited_for}


@router.get("/{submission}/rows")
def rows(request: Request, ref: str, submission: str, member: Inspector, sheet: str = "", at: str = "") -> Response:
    """Show the first rows of a version, or those of a sheet whose places the address has; each opening is recorded."""
    from tasks.reading import versions

    # Places hold nothing of a child, so they may stand in an address.
    places = tuple(int(number) for number in at.split("-")[:_MOST_PLACES] if _PLACE.fullmatch(number))
    wanted = versions.WantedRows(sheet=sheet, places=places)
    return _rows(request, versions.read_rows(ref, submission, wanted, _reader(ref, member)), ref)


@router.post("/{submission}/rows")
def some_rows(request: Request, ref: str, submission: str, member: Inspector, form: Form) -> Response:
    """Show or download the rows that are wanted; where families live, and what is restricted, to who says why."""
    from tasks.reading import versions
    from tasks.reading.cells import WhyAddresses

    why, wanted = text_of(form, "why"), wanted_in(form)
    rows_wanted = versions.WantedRows(
        sheet=text_of(form, "sheet"),
        words=wanted.words,
        by=wanted.by,
        falling=wanted.falling,
        page=0 if wanted.download else wanted.number,
        why=WhyAddresses(why) if why in set(WhyAddresses) else None,
    )
    opens = why_restricted(text_of(form, "opens"))
    shown = versions.read_rows(ref, submission, rows_wanted, _reader(ref, member, opens))
    if wanted.download:
        table = [[place, *cells.values()] for place, cells in shown.rows]
        return table_file(_title(shown), ["row", *shown.columns], table, wanted.download)
    return _rows(request, shown, ref, opens)


def _title(shown: "RowsPage") -> str:
    return f"{shown.request.return_code}, version {shown.submission.version}"


def _reader(ref: str, member: Visitor, opens: WhyRestricted | None = None) -> Reader:
    with transaction() as session:
        return reader_for(session, ref, member, opens=opens)


def _rows(request: Request, shown: "RowsPage", ref: str, opens: WhyRestricted | None = None) -> Response:
    from tasks.reading.cells import WHY_ADDRESSES

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
    by = shown.wanted
    listing = Listing(
        rows=shown.rows,
        wanted=Wanted(by.words, by.by, by.falling, by.page),
        titles={name: name for name in shown.columns},
        choices={},
        total=shown.total,
        matching=shown.matching,
        pages=shown.pages,
    )
    context: dict[str, Any] = {"inspection": inspection, "shown": shown, "why": WHY_ADDRESSES, "listing": listing}
    context |= {"opening": WHY_RESTRICTED, "opens": opens}
    return page(request, "return_rows", _title(shown), back=f"/inspections/{ref}/returns", **context)


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
