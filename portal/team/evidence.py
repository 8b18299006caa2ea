"""What triangulates what: behind each finding, area and criterion, which kinds of evidence stand, and from whom."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.tables import Inspection
from models.words import titled
from portal.pages.frame import page
from portal.pages.reader import reader_for
from portal.pages.session import Inspector
from tasks.ground.database import transaction
from tasks.ledger.themes import theme_of

router = APIRouter(prefix="/inspections/{ref}/evidence")


@router.get("")
def show(request: Request, ref: str, member: Inspector) -> Response:
    """Show what stands behind everything, as the reader sees it: kinds and numbers, no words."""
    # Imported here, because the sample brings frames that other pages do not need.
    from tasks.reading.triangulation import KINDS, triangulation

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        reader = reader_for(session, ref, member)
        stands = triangulation(session, ref, reader, member.person)
    theme_ = theme_of(inspection)
    names = {
        "areas": {area.code: area.label for area in theme_.evaluation_areas},
        "criteria": {tag: titled(tag) for tag in theme_.finding_tags},
        "findings": {row.code: row.code for row in stands.findings},
    }
    facts: dict[str, Any] = {"inspection": inspection, "stands": stands, "kinds": KINDS, "names": names}
    facts["narrowed"] = reader.kinds is not None
    return page(request, "behind", "What stands behind what", back=f"/inspections/{ref}/notes", **facts)
