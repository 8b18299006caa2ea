"""An agency's own records beside the council's lists: which of its rows are about children who are in none of them."""

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.tables import Inspection
from models.tables.inspection import Agency
from portal.pages.frame import MEDIA, attachment, page
from portal.pages.session import Sender
from tasks.ground.database import transaction

router = APIRouter(prefix="/records")
_MOST_SHOWN = 200


@router.get("")
def show(request: Request, sender: Sender) -> Response:
    """Show which of the agency's own rows are about children who are in no list of the council."""
    from tasks.cohort.own_records import read_own

    found = read_own(sender.agency_id, by=sender.by)
    if found is None:
        raise HTTPException(404)
    with transaction() as session:
        inspection, agency = session.get_one(Inspection, sender.inspection), session.get_one(Agency, sender.agency_id)
    rows = found.rows.head(_MOST_SHOWN).rows(named=True)
    title = "Your records beside the council's lists"
    return page(request, "records", title, back="/", inspection=inspection, agency=agency, found=found, rows=rows)


@router.get("/children.xlsx")
def download(sender: Sender) -> Response:
    """Download those rows."""
    from tasks.cohort.own_records import read_own
    from tasks.jobs.open_evaluations import workbook

    found = read_own(sender.agency_id, by=sender.by)
    if found is None:
        raise HTTPException(404)
    return attachment(workbook(found.rows), "not-in-the-councils-lists.xlsx", MEDIA["xlsx"])
