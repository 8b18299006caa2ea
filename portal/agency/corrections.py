"""Corrections of data that an agency sent, as a person asks for them: what is wrong, and the agency's answer."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.refusals import Mistake, Refusal
from models.tables import PersonsCorrection, Submission
from models.tables import Request as ReturnRequest
from models.words import long_weekday
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.session import AgencyPerson, Visitor
from tasks.ground.database import transaction
from tasks.persons_requests.correcting import (
    FORM,
    NoCorrectionError,
    answer,
    name_of,
    newer_version,
    read_correction,
)
from validation.files.parts import row_in_words

router = APIRouter(prefix="/corrections/{correction}")


def task_of(session: Session, row: PersonsCorrection) -> dict[str, Any]:
    """Return a correction that waits as a task of the agency's first page."""
    return {
        "title": {"text": f"Answer {row.id}: {name_of(session, row)}"},
        "hint": {"text": f"Answer by {long_weekday(row.due_on)}"},
        "href": f"/corrections/{row.id}",
        "status": {"tag": {"text": "To do", "classes": "govuk-tag--blue"}},
    }


@router.get("")
def show(request: Request, correction: str, sender: AgencyPerson) -> Response:
    """Show what is wrong, where it stands and the form for the answer; each opening is recorded."""
    return _show(request, correction, sender)


def _show(request: Request, identity: str, sender: Visitor, refused: Refusal | None = None) -> Response:
    try:
        row, text = read_correction(identity, by=sender.by, agency_id=sender.agency_id)
    except NoCorrectionError:
        raise HTTPException(404) from None
    with transaction() as session:
        sent = session.get_one(Submission, row.version)
        facts: dict[str, Any] = {
            "row": row,
            "text": text,
            "name": name_of(session, row),
            "newer": newer_version(session, row),
        }
        facts["return_request"] = session.get_one(ReturnRequest, sent.request_id)
    facts["places"] = [f"{sheet}, {row_in_words(int(number))}" for sheet, number in row.places]
    mistakes = tuple(Mistake(each.field or "outcome", each.text) for each in refused.mistakes) if refused else ()
    facts |= {"status": 422 if mistakes else 200, "mistakes": mistakes, **FORM}
    return page(request, "correction", f"Correction {row.id}", back="/", **facts)


@router.post("")
def send_answer(request: Request, correction: str, sender: AgencyPerson, form: Form) -> Response:
    """Record what the agency answers, of which the data protection officer is told."""
    try:
        answer(correction, text_of(form, "outcome"), text_of(form, "refusal"), by=sender.by, agency_id=sender.agency_id)
    except NoCorrectionError:
        raise HTTPException(404) from None
    except Refusal as refused:
        return _show(request, correction, sender, refused)
    return to(f"/corrections/{correction}", "persons_correction_answered", correction)
