"""The council tells of planned meetings about chosen children, and of who agrees to meet inspectors."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from models.england import ENGLAND
from models.lifecycle import Stage
from models.refusals import Mistake, Refusal
from models.tables import Agency, Consent, Inspection, PlannedMeeting
from models.words import joined, long_weekday
from portal.pages.forms import Form, clock_of, date_of, text_of
from portal.pages.frame import page, to
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, arrange, list_file, wanted_in
from portal.pages.session import AgencyPerson, Visitor
from tasks.ground.database import transaction
from tasks.inspection.days import day_of
from tasks.meetings import family
from tasks.meetings.family import ConsentWords, PlannedWords, UnknownMeetingError

router = APIRouter(prefix="/meetings")


def task_of(session: Session, inspection: Inspection, agency: Agency) -> dict[str, Any] | None:
    """Return the task of telling of meetings and consent for the council's first page; None where there is none."""
    if agency.kind != family.TELLS or not family.own_labels(session, agency.id):
        return None
    closed = bool(family.meetings_refusal(inspection))
    missing = family.unanswered(session, agency.id)
    day = long_weekday(day_of(session, inspection.ref, "fieldwork_start"))
    tag = {"text": "To do", "classes": "govuk-tag--blue"}
    # Nothing is owed in a pause, and whoever changes their mind can still say so.
    paused = inspection.stage == Stage.DEFERRED
    if paused:
        tag = {"text": "Can be changed", "classes": "govuk-tag--grey"}
    elif closed or not missing:
        tag = {"text": "Closed" if closed else "Told", "classes": f"govuk-tag--{'grey' if closed else 'green'}"}
    left = f". Still to tell for {joined(missing)}" if missing and not (closed or paused) else ""
    return {
        "owed": bool(missing) and not (closed or paused),
        "title": {"text": "Planned meetings, and who agrees to meet inspectors"},
        "hint": {"text": f"Before fieldwork starts on {day}{left}"},
        "href": "/meetings",
        "status": {"tag": tag},
    }


def _planned_columns(texts: dict[str, str]) -> tuple[ListingColumn[PlannedMeeting], ...]:
    return (
        ListingColumn("child", "Child", lambda row: row.child, chosen=True),
        ListingColumn("when", "When", lambda row: row.begins_at),
        ListingColumn("kind", "Meeting", lambda row: family.PLANNED_KINDS[row.kind], chosen=True),
        ListingColumn("venue", "Where", lambda row: family.VENUES[row.venue], chosen=True),
        ListingColumn("ask_for", "Ask for", lambda row: family.ASK_FOR[row.ask_for]),
        ListingColumn("text", "More about it", lambda row: texts[row.id]),
        ListingColumn("called_off", "Called off", lambda row: row.cancelled_at),
        ListingColumn("by", "Told by", lambda row: row.by, chosen=True, person=True),
        ListingColumn("at", "Told", lambda row: row.told_at),
    )


def _consent_columns(texts: dict[str, str]) -> tuple[ListingColumn[Consent], ...]:
    return (
        ListingColumn("child", "Child", lambda row: row.child, chosen=True),
        ListingColumn("of", "Who", lambda row: family.CONSENT_OF[row.of], chosen=True),
        ListingColumn("answer", "Answer", lambda row: family.ANSWERS[row.answer], chosen=True),
        ListingColumn("day", "Day", lambda row: row.answered_on),
        ListingColumn("asked_by", "Asked by", lambda row: family.ASKED_BY[row.asked_by] if row.asked_by else ""),
        ListingColumn("text", "Before you meet them", lambda row: texts[row.id]),
    )


def _facts(session: Session, sender: Visitor) -> dict[str, Any]:
    agency = session.get_one(Agency, sender.agency_id)
    if agency.kind != family.TELLS:
        raise HTTPException(404)
    inspection = session.get_one(Inspection, sender.inspection)
    return {
        "inspection": inspection,
        "labels": family.own_labels(session, agency.id),
        "closed": family.meetings_refusal(inspection),
        "planned_kinds": family.PLANNED_KINDS,
        "venues": family.VENUES,
        "asked_for": family.ASK_FOR,
        "persons": family.CONSENT_OF,
        "answers": family.ANSWERS,
        "askers": family.ASKED_BY,
        "longest": family.LONGEST,
    }


@router.get("")
def listed(request: Request, sender: AgencyPerson) -> Response:
    """Show by child what the council has told of meetings and consent."""
    return _listed(request, sender, "", EVERYTHING)


@router.post("/list")
def some(request: Request, sender: AgencyPerson, form: Form) -> Response:
    """Show or download what is wanted of one of the 2 lists."""
    return _listed(request, sender, text_of(form, "list"), wanted_in(form))


def _listed(request: Request, sender: Visitor, name: str, wanted: Wanted) -> Response:
    with transaction() as session:
        facts = _facts(session, sender)
        ref = sender.inspection
        meetings = [row for row in family.planned_of(session, ref) if row.agency_id == sender.agency_id]
        answers = [row for row in family.consents_of(session, ref) if row.agency_id == sender.agency_id]
    keys = [*((row.id, row.words_key) for row in meetings), *((row.id, row.words_key) for row in answers)]
    facts["texts"] = texts = {identity: family.text_at(key) for identity, key in keys}
    of_planned, of_consents = _planned_columns(texts), _consent_columns(texts)
    planned = arrange(meetings, of_planned, wanted if name == "planned" else EVERYTHING)
    if planned.wanted.download:
        return list_file("Planned meetings", planned, of_planned)
    consents = arrange(answers, of_consents, wanted if name == "consents" else EVERYTHING)
    if consents.wanted.download:
        return list_file("Who agrees to meet inspectors", consents, of_consents)
    facts |= {"planned": planned, "consents": consents}
    return page(request, "family_meetings", "Planned meetings, and who agrees to meet inspectors", back="/", **facts)


@router.get("/plan")
def planning(request: Request, sender: AgencyPerson, child: str = "") -> Response:
    """Show the form for a planned meeting."""
    return _planning(request, sender, {"child": child})


def _planning(
    request: Request, sender: Visitor, entered: dict[str, str], mistakes: tuple[Mistake, ...] = ()
) -> Response:
    with transaction() as session:
        facts = _facts(session, sender)
    status = 422 if mistakes else 200
    title = "Tell us of a planned meeting"
    return page(
        request, "plan_meeting", title, status=status, mistakes=mistakes, back="/meetings", entered=entered, **facts
    )


@router.post("/plan")
def planned(request: Request, sender: AgencyPerson, form: Form) -> Response:
    """Record a planned meeting."""
    day, clock = date_of(form, "on"), clock_of(text_of(form, "clock"))
    begins_at = datetime.combine(day, clock, ENGLAND) if day and clock else None
    words = PlannedWords(
        text_of(form, "child"),
        text_of(form, "kind"),
        begins_at,
        text_of(form, "where"),
        text_of(form, "ask_for"),
        text_of(form, "text"),
    )
    try:
        family.plan(sender.agency_id, words, by=sender.by)
    except UnknownMeetingError:
        # A refusal as well, but for whoever is not the council there is no page, and so no form.
        raise
    except Refusal as refused:
        names = ("child", "kind", "clock", "where", "ask_for", "text")
        return _planning(request, sender, _entered(form, names), refused.mistakes)
    return to("/meetings", "planned")


def _entered(form: FormData, names: tuple[str, ...]) -> dict[str, str]:
    return {name: text_of(form, name) for name in (*names, "on-day", "on-month", "on-year")}


@router.get("/consent")
def asking(request: Request, sender: AgencyPerson, child: str = "") -> Response:
    """Show the form for whether somebody of a family agrees to meet inspectors."""
    return _asking(request, sender, {"child": child})


def _asking(request: Request, sender: Visitor, entered: dict[str, str], mistakes: tuple[Mistake, ...] = ()) -> Response:
    with transaction() as session:
        facts = _facts(session, sender)
    status = 422 if mistakes else 200
    title = "Tell us who agrees to meet inspectors"
    return page(request, "consent", title, status=status, mistakes=mistakes, back="/meetings", entered=entered, **facts)


@router.post("/consent")
def answered(request: Request, sender: AgencyPerson, form: Form) -> Response:
    """Record an answer."""
    words = ConsentWords(
        text_of(form, "child"),
        text_of(form, "of"),
        text_of(form, "answer"),
        text_of(form, "asker"),
        date_of(form, "on"),
        text_of(form, "text"),
    )
    try:
        family.record_consent(sender.agency_id, words, by=sender.by)
    except UnknownMeetingError:
        raise
    except Refusal as refused:
        names = ("child", "of", "answer", "asker", "text")
        return _asking(request, sender, _entered(form, names), refused.mistakes)
    return to("/meetings", "consent")


@router.post("/{meeting}/cancel")
def called_off(meeting: str, sender: AgencyPerson, _: Form) -> Response:
    """Record that a planned meeting does not take place."""
    family.cancel(meeting, sender.agency_id, by=sender.by)
    return to("/meetings", "called_off")
