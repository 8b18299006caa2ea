"""Meetings for the inspection's team: planned ones by day, who agrees to be met, and records of those with the area."""

import secrets
from typing import Any

from fastapi import APIRouter, Request, Response

from models.refusals import Mistake, Refusal
from models.roles import ROLE_LABELS
from models.tables import Inspection
from portal.pages.forms import Form, date_of, text_of, texts_of
from portal.pages.frame import page, to
from portal.pages.reader import reader_for
from portal.pages.session import Inspector, MeetingRecorder
from tasks.ground.database import transaction
from tasks.meetings import family, records
from tasks.meetings.records import RecordWords
from tasks.people.persons import members

router = APIRouter(prefix="/inspections/{ref}/meetings")

FAMILY_WORDS: dict[str, Any] = {
    "planned_kinds": family.PLANNED_KINDS,
    "venues": family.VENUES,
    "asked_for": family.ASK_FOR,
    "persons": family.CONSENT_OF,
    "consent_answers": family.ANSWERS,
    "askers": family.ASKED_BY,
}
"""The words for codes of planned meetings and consent, as pages of the team need them."""


@router.get("")
def listed(request: Request, ref: str, member: Inspector) -> Response:
    """Show the planned meetings by day, who agrees to be met, and the records; reading the families' is recorded."""
    # The room of readers is imported where it is used: it brings what other pages do not need.
    from tasks.reading.meetings import read_family_meetings

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        shown = read_family_meetings(session, ref, reader_for(session, ref, member))
        rows = records.records_of(session, ref)
    days = shown.by_day(inspection.now())
    facts: dict[str, Any] = {"inspection": inspection, "days": days, "consents": shown.consents, "records": rows}
    return page(request, "meetings", "Meetings", held_kinds=records.HELD_KINDS, **FAMILY_WORDS, **facts)


@router.get("/new")
def begin(request: Request, ref: str, _: MeetingRecorder) -> Response:
    """Show the form for the record of a meeting."""
    return _form(request, ref, {"once": secrets.token_urlsafe(24), "present": (), "attending": ()})


def _form(request: Request, ref: str, entered: dict[str, Any], mistakes: tuple[Mistake, ...] = ()) -> Response:
    with transaction() as session:
        inspection, people = session.get_one(Inspection, ref), members(session, ref)
    facts: dict[str, Any] = {"inspection": inspection, "people": people, "roles": ROLE_LABELS, "entered": entered}
    facts |= {"held_kinds": records.HELD_KINDS, "offices": records.ATTENDING, "longest": records.LONGEST}
    title, back = "Record a meeting", f"/inspections/{ref}/meetings"
    return page(
        request, "record_meeting", title, status=422 if mistakes else 200, mistakes=mistakes, back=back, **facts
    )


@router.post("/new")
def record(request: Request, ref: str, member: MeetingRecorder, form: Form) -> Response:
    """Keep the record of a meeting."""
    present, attending = texts_of(form, "present"), texts_of(form, "attending")
    words = RecordWords(text_of(form, "kind"), date_of(form, "on"), present, attending, text_of(form, "text"))
    once = text_of(form, "once")
    try:
        identity = records.record_meeting(ref, words, once=once, by=member.by)
    except Refusal as refused:
        names = ("kind", "text", "once", "on-day", "on-month", "on-year")
        entered: dict[str, Any] = {name: text_of(form, name) for name in names}
        return _form(request, ref, {**entered, "present": present, "attending": attending}, refused.mistakes)
    return to(f"/inspections/{ref}/meetings/{identity}", "meeting")


@router.get("/{record}")
def show(request: Request, ref: str, record: str, member: Inspector) -> Response:
    """Show the record of a meeting; each reading is recorded."""
    row, text = records.read_record(ref, record, by=member.by)
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
    facts: dict[str, Any] = {"inspection": inspection, "record": row, "text": text, "offices": records.ATTENDING}
    back = f"/inspections/{ref}/meetings"
    return page(request, "meeting", records.HELD_KINDS[row.kind], back=back, **facts)
