"""The requests of an agency: their list, the page of each, its templates and its list of chosen children."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, col, select
from starlette.exceptions import HTTPException

from models import words
from models.keys import extension_of
from models.lifecycle import SETTLED
from models.returns import EVALUATION
from models.tables import Inspection, Statement, Submission
from models.tables import Request as ReturnRequest
from models.tables.inspection import Agency
from models.themes import theme
from portal.pages import words as portal_words
from portal.pages.forms import Form
from portal.pages.frame import MEDIA, attachment, page, to
from portal.pages.session import AGENCY, Sender, Visitor, visitor_of
from tasks.cohort.versions import can_compare, cohort_in_force, cohorts_of
from tasks.evaluations.list_receipts import NoListError, is_list, list_key, read_list, readings_of
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.rows import request_of
from tasks.returns.closing import refusal_of
from tasks.returns.declarations import LATE_REASONS, acknowledge
from validation.contract.context import Context

router = APIRouter()


@router.get("/")
def home(request: Request) -> Response:
    """Show an agency its requests, send the team on to its inspection, and ask everybody else to sign in."""
    visitor = visitor_of(request.cookies)
    if visitor is None:
        return page(request, "sign_in_ask", "Sign in")
    if visitor.role != AGENCY:
        return to(f"/inspections/{visitor.inspection}")
    with transaction() as session:
        context = _listed(session, visitor)
    return page(request, "tasks", f"What we ask of {context['agency'].name}", **context)


def _listed(session: Session, visitor: Visitor) -> dict[str, Any]:
    inspection = session.get_one(Inspection, visitor.inspection)
    rows = session.exec(select(ReturnRequest).where(ReturnRequest.agency_id == visitor.agency_id)).all()
    tasks = [_task(row, inspection) for row in sorted(rows, key=lambda row: (row.due_at, row.id))]
    agency = session.get_one(Agency, visitor.agency_id)
    statement = session.get(Statement, inspection.ref) if agency.kind == "local_authority" else None
    # Whether the agency's own records were compared with the council's lists; before a cohort nothing was.
    compared = bool(cohorts_of(session, inspection.ref)) and can_compare(
        cohort_in_force(session, inspection.ref), agency.kind, theme(inspection.theme_id)
    )
    return {
        "inspection": inspection,
        "agency": agency,
        "theme": theme(inspection.theme_id),
        "tasks": tasks,
        "owed": sum(row.state not in SETTLED for row in rows),
        "statement": statement if statement and statement.needed else None,
        "lettered": inspection.stage in _LETTERED,
        "compared": compared,
    }


_LETTERED = {"factual_accuracy", "pre_publication", "published", "statement_due", "statement_received", "closed"}


def _task(row: ReturnRequest, inspection: Inspection) -> dict[str, Any]:
    left = portal_words.left(row.due_at, inspection.now(), row.state)
    hint = f"Due by {words.moment(row.due_at)}" + (f", {left}" if left else "")
    if row.late_until and row.state not in SETTLED:
        hint += f". You told us to expect it by {words.long_weekday(row.late_until)}"
    return {
        "title": {"text": f"{row.return_code}: {title_of(row)}"},
        "hint": {"text": hint},
        "href": f"/requests/{row.id}",
        "status": {"tag": portal_words.tag(row.state)},
    }


def title_of(row: ReturnRequest) -> str:
    """Return the title of a return."""
    from validation.returns import contract

    return contract(row.return_code).title


@router.get("/requests/{request_id}")
def show(request: Request, request_id: str, sender: Sender) -> Response:
    """Show what a request asks for, and the files that were sent for it."""
    with transaction() as session:
        context = context_of(session, request_id, sender)
    title = f"{context['return_request'].return_code}: {context['contract'].title}"
    return page(request, "request", title, back="/", **context)


def context_of(session: Session, request_id: str, sender: Visitor) -> dict[str, Any]:
    """Return the context of a request's pages.

    Raises:
        UnknownRequestError: no such request of this agency.
    """
    from validation.returns import contract
    from validation.telling.examples import applies, window_words, with_examples_of

    row = request_of(session, request_id, sender.agency_id)
    inspection = session.get_one(Inspection, row.inspection)
    context = Context(
        theme(inspection.theme_id),
        inspection.announced,
        inspection.area_gss,
        sample_refs=tuple(row.cases),
        agency=session.get_one(Agency, row.agency_id).kind,
    )
    query = select(Submission).where(Submission.request_id == row.id).order_by(col(Submission.version).desc())
    return {
        "return_request": row,
        "inspection": inspection,
        "contract": with_examples_of(contract(row.return_code), context),
        "window": window_words(context),
        "applies": applies,
        "submissions": session.exec(query).all(),
        "closed": refusal_of(row, inspection),
        "left": portal_words.left(row.due_at, inspection.now(), row.state),
        "settled": row.state in SETTLED,
        "templates": sorted({extension_of(key) for key in row.template_keys if not is_list(key)}, reverse=True),
        "children": list_key(row) is not None,
        "readings": readings_of(session, row.id),
        "evaluation": row.return_code == EVALUATION,
        "reasons": LATE_REASONS,
    }


@router.post("/requests/{request_id}/acknowledge")
def acknowledged(request_id: str, sender: Sender, _: Form) -> Response:
    """Record that the agency has seen the request."""
    acknowledge(request_id, by=sender.by, agency_id=sender.agency_id)
    return to(f"/requests/{request_id}")


@router.get("/requests/{request_id}/template.{kind}")
def template(request_id: str, kind: str, sender: Sender) -> Response:
    """Download the request's template."""
    with transaction() as session:
        row = request_of(session, request_id, sender.agency_id)
    # The list of chosen children is kept beside the templates; it has a door of its own, which records who reads it.
    keys = [key for key in row.template_keys if extension_of(key) == kind and not is_list(key)]
    if not keys:
        raise HTTPException(404)
    return attachment(store.get(keys[0]), f"{row.return_code}-template.{kind}", MEDIA[kind])


@router.get("/requests/{request_id}/children.xlsx")
def children(request_id: str, sender: Sender) -> Response:
    """Download the list of the agency's own chosen children; the receipt names who read it."""
    try:
        workbook = read_list(request_id, agency_id=sender.agency_id, by=sender.by)
    except NoListError:
        raise HTTPException(404) from None
    return attachment(workbook, "children-chosen.xlsx", MEDIA["xlsx"])
