"""Who opened which list, return, report or letter of an inspection, with counts."""

from fastapi import APIRouter, Request, Response

from models.tables import Inspection
from portal.pages.forms import Form
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import ReadingsReader
from tasks.ground.database import transaction
from tasks.reading.openings import Opening, openings

router = APIRouter(prefix="/inspections/{ref}/openings")
_COLUMNS: tuple[ListingColumn[Opening], ...] = (
    ListingColumn("what", "Opened", lambda row: row.what, chosen=True),
    ListingColumn("subject", "Which", lambda row: row.subject),
    ListingColumn("by", "By", lambda row: row.by, chosen=True, person=True),
    ListingColumn("times", "Times", lambda row: row.times),
    ListingColumn("first", "First", lambda row: row.first),
    ListingColumn("last", "Last", lambda row: row.last),
)


@router.get("")
def listed(request: Request, ref: str, _: ReadingsReader) -> Response:
    """Show who opened what, newest first."""
    return _listed(request, ref, Wanted())


@router.post("")
def some(request: Request, ref: str, _: ReadingsReader, form: Form) -> Response:
    """Show or download the openings that are wanted."""
    return _listed(request, ref, wanted_in(form))


def _listed(request: Request, ref: str, wanted: Wanted) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        listing = arrange(openings(session, ref), _COLUMNS, wanted)
    back = f"/inspections/{ref}"
    return answer(request, "openings", "Who opened what", listing, _COLUMNS, back=back, inspection=inspection)
