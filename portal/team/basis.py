"""On which legal basis each agency of an inspection is asked for each item, and which requests are held."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import select

from models.legal_bases import ITEM_LABELS
from models.tables import Agency, Inspection, Person
from portal.pages.frame import page
from portal.pages.session import Member
from tasks.basis.standing import sentences, standing_of
from tasks.ground.database import transaction
from tasks.ledger.themes import theme_of

router = APIRouter(prefix="/inspections/{ref}/basis")


@router.get("")
def show(request: Request, ref: str, _: Member) -> Response:
    """Show each agency with its bases, what is in force with it, and what is missing."""
    rows: list[dict[str, Any]] = []
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        theme_ = theme_of(inspection)
        for agency in session.exec(select(Agency).where(Agency.inspection == ref).order_by(Agency.name, Agency.id)):
            standing = standing_of(session, inspection, agency, theme_)
            sharing = standing.sharing
            contact = session.get(Person, sharing.contact_id) if sharing else None
            rows.append(
                {
                    "agency": agency,
                    "items": [(ITEM_LABELS[item], gateways) for item, gateways in standing.bases.items()],
                    "sharing": sharing,
                    "contact": contact.name if contact else "",
                    "lacking": sentences(standing.lacks, sharing),
                }
            )
    back = f"/inspections/{ref}"
    return page(request, "basis", "Legal basis of what is asked for", back=back, inspection=inspection, rows=rows)


@router.get("/identifiers")
def identifiers(request: Request, ref: str, _: Member) -> Response:
    """Show how many records of each accepted return carry the consistent identifier: counts alone."""
    # Imported here, because frames take a moment that other pages do not need.
    from tasks.protection.identifiers import carrying

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
    title, back = "Records that carry the NHS number", f"/inspections/{ref}/basis"
    return page(request, "identifiers", title, back=back, inspection=inspection, rows=carrying(ref))
