"""The replies to comments on the draft letter: an agency's own, and for safeguarding partners those of the area."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.tables import Inspection
from portal.pages.frame import page
from portal.pages.replies import replies_download
from portal.pages.session import Sender
from tasks.accuracy.replies import reads_all, replies_of
from tasks.accuracy.replying import are_replies_out
from tasks.ground.database import transaction
from tasks.ledger import audit

router = APIRouter()


@router.get("/letter/replies")
def show(request: Request, sender: Sender) -> Response:
    """Show the replies once the check of facts is closed; the audit has who read them."""
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        out, partner = are_replies_out(session, inspection), reads_all(sender.agency_id)
        own = replies_of(session, inspection.ref, sender.agency_id) if out else []
        area = replies_of(session, inspection.ref) if out and partner else []
        if own or area:
            number = {"comments": len(area or own)}
            audit.append(
                session, inspection.ref, actor=sender.by, action="replies.read", subject=inspection.ref, facts=number
            )
    facts: dict[str, Any] = {"inspection": inspection, "out": out, "own": own, "area": area, "partner": partner}
    return page(request, "replies", "Replies to comments on the draft letter", back="/letter", **facts)


@router.get("/letter/replies.{kind}")
def download(kind: str, sender: Sender) -> Response:
    """Download the replies: a safeguarding partner those of the whole area, everybody else their own."""
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        if not are_replies_out(session, inspection):
            raise HTTPException(404)
    agency = "" if reads_all(sender.agency_id) else sender.agency_id
    return replies_download(sender.inspection, kind, agency, by=sender.by)
