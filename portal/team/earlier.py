"""An area beside its earlier inspection, in counts, for whoever leads an inspection; each reading is recorded."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.tables import Inspection
from portal.pages.forms import Form
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import EstimateReader, Visitor
from tasks.cohort.versions import cohorts_of
from tasks.ground.database import transaction

if TYPE_CHECKING:
    from tasks.comparing.periods import ComparedRow

router = APIRouter(prefix="/inspections/{ref}/earlier")


def _columns() -> tuple[ListingColumn["ComparedRow"], ...]:
    return (
        ListingColumn("about", "About", lambda row: row.about, chosen=True),
        ListingColumn("group", "Group", lambda row: row.group),
        ListingColumn("before", "Then", lambda row: row.before),
        ListingColumn("now", "Now", lambda row: row.now),
        ListingColumn("change", "Change", lambda row: row.change),
    )


@router.get("")
def show(request: Request, ref: str, member: EstimateReader) -> Response:
    """Show the cohort beside that of the last inspection of the area."""
    return _show(request, ref, member, Wanted())


@router.post("")
def some(request: Request, ref: str, member: EstimateReader, form: Form) -> Response:
    """Show or download the counts that are wanted."""
    return _show(request, ref, member, wanted_in(form))


def _show(request: Request, ref: str, member: Visitor, wanted: Wanted) -> Response:
    # Imported here, because frames take a moment that other pages do not need.
    from tasks.comparing.reading import read_comparison

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        if not cohorts_of(session, ref):
            raise HTTPException(404)
    comparison = read_comparison(ref, by=member.by)
    columns = _columns()
    facts: dict[str, Any] = {"inspection": inspection, "comparison": comparison, "back": f"/inspections/{ref}"}
    listing = arrange(comparison.rows, columns, wanted)
    return answer(request, "earlier", "Compared with the last inspection", listing, columns, **facts)
