"""What inspectors read about the returns beside their rows: explanations, waived rules, returns checked again."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, select

from models.tables import Agency, Inspection, Submission
from models.tables import Request as ReturnRequest
from portal.pages.frame import page
from portal.pages.session import Inspector
from tasks.ground.database import transaction

router = APIRouter(prefix="/inspections/{ref}/explanations")


@router.get("")
def listed(request: Request, ref: str, _: Inspector) -> Response:
    """Show what agencies explained, which rules were waived, and what checking again changed."""
    with transaction() as session:
        facts = _facts(session, ref)
    return page(request, "explanations", "Explanations and waivers", **facts)


def _facts(session: Session, ref: str) -> dict[str, Any]:
    from tasks.returns.explanations import said_in
    from tasks.returns.rechecks import rechecks_in
    from tasks.returns.rule_waivers import WaiverReason, waivers_in

    inspection = session.get_one(Inspection, ref)
    names = {agency.id: agency.name for agency in session.exec(select(Agency).where(Agency.inspection == ref))}
    requests = session.exec(select(ReturnRequest).where(ReturnRequest.inspection == ref)).all()
    submissions = session.exec(select(Submission).where(Submission.inspection == ref)).all()
    return {
        "inspection": inspection,
        "today": inspection.today(),
        "of": {request.id: f"{request.return_code}, {names[request.agency_id]}" for request in requests},
        "sent": {submission.id: submission for submission in submissions},
        "said": said_in(session, ref),
        "waivers": waivers_in(session, ref),
        "why": {reason.name.lower(): reason.value for reason in WaiverReason},
        "rechecks": rechecks_in(session, ref),
    }
