"""Who opened an agency's data: its people see what, when and how often, by role; no person is named to them."""

from fastapi import APIRouter, Request, Response

from portal.pages.frame import page
from portal.pages.session import Sender
from tasks.ground.database import transaction
from tasks.oversight.reading import opened_of, without_agencies

router = APIRouter(prefix="/opened")


@router.get("")
def show(request: Request, sender: Sender) -> Response:
    """Show what was opened of what the agency sent."""
    with transaction() as session:
        rows = opened_of(session, sender.inspection, sender.agency_id)
        unsaid = without_agencies(session, sender.inspection)
    return page(request, "opened", "Who opened your data", back="/", rows=rows, unsaid=unsaid)
