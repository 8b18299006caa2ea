"""Who opened which list, return, report or letter of an inspection, with counts."""

from fastapi import APIRouter, Request, Response

from models.roles import Role
from models.tables import Inspection
from portal.pages.forms import Form
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import ReadingsReader, Visitor
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

_FROM: ListingColumn[Opening] = ListingColumn("from", "From", lambda row: list(row.networks))


@router.get("")
def listed(request: Request, ref: str, member: ReadingsReader) -> Response:
    """Show who opened what, newest first; to the data protection officer from which networks, too."""
    return _listed(request, ref, Wanted(), member)


@router.post("")
def some(request: Request, ref: str, member: ReadingsReader, form: Form) -> Response:
    """Show or download the openings that are wanted."""
    return _listed(request, ref, wanted_in(form), member)


def _listed(request: Request, ref: str, wanted: Wanted, member: Visitor) -> Response:
    # Networks are kept for the officer alone: whoever only looks as one does not see them.
    oversees = member.role == Role.PROTECTION and not member.look
    columns = (*_COLUMNS, _FROM) if oversees else _COLUMNS
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        listing = arrange(openings(session, ref, origins=oversees), columns, wanted)
    back, facts = f"/inspections/{ref}", {"oversees": oversees}
    return answer(request, "openings", "Who opened what", listing, columns, back=back, inspection=inspection, **facts)
