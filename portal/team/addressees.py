"""To whom the letter is addressed and who signs it, entered here by those who decide on the letter."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import select
from starlette.datastructures import FormData

from models.refusals import Mistake, Refusal
from models.tables import Agency, Inspection
from portal.pages.forms import Form, date_of, text_of
from portal.pages.frame import page, to
from portal.pages.session import LetterDecider
from tasks.ground.database import transaction
from tasks.inspection.days import day_of
from tasks.ledger.themes import theme_of
from tasks.letters.embargo import tell_newly_addressed
from tasks.people.letter_people import (
    Addressed,
    LetterPeopleError,
    address_letter,
    addressees_of,
    body_of,
    remove_addressee,
    sign_letters,
    signatory_of,
)

router = APIRouter(prefix="/inspections/{ref}/addressees")


@router.get("")
def listed(request: Request, ref: str, _: LetterDecider) -> Response:
    """Show addressees in order and the signatory of each inspectorate, with the forms for both."""
    return _listed(request, ref)


def _listed(
    request: Request, ref: str, mistakes: tuple[Mistake, ...] = (), entered: FormData | None = None
) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        bodies = theme_of(inspection).inspectorates
        published = day_of(session, ref, "publication")
        facts: dict[str, Any] = {
            "inspection": inspection,
            "addressees": [(row, body_of(session, row)) for row in addressees_of(session, ref)],
            "agencies": list(session.exec(select(Agency).where(Agency.inspection == ref).order_by(Agency.id))),
            "signing": [(body, signatory_of(session, body, published)) for body in bodies],
            "published": published,
            "entered": entered or {},
        }
    title, back = "Who the letter is from and to", f"/inspections/{ref}/letter"
    return page(request, "addressees", title, status=422 if mistakes else 200, mistakes=mistakes, back=back, **facts)


@router.post("")
def enter(request: Request, ref: str, member: LetterDecider, form: Form) -> Response:
    """Enter somebody to whom the letter is addressed."""
    names = ("name", "office", "body", "agency")
    try:
        with transaction() as session:
            address_letter(session, ref, Addressed(*(text_of(form, name) for name in names)), by=member.by)
            tell_newly_addressed(session, ref)
    except Refusal as refused:
        return _listed(request, ref, refused.mistakes, form)
    return to(f"/inspections/{ref}/addressees", "addressee")


@router.post("/{addressee}/remove")
def remove(ref: str, addressee: str, member: LetterDecider) -> Response:
    """Take somebody off the list."""
    with transaction() as session:
        remove_addressee(session, ref, addressee, by=member.by)
    return to(f"/inspections/{ref}/addressees", "addressee-removed")


@router.post("/signatories")
def sign(request: Request, ref: str, member: LetterDecider, form: Form) -> Response:
    """Enter who signs for an inspectorate from a day on."""
    body = text_of(form, "inspectorate")
    try:
        with transaction() as session:
            if body not in theme_of(session.get_one(Inspection, ref)).inspectorates:
                raise LetterPeopleError("Choose an inspectorate from the list.", field="inspectorate")
            name, office = text_of(form, "signatory"), text_of(form, "signatory-office")
            sign_letters(session, body, name=name, office=office, from_day=date_of(form, "from"), by=member.by)
    except Refusal as refused:
        return _listed(request, ref, refused.mistakes, form)
    return to(f"/inspections/{ref}/addressees", "signatory")
