"""Pages that everybody can open: what the service says of itself, each sentence from what is so."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from models.networks import networks_in
from models.retention import CLASS_LABELS, RecordClass
from models.settings import settings
from models.tables import Inspection
from models.words import joined, plural
from portal.pages.frame import page
from portal.pages.session import signed_in_of
from portal.service.cookies import cookies, operators_cookies
from tasks.ground.database import transaction
from tasks.people.persons import lead_of
from tasks.retention.schedule import schedule_without_theme

router = APIRouter()

STANDARD = "WCAG 2.2, levels A and AA"
"""The rules that tests hold pages against."""


@router.get("/accessibility")
def accessibility(request: Request) -> Response:
    """Show the accessibility statement."""
    return page(request, "accessibility", "Accessibility statement", standard=STANDARD, contact=_contact())


@router.get("/privacy")
def privacy(request: Request) -> Response:
    """Show the privacy notice."""
    sends = settings().notify_key is not None or settings().smtp_url is not None
    schedule = schedule_without_theme()
    periods = [(CLASS_LABELS[kind], schedule.longest(kind, ()).months) for kind in RecordClass]
    unasked = plural(settings().unasked_hours, "hour")
    facts: dict[str, Any] = {"contact": _contact(), "sends": sends, "periods": periods, "unasked": unasked}
    facts["networks"] = joined([each.name for each in networks_in(settings().networks)])
    return page(request, "privacy", "Privacy notice", **facts)


@router.get("/cookies")
def cookie_page(request: Request) -> Response:
    """Show the cookies and how long each lasts."""
    idle = settings().idle_minutes
    return page(request, "cookies", "Cookies", cookies=cookies(), operators=operators_cookies(), idle=idle)


@router.get("/help")
def help_page(request: Request) -> Response:
    """Show where help is, for somebody who cannot get on."""
    days, hours = settings().link_days, settings().session_hours
    return page(request, "help", "Help", contact=_contact(), days=days, hours=hours)


@router.get("/contact")
def contact_page(request: Request) -> Response:
    """Show whom to contact: the service, and who leads the inspections that a signed-in person takes part in."""
    return page(request, "contact", "Contact", contact=_contact(), leads=_leads(request), signed_in=_is_in(request))


@router.get("/feedback")
def feedback(request: Request) -> Response:
    """Show where feedback goes."""
    return page(request, "feedback", "Feedback", contact=_contact())


def _contact() -> str:
    return settings().contact_address or ""


def _is_in(request: Request) -> bool:
    return signed_in_of(request) is not None


def _leads(request: Request) -> list[dict[str, Any]]:
    person = signed_in_of(request)
    refs = sorted({door.inspection for door in person.doors if door.inspection}) if person else []
    if not refs:
        return []
    with transaction() as session:
        return [_lead(session, ref) for ref in refs]


def _lead(session: Session, ref: str) -> dict[str, Any]:
    return {"area": session.get_one(Inspection, ref).area_name, "contact": lead_of(session, ref)}
