"""What inspectors read about the returns beside their rows: explanations, waived rules, returns checked again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, select

from models.tables import Agency, Inspection, Submission
from models.tables import Request as ReturnRequest
from portal.pages.forms import Form
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.reader import reader_for
from portal.pages.session import Inspector, Visitor
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.themes import theme_of
from tasks.reading.visibility import Reader

if TYPE_CHECKING:
    from tasks.returns.explanations import GivenExplanation

router = APIRouter(prefix="/inspections/{ref}/explanations")


def _columns(facts: dict[str, Any]) -> tuple[ListingColumn["GivenExplanation"], ...]:
    return (
        ListingColumn("return", "Return and agency", lambda row: facts["of"][row.request_id], chosen=True),
        ListingColumn("version", "Version", lambda row: facts["sent"][row.submission_id].version),
        ListingColumn("rule", "Rule", lambda row: row.rule, chosen=True),
        ListingColumn("column", "Column", lambda row: row.column),
        ListingColumn("question", "Question", lambda row: row.message),
        ListingColumn("explanation", "Explanation", lambda row: row.text),
        ListingColumn("places", "Places", lambda row: row.places),
        ListingColumn("by", "Given by", lambda row: row.given_by, person=True),
        ListingColumn("at", "Given", lambda row: row.given_at),
    )


@router.get("")
def listed(request: Request, ref: str, member: Inspector) -> Response:
    """Show what agencies explained, which rules were waived, and what checking again changed; the audit records it."""
    return _listed(request, ref, member, Wanted())


@router.post("")
def some(request: Request, ref: str, member: Inspector, form: Form) -> Response:
    """Show or download the explanations that are wanted."""
    return _listed(request, ref, member, wanted_in(form))


def _listed(request: Request, ref: str, member: Visitor, wanted: Wanted) -> Response:
    with transaction() as session:
        facts = _facts(session, ref, reader_for(session, ref, member))
        # Where nothing was explained nothing is read, and no reading is recorded.
        if facts["said"]:
            read = {"explanations": len(facts["said"])}
            audit.append(session, ref, actor=member.by, action="explanations.read", subject=ref, facts=read)
    columns = _columns(facts)
    listing = arrange(facts.pop("said"), columns, wanted)
    # A file has no column for the rows, so they are not looked up for it.
    facts["about"] = {} if wanted.download else _about(ref, listing.rows)
    return answer(request, "explanations", "Explanations and waivers", listing, columns, **facts)


def _about(ref: str, rows: "Sequence[GivenExplanation]") -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return the sheet and the rows that each explanation of a page is about."""
    from tasks.reading.verdicts import rows_explained

    with transaction() as session:
        return rows_explained(session, rows, theme_of(session.get_one(Inspection, ref)))


def _facts(session: Session, ref: str, reader: Reader) -> dict[str, Any]:
    from tasks.reading.verdicts import as_shown
    from tasks.returns.explanations import said_in
    from tasks.returns.rechecks import rechecks_in
    from tasks.returns.rule_waivers import WaiverReason, waivers_in

    inspection = session.get_one(Inspection, ref)
    names = {agency.id: agency.name for agency in session.exec(select(Agency).where(Agency.inspection == ref))}
    every = session.exec(select(ReturnRequest).where(ReturnRequest.inspection == ref)).all()
    requests = [request for request in every if reader.sees(request.agency_id)]
    seen = {request.id for request in requests}
    submissions = session.exec(select(Submission).where(Submission.inspection == ref)).all()
    sent = {submission.id: submission for submission in submissions}
    given = [row for row in said_in(session, ref) if row.request_id in seen]
    return {
        "inspection": inspection,
        "today": inspection.today(),
        "of": {request.id: f"{request.return_code}, {names[request.agency_id]}" for request in requests},
        "sent": sent,
        "said": as_shown(session, ref, given, reader),
        "waivers": [row for row in waivers_in(session, ref) if row.request_id in seen],
        "why": {reason.name.lower(): reason.value for reason in WaiverReason},
        "rechecks": [row for row in rechecks_in(session, ref) if sent[row.submission_id].request_id in seen],
    }
