"""Who opened an agency's data: its people see what, when and how often, by role; no person is named to them."""

from fastapi import APIRouter, Request, Response

from portal.pages.forms import Form
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import AgencyPerson, Sender, Visitor
from tasks.ground.database import transaction
from tasks.oversight.reading import Opened, opened_of, without_agencies

router = APIRouter(prefix="/opened")
COLUMNS: tuple[ListingColumn[Opened], ...] = (
    ListingColumn("what", "Opened", lambda row: row.what, chosen=True),
    ListingColumn("role", "By", lambda row: row.role.capitalize(), chosen=True),
    ListingColumn("times", "Times", lambda row: row.times),
    ListingColumn("first", "First", lambda row: row.first),
    ListingColumn("last", "Last", lambda row: row.last),
)
"""The columns of what was opened; no person is named."""


@router.get("")
def show(request: Request, sender: Sender) -> Response:
    """Show what was opened of what the agency sent."""
    return _show(request, sender, EVERYTHING)


@router.post("")
def some(request: Request, sender: AgencyPerson, form: Form) -> Response:
    """Show or download the openings that are wanted."""
    return _show(request, sender, wanted_in(form))


def _show(request: Request, sender: Visitor, wanted: Wanted) -> Response:
    with transaction() as session:
        listing = arrange(opened_of(session, sender.inspection, sender.agency_id), COLUMNS, wanted)
        unsaid = without_agencies(session, sender.inspection)
    return answer(request, "opened", "Who opened your data", listing, COLUMNS, back="/", unsaid=unsaid)
