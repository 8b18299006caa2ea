"""Where an agency published the letter, as the law asks of each recipient."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from models import words
from models.refusals import Mistake
from models.tables import Agency, Inspection
from portal.pages.forms import Form
from portal.pages.frame import page, to
from portal.pages.recipients import entered_in, record
from portal.pages.session import Sender, Visitor
from tasks.ground.database import transaction
from tasks.publishing.recipients import counting_letter, due_day, duties

router = APIRouter(prefix="/publication")


@router.get("")
def show(request: Request, sender: Sender) -> Response:
    """Show what the law asks, and the form or what was recorded."""
    return _show(request, sender, FormData())


def _show(request: Request, sender: Visitor, form: FormData, mistakes: tuple[Mistake, ...] = ()) -> Response:
    with transaction() as session:
        inspection, agency = session.get_one(Inspection, sender.inspection), session.get_one(Agency, sender.agency_id)
        letter = counting_letter(session, inspection)
        duty = next((duty for duty in duties(session, inspection) if duty.agency_id == agency.id), None)
    if letter is None or duty is None:
        raise HTTPException(404)
    facts: dict[str, Any] = {"inspection": inspection, "agency": agency, "duty": duty, "given": entered_in(form)}
    facts["due"] = words.long_weekday(due_day(letter))
    title = "Where did you publish the letter?"
    return page(request, "publication", title, status=422 if mistakes else 200, mistakes=mistakes, back="/", **facts)


@router.post("")
def send(request: Request, sender: Sender, form: Form) -> Response:
    """Record where and when the agency published the letter."""
    if mistakes := record(sender.inspection, sender.agency_id, form, by=sender.by):
        return _show(request, sender, form, mistakes)
    return to("/publication", "publication")
