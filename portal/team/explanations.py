"""What inspectors read about the returns beside their rows: explanations, waived rules, returns checked again."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, select

from models.tables import Agency, Inspection, Submission
from models.tables import Request as ReturnRequest
from portal.pages.frame import page
from portal.pages.session import Inspector
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.reading.visibility import Reader, reader_of

router = APIRouter(prefix="/inspections/{ref}/explanations")


@router.get("")
def listed(request: Request, ref: str, member: Inspector) -> Response:
    """Show what agencies explained, which rules were waived, and what checking again changed; the audit records it."""
    with transaction() as session:
        facts = _facts(session, ref, reader_of(session, ref, member.person, member.by))
        if facts["said"]:
            read = {"explanations": len(facts["said"])}
            audit.append(session, ref, actor=member.by, action="explanations.read", subject=ref, facts=read)
    return page(request, "explanations", "Explanations and waivers", **facts)


def _facts(session: Session, ref: str, reader: Reader) -> dict[str, Any]:
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
    return {
        "inspection": inspection,
        "today": inspection.today(),
        "of": {request.id: f"{request.return_code}, {names[request.agency_id]}" for request in requests},
        "sent": sent,
        "said": [row for row in said_in(session, ref) if row.request_id in seen],
        "waivers": [row for row in waivers_in(session, ref) if row.request_id in seen],
        "why": {reason.name.lower(): reason.value for reason in WaiverReason},
        "rechecks": [row for row in rechecks_in(session, ref) if sent[row.submission_id].request_id in seen],
    }
