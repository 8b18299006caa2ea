"""Who is in whose list, as the team sees it: chart, matrix, the overlaps expected, and the hidden children by name."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.tables import Cohort, Inspection
from models.why_addresses import WHY_ADDRESSES, WhyAddresses, why_in
from models.words import joined, plain, titled
from portal.pages.forms import Form, text_of
from portal.pages.frame import page
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import Member, Visitor
from portal.team.sight import SeesAll
from tasks.cohort.overlaps import KNOW_OF_ABUSE, ListOverlaps, in_words, lists
from tasks.cohort.versions import cohort_in_force, cohorts_of
from tasks.ground.database import transaction
from tasks.ledger.themes import theme_of
from validation.across.checking import unasked

if TYPE_CHECKING:
    from tasks.cohort.hidden_children import HiddenChild

router = APIRouter(prefix="/inspections/{ref}/lists")
_LISTED_BY = {"marac": "a Marac", "voluntary": "a specialist service"}
_PICTURES = frozenset({"groups", "matrix"})


def _cohort(session: Session, ref: str) -> Cohort | None:
    return cohort_in_force(session, ref) if cohorts_of(session, ref) else None


@router.get("")
def show(request: Request, ref: str, _: Member) -> Response:
    """Show who is in whose list, in counts."""
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        cohort = _cohort(session, ref)
    theme = theme_of(inspection)
    facts: dict[str, Any] = {"inspection": inspection, "cohort": cohort, "unasked": unasked(theme)}
    if cohort:
        lists_ = lists(cohort.counts, cohort.children)
        known_to_be = theme.lists.children
        facts |= {"lists": lists_, "said": in_words(lists_, known_to_be), "known_to_be": known_to_be}
        kinds = [kind for kind in theme.in_scope if kind in KNOW_OF_ABUSE]
        facts["listing"] = joined([_LISTED_BY.get(kind, plain(kind)) for kind in kinds], "or")
        # Without any list of the council every child looks hidden, and the page must say so.
        facts["uncompared"] = not any(version["code"].startswith("LA-") for version in cohort.inputs)
    return page(request, "lists", "Who is in whose list", **facts)


@router.get("/{picture}.svg")
def picture(ref: str, picture: str, _: Member) -> Response:
    """Show one of the pictures; the page says the same in a table."""
    with transaction() as session:
        cohort = _cohort(session, ref)
    if cohort is None or picture not in _PICTURES:
        raise HTTPException(404)
    return Response(_drawn(picture, ref, cohort.version), media_type="image/svg+xml")


@lru_cache(maxsize=64)
def _drawn(name: str, ref: str, version: int) -> str:
    """Return a picture of a frozen version, which never changes."""
    from tasks.cohort.pictures import matrix_svg, upset_svg

    with transaction() as session:
        cohort = session.get_one(Cohort, (ref, version))
    lists_: ListOverlaps = lists(cohort.counts, cohort.children)
    return upset_svg(lists_) if name == "groups" else matrix_svg(lists_)


def _columns() -> tuple[ListingColumn["HiddenChild"], ...]:
    return (
        ListingColumn(
            "name", "Name in the record", lambda child: [record.name or "No name" for record in child.records]
        ),
        ListingColumn("born", "Born", lambda child: [record.born for record in child.records]),
        ListingColumn("postcode", "Postcode", lambda child: [record.postcode for record in child.records]),
        ListingColumn(
            "in", "Found in", lambda child: [f"{record.return_code} row {record.row}" for record in child.records]
        ),
        ListingColumn("agencies", "Known to", lambda child: [titled(kind) for kind in child.agencies], chosen=True),
        ListingColumn(
            "risk", "Police risk", lambda child: titled(child.police_risk) if child.incidents else "", chosen=True
        ),
        ListingColumn("incidents", "Incidents", lambda child: child.incidents),
        ListingColumn("perhaps", "May be in the council's lists", lambda child: bool(child.perhaps), chosen=True),
    )


@router.get("/hidden")
def hidden(request: Request, ref: str, member: SeesAll) -> Response:
    """Show the hidden children by name; the audit records the reading."""
    return _hidden(request, ref, member, Wanted())


@router.post("/hidden")
def some_hidden(request: Request, ref: str, member: SeesAll, form: Form) -> Response:
    """Show or download those that are wanted, and where families live to somebody who says why; the audit has both."""
    return _hidden(request, ref, member, wanted_in(form), why_in(text_of(form, "why")))


def _hidden(request: Request, ref: str, member: Visitor, wanted: Wanted, why: WhyAddresses | None = None) -> Response:
    # Imported here, because frames take a moment that other pages do not need.
    from tasks.cohort.hidden_children import read_hidden

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        if _cohort(session, ref) is None:
            raise HTTPException(404)
    cohort, children = read_hidden(ref, by=member.by, why=why)
    columns = _columns()
    facts: dict[str, Any] = {"inspection": inspection, "cohort": cohort, "all": len(children)}
    facts |= {"back": f"/inspections/{ref}/lists", "known_to_be": theme_of(inspection).lists.children}
    facts |= {"why": WHY_ADDRESSES, "given": why}
    return answer(request, "hidden", "Hidden children", arrange(children, columns, wanted), columns, **facts)
