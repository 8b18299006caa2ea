"""The first page of an agency: what it owes now, by when, and everything else that is asked of it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, select

from models import words
from models.lifecycle import SETTLED, RequestState, Stage
from models.tables import Inspection, Statement
from models.tables import Request as ReturnRequest
from models.tables.inspection import Agency
from portal.agency.corrections import task_of as correction_task
from portal.agency.documents import in_words as documents_in_words
from portal.agency.documents import tasks_of as documents_of
from portal.agency.family_meetings import task_of as meetings_of
from portal.agency.plan_task import plan_task
from portal.agency.requests import title_of
from portal.pages import words as portal_words
from portal.pages.frame import page, to
from portal.pages.letter import for_agency
from portal.pages.session import Visitor, signed_in_of, visitor_of
from tasks.accuracy.comments import comment_refusal, corrections_of
from tasks.cohort.versions import can_compare, cohort_in_force, cohorts_of
from tasks.complaints.recording import complaint_refusal, complaints_until
from tasks.evaluations.sampled_lists import newest_list
from tasks.ground.database import transaction
from tasks.inspection.days import day_of
from tasks.ledger.themes import theme_of
from tasks.letters.owed_statement import owed_by, statement_refusal
from tasks.people.persons import lead_name
from tasks.persons_requests.correcting import owed_by as owed_by_agency
from tasks.publishing.recipients import counting_letter, due_day, duties
from tasks.returns.closing import refusal_of
from tasks.returns.filling import drafts_of, open_requests
from tasks.returns.if_held import is_if_held

router = APIRouter()
_BEING_CHECKED = frozenset({RequestState.RECEIVED, RequestState.VALIDATING})


@router.get("/")
def home(request: Request) -> Response:
    """Show an agency its requests, send the team on to its inspection, and ask everybody else to sign in."""
    visitor = visitor_of(request, signed_in_of(request))
    if visitor is None:
        return to("/sign-in")
    if not visitor.agency_id:
        return to("/home")
    with transaction() as session:
        context = _listed(session, visitor)
    return page(request, "tasks", f"What we ask of {context['agency'].name}", **context)


def _listed(session: Session, visitor: Visitor) -> dict[str, Any]:
    inspection = session.get_one(Inspection, visitor.inspection)
    rows = session.exec(select(ReturnRequest).where(ReturnRequest.agency_id == visitor.agency_id)).all()
    theme_ = theme_of(inspection)
    ordered = sorted(rows, key=lambda row: (row.due_at, row.id))
    tasks = [_task(row, inspection, if_held=is_if_held(row, theme_)) for row in ordered]
    agency = session.get_one(Agency, visitor.agency_id)
    letter = for_agency(session, inspection.ref, agency.id)
    # Whether the agency's own records were compared with the council's lists; before a cohort nothing was.
    compared = bool(cohorts_of(session, inspection.ref)) and can_compare(
        cohort_in_force(session, inspection.ref), agency.kind, theme_
    )
    owed = [row for row in rows if _is_owed(row, inspection)]
    documents, documents_owed = documents_of(session, inspection, agency.id)
    return {
        "inspection": inspection,
        "agency": agency,
        "theme": theme_,
        "tasks": tasks,
        "owed": len(owed),
        "fillable": bool(open_requests(session, agency.id)),
        "drafts": len(drafts_of(session, agency.id)),
        "documents": documents,
        "documents_owed": documents_in_words(documents_owed),
        "meetings": meetings_of(session, inspection, agency),
        "corrections": [correction_task(session, row) for row in owed_by_agency(session, agency.id)],
        "checking": sum(row.state in _BEING_CHECKED for row in rows),
        "over": inspection.stage in {Stage.CANCELLED, Stage.DEFERRED, Stage.CLOSED},
        "comment": _comment(session, inspection, agency)
        if letter and not comment_refusal(session, inspection)
        else None,
        "statement": _statement(session, inspection, agency),
        "plan": plan_task(session, inspection, agency.id),
        "publication": _publication(session, inspection, agency),
        "lettered": letter is not None,
        "complain": "" if complaint_refusal(session, inspection) else _complain(session, inspection),
        "lead": lead_name(session, inspection.ref),
        "compared": compared,
        "sampled": newest_list(session, agency.id),
    }


def _is_owed(row: ReturnRequest, inspection: Inspection) -> bool:
    """Return whether an agency must do something about a request, and can."""
    return row.state not in SETTLED | _BEING_CHECKED and not refusal_of(row, inspection)


def _comment(session: Session, inspection: Inspection, agency: Agency) -> dict[str, Any]:
    """Return the task of checking the facts of the draft, which may be done by sending nothing."""
    until = words.long_weekday(day_of(session, inspection.ref, "factual_accuracy_due"))
    sent = sum(row.agency_id == agency.id for row in corrections_of(session, inspection.ref))
    tag = {"text": words.plural(sent, "comment") + " sent", "classes": "govuk-tag--green"}
    return {
        "until": until,
        "title": {"text": "Check the facts of the draft letter"},
        "hint": {"text": f"Comment by {until}. If every fact is right, there is nothing to send"},
        "href": "/letter/paragraphs",
        "status": {"tag": tag if sent else {"text": "To do", "classes": "govuk-tag--blue"}},
    }


def _complain(session: Session, inspection: Inspection) -> str:
    """Return until when an agency may complain about the inspection, in a sentence."""
    until = complaints_until(session, inspection)
    if until is None:
        return ""
    day = words.long_weekday(until)
    return f"You can complain until {day}." if inspection.today() <= until else f"Complaints were due by {day}."


def _publication(session: Session, inspection: Inspection, agency: Agency) -> dict[str, Any] | None:
    """Return the task of publishing the letter and saying where; None for who is no recipient, or without a letter."""
    letter = counting_letter(session, inspection)
    duty = next((duty for duty in duties(session, inspection) if duty.agency_id == agency.id), None)
    if letter is None or duty is None:
        return None
    tag = {"text": "To do", "classes": "govuk-tag--blue"}
    if duty.published_on:
        tag = {"text": "Published", "classes": "govuk-tag--green"}
    return {
        "due": "" if duty.published_on else words.long_weekday(due_day(letter)),
        "title": {"text": "Publish the letter and tell us where"},
        "hint": {"text": f"Tell us by {words.long_weekday(due_day(letter))}"},
        "href": "/publication",
        "status": {"tag": tag},
    }


def _statement(session: Session, inspection: Inspection, agency: Agency) -> dict[str, Any] | None:
    """Return the task of the written statement, for the council from the publication on; None where none is needed."""
    statement = session.get(Statement, inspection.ref)
    if statement is None or statement.published_on is None or not statement.needed or owed_by(statement) != agency.id:
        return None
    due = not statement_refusal(inspection)
    tag = {"text": "Not yet", "classes": "govuk-tag--grey"}
    if due:
        tag = {"text": "To do", "classes": "govuk-tag--blue"}
    if statement.received_at:
        tag = {"text": "Received", "classes": "govuk-tag--green"}
    return {
        "due": words.moment(statement.due_at) if due else "",
        "title": {"text": "Written statement of proposed action"},
        "hint": {"text": f"Due by {words.moment(statement.due_at)}"},
        "href": "/statement",
        "status": {"tag": tag},
    }


def _task(row: ReturnRequest, inspection: Inspection, *, if_held: bool) -> dict[str, Any]:
    owed = _is_owed(row, inspection)
    left = portal_words.left(row.due_at, inspection.now(), row.state) if owed else ""
    hint = f"Due by {words.moment(row.due_at)}" + (f", {left}" if left else "")
    if row.asked_on:
        hint += f". Asked for again on {words.long(row.asked_on)}"
    if if_held:
        hint += ", if you hold such records"
    if row.late_until and owed:
        hint += f". You told us to expect it by {words.long_weekday(row.late_until)}"
    open_ = owed or row.state in SETTLED | _BEING_CHECKED
    tag = portal_words.tag(row.state) if open_ else {"text": "Closed", "classes": "govuk-tag--grey"}
    return {
        "title": {"text": f"{row.return_code}: {title_of(row)}"},
        "hint": {"text": hint},
        "href": f"/requests/{row.id}",
        "status": {"tag": tag},
    }
