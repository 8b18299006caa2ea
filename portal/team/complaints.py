"""Complaints about an inspection: recorded by a programme manager, and decided by two who did not take part."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import select

from models.decisions import COMPLAINT
from models.refusals import Mistake, Refusal
from models.tables import Agency, Inspection
from portal.pages.complaints import complaint_columns, complaint_facts, outcome_tag
from portal.pages.forms import Form, date_of, text_of
from portal.pages.frame import page, to
from portal.pages.fresh import check_fresh
from portal.pages.listing import EVERYTHING, Wanted, answer, arrange, wanted_in
from portal.pages.session import ComplaintDecider, Visitor
from tasks.complaints.deciding import OUTCOMES, store_decision
from tasks.complaints.recording import (
    CAME_FROM,
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
from tasks.inspection.holds import holds_on, may_be_destroyed
from tasks.jobs.second_person import take
from tasks.people.two_people import open_proposals

router = APIRouter(prefix="/inspections/{ref}/complaints")
_FIELDS = ("text", "came_from", "agency", "late_reason", "received-day", "received-month", "received-year")


@router.get("")
def listed(request: Request, ref: str, _: ComplaintDecider) -> Response:
    """Show the complaints that came, and the form for another."""
    return _listed(request, ref)


@router.post("/list")
def some(request: Request, ref: str, _: ComplaintDecider, form: Form) -> Response:
    """Show or download the complaints that are wanted."""
    return _listed(request, ref, wanted=wanted_in(form))


def _listed(
    request: Request,
    ref: str,
    mistakes: tuple[Mistake, ...] = (),
    entered: dict[str, str] | None = None,
    wanted: Wanted = EVERYTHING,
) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        agencies = session.exec(select(Agency).where(Agency.inspection == ref).order_by(Agency.name)).all()
        columns = complaint_columns({agency.id: agency.name for agency in agencies})
        listing = arrange(complaints_of(session, ref), columns, wanted)
        facts: dict[str, Any] = {
            "inspection": inspection,
            "agencies": {agency.id: agency.name for agency in agencies},
            "came_from": CAME_FROM,
            "tag_of": outcome_tag,
            "cells": columns,
            "refusal": complaint_refusal(session, inspection),
            "until": complaints_until(session, inspection),
            "destroyable": may_be_destroyed(ref, holds_on(session, ref)),
            "reasons": LATE,
            "longest": LONGEST,
            "given": entered or {},
        }
    facts |= {"status": 422 if mistakes else 200, "mistakes": mistakes, "back": f"/inspections/{ref}"}
    return answer(request, "complaints", "Complaints about the inspection", listing, columns, **facts)


@router.post("")
def record(request: Request, ref: str, member: ComplaintDecider, form: Form) -> Response:
    """Record a complaint that came by another way."""
    entered = {name: text_of(form, name) for name in _FIELDS}
    words = ComplaintWords(
        entered["text"], entered["came_from"], date_of(form, "received"), entered["agency"], entered["late_reason"]
    )
    try:
        identity = record_complaint(ref, words, by=member.by)
    except Refusal as refused:
        return _listed(request, ref, refused.mistakes, entered)
    return to(f"/inspections/{ref}/complaints/{identity}", "complaint")


@router.get("/{complaint}")
def show(request: Request, ref: str, complaint: str, member: ComplaintDecider) -> Response:
    """Show a complaint and the form for the decision; the audit has who read it."""
    return _show(request, ref, complaint, member)


def _show(
    request: Request,
    ref: str,
    complaint: str,
    member: Visitor,
    mistakes: tuple[Mistake, ...] = (),
    entered: dict[str, Any] | None = None,
) -> Response:
    with transaction() as session:
        row = complaint_of(session, ref, complaint)
        waiting = [each for each in open_proposals(session, ref) if each.act == COMPLAINT and each.subject == complaint]
        facts = {
            **complaint_facts(session, row, by=member.by),
            "decides": row.outcome is None and not waiting,
            "asked": waiting[0] if waiting else None,
            "outcomes": OUTCOMES,
            "longest": LONGEST,
            "given": entered or {},
        }
    facts["signs"] = f"/inspections/{ref}/complaints/{complaint}" if facts["decides"] else ""
    status, back = 422 if mistakes else 200, f"/inspections/{ref}/complaints"
    return page(request, "complaint", "Complaint", status=status, mistakes=mistakes, back=back, **facts)


@router.post("/{complaint}")
def decide(request: Request, ref: str, complaint: str, member: ComplaintDecider, form: Form) -> Response:
    """Ask another programme manager to confirm what is decided on a complaint."""
    entered = {"outcome": text_of(form, "outcome"), "text": text_of(form, "text")}
    incomplete = text_of(form, "incomplete") == "yes"
    with transaction() as session:
        complaint_of(session, ref, complaint)
    try:
        check_fresh(request)
        decision = store_decision(ref, complaint, entered["outcome"], entered["text"], incomplete=incomplete)
        values = {
            "inspection": ref,
            "complaint": complaint,
            "outcome": decision.outcome,
            "incomplete": decision.incomplete,
            "key": decision.key,
            "sha256": decision.sha256,
        }
        take(COMPLAINT, values, by=member.by)
    except Refusal as refused:
        mistakes = tuple(Mistake(each.field or "outcome", each.text) for each in refused.mistakes)
        return _show(request, ref, complaint, member, mistakes, {**entered, "incomplete": incomplete})
    return to(f"/inspections/{ref}/complaints/{complaint}", "complaint_asked")
