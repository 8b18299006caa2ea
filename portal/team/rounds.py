"""Returns that were asked for again, beside the first round: shares with intervals, for whoever leads an inspection."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.tables import Inspection
from portal.pages.frame import page
from portal.pages.session import EstimateReader
from tasks.comparing.later_rounds import later_rounds
from tasks.ground.database import transaction

router = APIRouter(prefix="/inspections/{ref}/rounds")


@router.get("")
def show(request: Request, ref: str, member: EstimateReader) -> Response:
    """Show each later round beside the first one; each reading is recorded."""
    # Imported here, because frames take a moment that other pages do not need.
    from tasks.comparing.again import read_rounds

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        if not later_rounds(session, ref):
            raise HTTPException(404)
    facts: dict[str, Any] = {"inspection": inspection, "rounds": read_rounds(ref, by=member.by)}
    return page(request, "rounds", "Did it get better?", back=f"/inspections/{ref}", **facts)
