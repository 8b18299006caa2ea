"""An agency's own children of the wider sample: who they are, what to have ready, and who has opened the list."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.tables import Inspection
from portal.pages.frame import MEDIA, attachment, page
from portal.pages.session import Sender, Visitor
from tasks.evaluations.sampled_lists import NoSampledListError, ReadList, sampled_readings
from tasks.ground.database import transaction

router = APIRouter(prefix="/sampled")


@router.get("")
def show(request: Request, sender: Sender) -> Response:
    """Show the list; each opening is recorded."""
    shown = _read(sender)
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        readings = sampled_readings(session, shown.release)
    context: dict[str, Any] = {"inspection": inspection, "shown": shown, "readings": readings}
    return page(request, "sampled_list", "Children in the wider sample", back="/", **context)


@router.get("/children.xlsx")
def download(sender: Sender) -> Response:
    """Download the list as a workbook; that is recorded as an opening."""
    shown = _read(sender)
    return attachment(shown.workbook, f"wider-sample-version-{shown.release.version}.xlsx", MEDIA["xlsx"])


def _read(sender: Visitor) -> ReadList:
    # The room of the sample is imported where it is used: it brings frames that other pages do not need.
    from tasks.reading.own_lists import read_own_sampled

    try:
        return read_own_sampled(sender.inspection, sender.agency_id, by=sender.by)
    except NoSampledListError:
        raise HTTPException(404) from None
