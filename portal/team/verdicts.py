"""What came of checking a version, for the inspection's team: its verdict, and each finding with its row."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.tables import Inspection
from models.words import SEVERITIES
from portal.pages.forms import Form
from portal.pages.frame import MEDIA, attachment
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.reader import reader_for
from portal.pages.session import Inspector, Visitor
from tasks.ground.database import transaction
from validation.telling.advice import is_waiting

if TYPE_CHECKING:
    from tasks.reading.verdicts import FindingsRead, PlacedFinding

router = APIRouter(prefix="/inspections/{ref}/returns/{submission}/findings")


def _columns() -> tuple[ListingColumn["PlacedFinding"], ...]:
    return (
        ListingColumn("severity", "Error or query", lambda row: SEVERITIES[row.severity], chosen=True),
        ListingColumn("rule", "Rule", lambda row: row.rule, chosen=True),
        ListingColumn("column", "Column", lambda row: row.column, chosen=True),
        ListingColumn("message", "What is wrong", lambda row: row.message),
        ListingColumn("place", "Place", lambda row: row.place),
        ListingColumn("explanation", "What the agency explained", lambda row: row.explanation),
    )


@router.get("")
def listed(request: Request, ref: str, submission: str, member: Inspector) -> Response:
    """Show the verdict on a version and its findings; each opening is recorded."""
    return _listed(request, _read(ref, submission, member), ref, Wanted())


@router.post("")
def some(request: Request, ref: str, submission: str, member: Inspector, form: Form) -> Response:
    """Show or download the findings that are wanted."""
    return _listed(request, _read(ref, submission, member), ref, wanted_in(form))


@router.get(".csv")
def every(ref: str, submission: str, member: Inspector) -> Response:
    """Download every place of a version's own findings, however many; each download is recorded."""
    # Imported here, for the frames behind it take a moment that other pages do not need.
    from tasks.reading.verdicts import read_every_place
    from validation.telling.reports import every_place

    with transaction() as session:
        reader = reader_for(session, ref, member)
    code, version, places = read_every_place(ref, submission, reader)
    if places is None:
        raise HTTPException(404)
    return attachment(every_place(places), f"{code}-version-{version}-every-finding.csv", MEDIA["csv"])


def _read(ref: str, submission: str, member: Visitor) -> "FindingsRead":
    from tasks.reading.verdicts import read_findings

    with transaction() as session:
        reader = reader_for(session, ref, member)
    return read_findings(ref, submission, reader)


def _listed(request: Request, read: "FindingsRead", ref: str, wanted: Wanted) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
    columns, result = _columns(), read.submission.result
    facts: dict[str, Any] = {
        "inspection": inspection,
        "read": read,
        "result": result,
        "waits": bool(result.verdict) and is_waiting(str(result.verdict), result.not_checked or ()),
    }
    title = f"Findings of {read.request.return_code}, version {read.submission.version}"
    listing = arrange(read.findings, columns, wanted)
    return answer(request, "return_findings", title, listing, columns, back=f"/inspections/{ref}/returns", **facts)
