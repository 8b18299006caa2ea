"""An agency's own records beside the council's lists: its rows about children who are in none of them."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.tables import Inspection
from models.tables.inspection import Agency
from portal.pages.frame import MEDIA, attachment, page
from portal.pages.session import Sender
from tasks.ground.database import transaction

router = APIRouter(prefix="/records")
_MOST_SHOWN = 200  # what a person reads on a page; the workbook has all rows


@router.get("")
def show(request: Request, sender: Sender) -> Response:
    """Show the agency's own rows about children who are in no list of the council."""
    from tasks.cohort.own_records import read_own

    comparison = read_own(sender.agency_id, by=sender.by)
    if comparison is None:
        raise HTTPException(404)
    with transaction() as session:
        inspection, agency = session.get_one(Inspection, sender.inspection), session.get_one(Agency, sender.agency_id)
    rows = comparison.rows.head(_MOST_SHOWN).rows(named=True)
    title = "Your records compared with the council's lists"
    context: dict[str, Any] = {"inspection": inspection, "agency": agency, "comparison": comparison, "rows": rows}
    return page(request, "records", title, back="/", **context)


@router.get("/children.xlsx")
def download(sender: Sender) -> Response:
    """Download those rows."""
    from tasks.cohort.own_records import read_own
    from tasks.jobs.open_evaluations import workbook

    comparison = read_own(sender.agency_id, by=sender.by)
    if comparison is None:
        raise HTTPException(404)
    return attachment(workbook(comparison.rows), "not-in-the-councils-lists.xlsx", MEDIA["xlsx"])
