"""What triangulates what: behind each finding, area and criterion, which kinds of evidence stand, and from whom."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from models.tables import Inspection
from models.words import titled
from portal.pages.forms import Form, text_of
from portal.pages.frame import page
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, arrange, list_file, wanted_in
from portal.pages.reader import reader_for
from portal.pages.session import Inspector, Visitor
from tasks.ground.database import transaction
from tasks.ledger.themes import theme_of

if TYPE_CHECKING:
    from tasks.reading.triangulation import Behind

router = APIRouter(prefix="/inspections/{ref}/evidence")


def _columns(
    first: str, names: Mapping[str, str], agencies: Mapping[str, str], kinds: Mapping[str, str]
) -> tuple[ListingColumn["Behind"], ...]:
    return (
        ListingColumn("of", first, lambda row: names[row.code]),
        *(ListingColumn(kind, text, _count_of(kind)) for kind, text in kinds.items()),
        ListingColumn(
            "agencies", "Agencies", lambda row: tuple(agencies.get(kind, kind) for kind in row.agencies), chosen=True
        ),
        ListingColumn("inspectorates", "Inspectorates", lambda row: row.inspectorates, chosen=True),
        ListingColumn("thin", "What is thin", lambda row: row.sentence, chosen=True),
        ListingColumn("unrecorded", "Named and not recorded here", lambda row: row.unrecorded, chosen=True),
    )


def _count_of(kind: str) -> Callable[["Behind"], int]:
    return lambda row: row.counts.get(kind, 0)


@router.get("")
def show(request: Request, ref: str, member: Inspector) -> Response:
    """Show what stands behind everything, as the reader sees it: kinds and numbers, no words."""
    return _show(request, ref, member, "", EVERYTHING)


@router.post("")
def some(request: Request, ref: str, member: Inspector, form: Form) -> Response:
    """Show or download what is wanted of one of the 3 lists."""
    return _show(request, ref, member, text_of(form, "list"), wanted_in(form))


_TABLES = {
    "findings": ("Behind each finding", "Finding"),
    "areas": ("Behind each area of evaluation", "Area"),
    "criteria": ("Behind each criterion", "Criterion"),
}
"""The title of each list, and of its first column."""


def _show(request: Request, ref: str, member: Visitor, name: str, wanted: Wanted) -> Response:
    # Imported here, because the sample brings frames that other pages do not need.
    from tasks.reading.triangulation import KINDS, triangulation

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        reader = reader_for(session, ref, member)
        stands = triangulation(session, ref, reader, member.person)
    theme_ = theme_of(inspection)
    names = {
        "areas": {area.code: area.label for area in theme_.evaluation_areas},
        "criteria": {tag: titled(tag) for tag in theme_.finding_tags},
        "findings": {row.code: row.code for row in stands.findings},
    }
    rows = {"findings": stands.findings, "areas": stands.areas, "criteria": stands.criteria}
    listings = {}
    for which, (title, first) in _TABLES.items():
        columns = _columns(first, names[which], stands.agencies, KINDS)
        listings[which] = arrange(rows[which], columns, wanted if which == name else EVERYTHING)
        if listings[which].wanted.download:
            return list_file(title, listings[which], columns)
    facts: dict[str, Any] = {"inspection": inspection, "stands": stands, "kinds": KINDS, "names": names}
    facts |= {"narrowed": reader.kinds is not None, "listings": listings}
    return page(request, "behind", "What stands behind what", back=f"/inspections/{ref}/notes", **facts)
