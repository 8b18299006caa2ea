"""Where each recipient published the letter, as whoever leads an inspection follows it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from models import words
from models.refusals import Mistake
from models.tables import Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.recipients import entered_in, record
from portal.pages.session import LetterDecider, Visitor
from tasks.ground.database import transaction
from tasks.publishing.recipients import counting_letter, due_day, duties

router = APIRouter(prefix="/inspections/{ref}/publication")


@router.get("")
def show(request: Request, ref: str, member: LetterDecider) -> Response:
    """Show who published the letter where, and the form for what an agency said otherwise."""
    return _show(request, ref, member, FormData())


def _show(request: Request, ref: str, _member: Visitor, form: FormData, mistakes: tuple[Mistake, ...] = ()) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        letter, listed = counting_letter(session, inspection), duties(session, inspection)
    facts: dict[str, Any] = {"inspection": inspection, "duties": listed, "given": entered_in(form)}
    # Before the letter is published, and after it was withdrawn, the page says that nobody owes anything.
    facts |= {"due": words.long_weekday(due_day(letter)) if letter else "", "version": letter.version if letter else 0}
    title, back = "Who published the letter", f"/inspections/{ref}"
    return page(request, "recipients", title, status=422 if mistakes else 200, mistakes=mistakes, back=back, **facts)


@router.post("")
def send(request: Request, ref: str, member: LetterDecider, form: Form) -> Response:
    """Record for an agency where and when it published the letter."""
    agency = text_of(form, "agency")
    with transaction() as session:
        known_here = {duty.agency_id for duty in duties(session, session.get_one(Inspection, ref))}
    if agency not in known_here:
        return _show(request, ref, member, form, (Mistake("agency", "Choose an agency."),))
    if mistakes := record(ref, agency, form, by=member.by):
        return _show(request, ref, member, form, mistakes)
    return to(f"/inspections/{ref}/publication", "publication")
