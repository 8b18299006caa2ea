"""An agency's own records beside the council's lists: its rows about children who are in none of them."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.tables import Inspection
from models.tables.inspection import Agency
from portal.pages.forms import Form
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import AgencyPerson, Visitor
from tasks.ground.database import transaction

router = APIRouter(prefix="/records")
Cells = Mapping[str, str]


def _day(row: Cells, name: str) -> str:
    return "/".join(reversed(row[name].split("-"))) if row[name] else ""


_COLUMNS: tuple[ListingColumn[Cells], ...] = (
    ListingColumn("return", "Return", lambda row: row["return"], chosen=True),
    ListingColumn("row", "Row", lambda row: row["row"]),
    ListingColumn("forename", "Forename", lambda row: row["forename"]),
    ListingColumn("surname", "Surname", lambda row: row["surname"]),
    ListingColumn("born", "Born", lambda row: _day(row, "date_of_birth")),
    ListingColumn("due", "Due", lambda row: _day(row, "expected_date_of_birth")),
)


@router.get("")
def show(request: Request, sender: AgencyPerson) -> Response:
    """Show the agency's own rows about children who are in no list of the council."""
    return _show(request, sender, Wanted())


@router.post("")
def some(request: Request, sender: AgencyPerson, form: Form) -> Response:
    """Show or download the rows that are wanted."""
    return _show(request, sender, wanted_in(form))


def _show(request: Request, sender: Visitor, wanted: Wanted) -> Response:
    from tasks.cohort.own_records import read_own

    comparison = read_own(sender.agency_id, by=sender.by)
    if comparison is None:
        raise HTTPException(404)
    with transaction() as session:
        inspection, agency = session.get_one(Inspection, sender.inspection), session.get_one(Agency, sender.agency_id)
    listing = arrange(comparison.rows.rows(named=True), _COLUMNS, wanted)
    context: dict[str, Any] = {"inspection": inspection, "agency": agency, "comparison": comparison, "back": "/"}
    title = "Your records compared with the council's lists"
    return answer(request, "records", title, listing, _COLUMNS, **context)
