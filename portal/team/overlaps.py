"""Who is in whose list, as the team sees it: chart, matrix, the overlaps expected, and the hidden children by name."""

from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.tables import Cohort, Inspection
from models.themes import theme
from portal.pages.frame import page
from portal.pages.session import Member
from portal.team.sight import SeesAll
from tasks.cohort.overlaps import Lists, in_words, lists
from tasks.cohort.versions import cohort_in_force, cohorts_of
from tasks.ground.database import transaction
from validation.across.checking import unasked

router = APIRouter(prefix="/inspections/{ref}/lists")
_MOST_SHOWN = 500
_PICTURES = frozenset({"groups", "matrix"})


def _cohort(session: Session, ref: str) -> Cohort | None:
    return cohort_in_force(session, ref) if cohorts_of(session, ref) else None


@router.get("")
def show(request: Request, ref: str, _: Member) -> Response:
    """Show who is in whose list, in counts."""
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        cohort = _cohort(session, ref)
    facts: dict[str, Any] = {"inspection": inspection, "cohort": cohort, "unasked": unasked(theme(inspection.theme_id))}
    if cohort:
        lists_ = lists(cohort.counts, cohort.children)
        facts |= {"lists": lists_, "said": in_words(lists_)}
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
    lists_: Lists = lists(cohort.counts, cohort.children)
    return upset_svg(lists_) if name == "groups" else matrix_svg(lists_)


@router.get("/hidden")
def hidden(request: Request, ref: str, member: SeesAll) -> Response:
    """Show the hidden children by name; the audit records the reading."""
    # Imported here, because frames take a moment that other pages do not need.
    from tasks.cohort.hidden_children import read_hidden

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        if _cohort(session, ref) is None:
            raise HTTPException(404)
    cohort, children = read_hidden(ref, by=member.by)
    facts: dict[str, Any] = {"inspection": inspection, "cohort": cohort, "all": len(children)}
    facts["children"] = children[:_MOST_SHOWN]
    return page(request, "hidden", "Hidden children", back=f"/inspections/{ref}/lists", **facts)
