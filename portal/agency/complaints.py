"""An agency complains about the inspection after the letter is published, and reads what was decided."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.refusals import Mistake, Refusal
from models.states import ComplaintFrom
from models.tables import Agency, Inspection
from portal.pages.complaints import complaint_columns, complaint_facts, outcome_tag
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.listing import EVERYTHING, Wanted, answer, arrange, wanted_in
from portal.pages.session import AgencyPerson, Visitor
from tasks.complaints.recording import (
    LATE,
    LONGEST,
    ComplaintWords,
    complaint_of,
    complaint_refusal,
    complaints_of,
    complaints_until,
    record_complaint,
)
from tasks.ground.database import transaction

router = APIRouter(prefix="/complaints")


@router.get("")
def show(request: Request, sender: AgencyPerson) -> Response:
    """Show the form for a complaint, and those that the agency has made."""
    return _show(request, sender)


@router.post("/list")
def some(request: Request, sender: AgencyPerson, form: Form) -> Response:
    """Show or download the complaints of the agency that are wanted."""
    return _show(request, sender, wanted=wanted_in(form))


def _show(
    request: Request,
    sender: Visitor,
    mistakes: tuple[Mistake, ...] = (),
    entered: dict[str, str] | None = None,
    wanted: Wanted = EVERYTHING,
) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        until = complaints_until(session, inspection)
        columns = complaint_columns({sender.agency_id: session.get_one(Agency, sender.agency_id).name})
        listing = arrange(complaints_of(session, inspection.ref, sender.agency_id), columns, wanted)
        facts: dict[str, Any] = {
            "inspection": inspection,
            "tag_of": outcome_tag,
            "refusal": complaint_refusal(session, inspection),
            "until": until,
            "late": bool(until and inspection.today() > until),
            "reasons": LATE,
            "longest": LONGEST,
            "given": entered or {},
            "cells": columns,
        }
    facts |= {"status": 422 if mistakes else 200, "mistakes": mistakes, "back": "/"}
    return answer(request, "complain", "Complain about the inspection", listing, columns, **facts)


@router.post("")
def send(request: Request, sender: AgencyPerson, form: Form) -> Response:
    """Record the agency's complaint, which came today."""
    entered = {"text": text_of(form, "text"), "late_reason": text_of(form, "late_reason")}
    with transaction() as session:
        today = session.get_one(Inspection, sender.inspection).today()
    came = ComplaintFrom.AGENCY.value
    words = ComplaintWords(entered["text"], came, today, sender.agency_id, entered["late_reason"])
    try:
        identity = record_complaint(sender.inspection, words, by=sender.by)
    except Refusal as refused:
        return _show(request, sender, refused.mistakes, entered)
    return to(f"/complaints/{identity}", "complained")


@router.get("/{complaint}")
def own(request: Request, complaint: str, sender: AgencyPerson) -> Response:
    """Show a complaint of the agency and what was decided on it; the audit has who read it."""
    with transaction() as session:
        row = complaint_of(session, sender.inspection, complaint, sender.agency_id)
        facts = complaint_facts(session, row, by=sender.by)
    return page(request, "complaint", "Your complaint", back="/complaints", decides=False, asked=None, **facts)
