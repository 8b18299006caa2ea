"""Meetings for the inspection's team: planned ones, who agrees to be met, and records of those with the area."""

import secrets
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, select

from models.refusals import Mistake, Refusal
from models.roles import ROLE_LABELS
from models.tables import Agency, HeldMeeting, Inspection
from portal.pages.forms import Form, date_of, text_of, texts_of
from portal.pages.frame import page, to
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, arrange, list_file, wanted_in
from portal.pages.reader import reader_for
from portal.pages.session import Inspector, MeetingRecorder, Visitor
from tasks.ground.database import transaction
from tasks.meetings import family, records
from tasks.meetings.records import RecordWords
from tasks.people.persons import members, shown

if TYPE_CHECKING:
    from tasks.reading.meetings import Answered, WrittenMeeting

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

_PLANNED: tuple[ListingColumn["WrittenMeeting"], ...] = (
    ListingColumn("when", "When", lambda row: row.meeting.begins_at),
    ListingColumn("child", "Child", lambda row: row.meeting.child, chosen=True),
    ListingColumn("kind", "Meeting", lambda row: family.PLANNED_KINDS[row.meeting.kind], chosen=True),
    ListingColumn("venue", "Where", lambda row: family.VENUES[row.meeting.venue], chosen=True),
    ListingColumn("ask_for", "Ask for", lambda row: family.ASK_FOR[row.meeting.ask_for]),
    ListingColumn("text", "More about it", lambda row: row.text),
)
_CONSENTS: tuple[ListingColumn["Answered"], ...] = (
    ListingColumn("child", "Child", lambda row: row.consent.child, chosen=True),
    ListingColumn("of", "Who", lambda row: family.CONSENT_OF[row.consent.of], chosen=True),
    ListingColumn("answer", "Answer", lambda row: family.ANSWERS[row.consent.answer], chosen=True),
    ListingColumn("day", "Day", lambda row: row.consent.answered_on),
    ListingColumn(
        "asked_by", "Asked by", lambda row: family.ASKED_BY[row.consent.asked_by] if row.consent.asked_by else ""
    ),
    ListingColumn("text", "Before you meet them", lambda row: row.text),
)
_RECORDS: tuple[ListingColumn[HeldMeeting], ...] = (
    ListingColumn("kind", "Meeting", lambda row: records.HELD_KINDS[row.kind], chosen=True),
    ListingColumn("day", "Day", lambda row: row.day),
    ListingColumn("by", "Recorded by", lambda row: row.by, chosen=True, person=True),
)


@router.get("")
def listed(request: Request, ref: str, member: Inspector) -> Response:
    """Show the planned meetings, who agrees to be met, and the records; reading the families' is recorded."""
    return _listed(request, ref, member, "", EVERYTHING)


@router.post("/list")
def some(request: Request, ref: str, member: Inspector, form: Form) -> Response:
    """Show or download what is wanted of one of the 3 lists; reading the families' is recorded."""
    return _listed(request, ref, member, text_of(form, "list"), wanted_in(form))


def _listed(request: Request, ref: str, member: Visitor, name: str, wanted: Wanted) -> Response:
    # The room of readers is imported where it is used: it brings what other pages do not need.
    from tasks.reading.meetings import read_family_meetings

    def of(which: str) -> Wanted:
        return wanted if which == name else EVERYTHING

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        minutes = arrange(records.records_of(session, ref), _RECORDS, of("records"))
        if minutes.wanted.download:
            # Nothing about a family is in this file.
            return list_file("Meetings with the area", minutes, _RECORDS)
        shown = read_family_meetings(session, ref, reader_for(session, ref, member))
    planned = arrange(shown.coming(inspection.now()), _PLANNED, of("planned"))
    if planned.wanted.download:
        return list_file("Planned meetings", planned, _PLANNED)
    consents = arrange(shown.consents, _CONSENTS, of("consents"))
    if consents.wanted.download:
        return list_file("Who agrees to meet inspectors", consents, _CONSENTS)
    facts: dict[str, Any] = {"inspection": inspection, "planned": planned, "consents": consents, "records": minutes}
    return page(request, "meetings", "Meetings", held_kinds=records.HELD_KINDS, **FAMILY_WORDS, **facts)


@router.get("/new")
def begin(request: Request, ref: str, _: MeetingRecorder) -> Response:
    """Show the form for the record of a meeting."""
    return _form(request, ref, {"once": secrets.token_urlsafe(24), "present": (), "attending": ()})


def _form(request: Request, ref: str, entered: dict[str, Any], mistakes: tuple[Mistake, ...] = ()) -> Response:
    with transaction() as session:
        inspection, people = session.get_one(Inspection, ref), _people(session, ref)
    facts: dict[str, Any] = {"inspection": inspection, "people": people, "entered": entered}
    facts |= {"held_kinds": records.HELD_KINDS, "offices": records.ATTENDING, "longest": records.LONGEST}
    title, back = "Record a meeting", f"/inspections/{ref}/meetings"
    return page(
        request, "record_meeting", title, status=422 if mistakes else 200, mistakes=mistakes, back=back, **facts
    )


def _people(session: Session, ref: str) -> list[tuple[str, str]]:
    """Return whoever may have been at a meeting: their reference, and name, role and agency as the form shows them."""
    agencies = dict(session.exec(select(Agency.id, Agency.name).where(Agency.inspection == ref)).all())
    people = []
    for membership, person in members(session, ref):
        name = shown(session, person.id)
        also = (ROLE_LABELS[membership.role], agencies.get(membership.agency_id or "", ""))
        people.append((person.id, ", ".join([name, *(part for part in also if part and part not in name)])))
    return people


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
