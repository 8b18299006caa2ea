"""The lead inspector sees any role's pages as that role sees them, without its rights; each page is recorded."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import Session, col, select

from models.refusals import Mistake
from models.roles import AGENCY_ROLES, ORGANISATION_ROLES, Act, Role
from models.tables import Agency, Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.looking import COOKIE, Look, begin
from portal.pages.reader import reader_for
from portal.pages.session import PersonBehind, Visitor, member_who_may, secure
from tasks.concerns.raising import agencies_that_act
from tasks.ground.database import transaction
from tasks.ledger.themes import theme_of

router = APIRouter()
LeadLooking = Annotated[Visitor, Depends(member_who_may(Act.SEE_AS))]
_FOR_CONCERNS = (Role.NAMED, Role.DIRECTOR)
_PROGRAMME = (Role.ASSURER, Role.MANAGER, Role.OVERSIGHT, Role.PROTECTION)


def _looks(session: Session, ref: str, member: Visitor) -> dict[str, Look]:
    """Return as whom the lead may look, by what the form sends: no agency whose records are kept back from them."""
    inspection = session.get_one(Inspection, ref)
    reader = reader_for(session, ref, member)
    agencies = session.exec(select(Agency).where(Agency.inspection == ref).order_by(col(Agency.name))).all()
    seen = [agency for agency in agencies if reader.sees(agency.id)]
    looks = [Look(ref, Role.OFFICER, agency.id, name=agency.name) for agency in seen]
    acting = {agency.id for agency in agencies_that_act(session, ref)}
    looks += [
        Look(ref, role, agency.id, name=agency.name) for role in _FOR_CONCERNS for agency in seen if agency.id in acting
    ]
    bodies = theme_of(inspection).inspectorates if reader.kinds is None else ()
    looks += [Look(ref, Role.INSPECTOR, inspectorate=name, name=name) for name in bodies]
    looks += [Look(ref, role) for role in _PROGRAMME]
    return {str(number): look for number, look in enumerate(looks)}


@router.get("/inspections/{ref}/as")
def choose(request: Request, ref: str, member: LeadLooking) -> Response:
    """Show as whom the lead may look."""
    return _form(request, ref, member)


def _form(request: Request, ref: str, member: Visitor, mistakes: tuple[Mistake, ...] = ()) -> Response:
    with transaction() as session:
        inspection, looks = session.get_one(Inspection, ref), _looks(session, ref, member)
    facts: dict[str, Any] = {"inspection": inspection, "looks": looks, "mistakes": mistakes}
    facts["status"] = 422 if mistakes else 200
    return page(request, "see_as", "See it as they see it", back=f"/inspections/{ref}", **facts)


@router.post("/inspections/{ref}/as")
def look(request: Request, ref: str, member: LeadLooking, form: Form) -> Response:
    """Begin to look."""
    with transaction() as session:
        chosen = _looks(session, ref, member).get(text_of(form, "role"))
    if chosen is None:
        return _form(request, ref, member, (Mistake("role", "Choose as whom you want to see the pages."),))
    answer = to(_first_page(chosen))
    begin(answer, member.session, chosen, secure=secure())
    return answer


def _first_page(chosen: Look) -> str:
    """Return where somebody of a role comes in."""
    if chosen.role in ORGANISATION_ROLES:
        return "/concerns"
    return "/" if chosen.role in AGENCY_ROLES else f"/inspections/{chosen.ref}"


@router.post("/looking/stop")
def stop(_: PersonBehind, form: Form) -> Response:
    """Stop looking: the lead is themselves again."""
    ref = text_of(form, "inspection")
    answer = to(f"/inspections/{ref}" if ref.replace("-", "").isalnum() else "/home")
    answer.delete_cookie(COOKIE)
    return answer
