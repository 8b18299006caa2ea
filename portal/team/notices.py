"""The notices of an inspection for whoever leads it: who was told what, when, and whether it arrived."""

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, col, select

from models.states import Delivery
from models.tables import Agency, Inspection, Notice, Person
from models.words import titled
from portal.pages.forms import Form
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import WorkStarter
from portal.pages.words import DELIVERY
from tasks.ground.database import transaction

router = APIRouter(prefix="/inspections/{ref}/notices")
Told = tuple[Notice, str, str]
"""A notice, whom it told, and of which agency they are."""

_COLUMNS: tuple[ListingColumn[Told], ...] = (
    ListingColumn("written", "Written", lambda row: row[0].written_at),
    ListingColumn("to", "To", lambda row: row[1]),
    ListingColumn("agency", "Agency", lambda row: row[2], chosen=True),
    ListingColumn("kind", "About", lambda row: titled(row[0].kind), chosen=True),
    ListingColumn("delivery", "Delivery", lambda row: DELIVERY[Delivery(row[0].delivery)], chosen=True),
    ListingColumn("sent", "Sent", lambda row: row[0].sent_at),
)


@router.get("")
def listed(request: Request, ref: str, _: WorkStarter) -> Response:
    """Show the notices, newest first."""
    return _listed(request, ref, Wanted())


@router.post("")
def some(request: Request, ref: str, _: WorkStarter, form: Form) -> Response:
    """Show or download the notices that are wanted."""
    return _listed(request, ref, wanted_in(form))


def _listed(request: Request, ref: str, wanted: Wanted) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        listing = arrange(_notices(session, ref), _COLUMNS, wanted)
    back = f"/inspections/{ref}"
    return answer(request, "notices", "Notices", listing, _COLUMNS, back=back, inspection=inspection, delivery=DELIVERY)


def _notices(session: Session, ref: str) -> list[Told]:
    """Return the notices of an inspection with whom they told, in one query each for notices, persons and agencies."""
    query = (
        select(Notice, Person.name, Agency.name)
        .outerjoin(Person, col(Person.id) == Notice.person_id)
        .outerjoin(Agency, col(Agency.id) == Notice.agency_id)
        .where(Notice.inspection == ref)
        .order_by(col(Notice.written_at).desc(), Notice.id)
    )
    return [(row, person or row.to_name, agency or "") for row, person, agency in session.exec(query)]
