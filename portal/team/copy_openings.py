"""Who of the agencies opened the copy before publication, as the team follows it."""

from fastapi import APIRouter, Request, Response

from models.tables import Inspection
from portal.pages.forms import Form
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import LetterReader
from tasks.ground.database import transaction
from tasks.letters.embargo import CopyOpening, copy_of, copy_openings, unopened_by

router = APIRouter(prefix="/inspections/{ref}/letter/openings")
_COLUMNS: tuple[ListingColumn[CopyOpening], ...] = (
    ListingColumn("agency", "Agency", lambda row: row.agency, chosen=True),
    ListingColumn("by", "By", lambda row: row.by, person=True),
    ListingColumn("version", "Version", lambda row: row.version),
    ListingColumn("times", "Times", lambda row: row.times),
    ListingColumn("first", "First", lambda row: row.first),
    ListingColumn("last", "Last", lambda row: row.last),
)


@router.get("")
def listed(request: Request, ref: str, _: LetterReader) -> Response:
    """Show which agencies opened the copy, by whom and when, and which have not."""
    return _listed(request, ref, Wanted())


@router.post("")
def some(request: Request, ref: str, _: LetterReader, form: Form) -> Response:
    """Show or download the openings that are wanted."""
    return _listed(request, ref, wanted_in(form))


def _listed(request: Request, ref: str, wanted: Wanted) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        listing = arrange(copy_openings(session, inspection), _COLUMNS, wanted)
        there = copy_of(session, ref) is not None
        unopened = unopened_by(session, inspection) if there else []
    facts = {"inspection": inspection, "unopened": unopened, "there": there}
    title, back = "Who opened the copy before publication", f"/inspections/{ref}/letter"
    return answer(request, "copy_openings", title, listing, _COLUMNS, back=back, **facts)
