"""The page of each request of an agency, its templates and its list of chosen children."""

import base64
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, col, select
from starlette.exceptions import HTTPException

from models.keys import extension_of
from models.lifecycle import SETTLED
from models.returns import EVALUATION
from models.tables import Agency, Inspection, Submission
from models.tables import Request as ReturnRequest
from portal.agency.documents import chronologies_of
from portal.pages import words as portal_words
from portal.pages.forms import Form
from portal.pages.frame import MEDIA, attachment, page, to
from portal.pages.looking import LookingError
from portal.pages.session import Sender, Visitor
from tasks.evaluations.list_receipts import NoListError, is_list, list_key, readings_of
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.keys import pseudonym_key
from tasks.ledger import audit
from tasks.ledger.rows import request_of
from tasks.ledger.themes import theme_of
from tasks.returns.closing import refusal_of
from tasks.returns.declarations import LATE_REASONS, acknowledge
from tasks.returns.if_held import NONE_HELD_REASONS, is_if_held, promised_until, waited_until
from tasks.returns.offers import (
    acknowledge_refusal,
    again_refusal,
    late_refusal,
    nil_refusal,
    steps_of,
    undo_nil_refusal,
)
from tasks.returns.uploads import held_for
from tasks.returns.version_kinds import in_words
from validation.contract.context import Context
from validation.contract.encoded import encoding_key

router = APIRouter()


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
    from tasks.reading.own_lists import restricted_among
    from validation.contract.identity import CHILDREN
    from validation.returns import contract
    from validation.telling.examples import applies, window_words, with_examples_of

    row = request_of(session, request_id, sender.agency_id)
    inspection = session.get_one(Inspection, row.inspection)
    context = Context(
        theme_of(inspection),
        row.asked_on or inspection.announced,
        inspection.area_gss,
        sample_refs=tuple(row.cases),
        agency=session.get_one(Agency, row.agency_id).kind,
    )
    query = select(Submission).where(Submission.request_id == row.id).order_by(col(Submission.version).desc())
    versions, closed = session.exec(query).all(), refusal_of(row, inspection)
    return {
        "return_request": row,
        "inspection": inspection,
        "contract": with_examples_of(contract(row.return_code, context.theme), context),
        "window": window_words(context),
        "applies": applies,
        "submissions": versions,
        "closed": closed,
        "left": "" if closed else portal_words.left(row.due_at, inspection.now(), row.state),
        "settled": row.state in SETTLED,
        "refusals": _refusals(session, row, inspection),
        "usable": {version.id for version in versions if not again_refusal(row, inspection, version)},
        "kinds": {version.id: in_words(version) for version in versions},
        "held": held_for(session, row.id) if not closed else [],
        "templates": sorted({extension_of(key) for key in row.template_keys if not is_list(key)}, reverse=True),
        "children": list_key(row) is not None,
        "restricted": restricted_among(session, row.inspection, row.cases),
        "readings": readings_of(session, row.id),
        "evaluation": row.return_code == EVALUATION,
        "names_children": row.return_code in CHILDREN,
        "chronologies": [item for item in chronologies_of(session, row.agency_id) if item.child in row.cases],
        "reasons": LATE_REASONS,
        "if_held": is_if_held(row, context.theme),
        "waited_until": waited_until(row, context.theme, promised_until(session, row)),
        "none_held_reasons": NONE_HELD_REASONS,
    }


def _refusals(session: Session, row: ReturnRequest, inspection: Inspection) -> dict[str, str]:
    """Return why each act about a request is refused now; a page offers those whose sentence is empty."""
    return {
        "acknowledge": acknowledge_refusal(row, inspection),
        "late": late_refusal(row, inspection, steps_of(session, inspection.ref)),
        "nil": nil_refusal(row, inspection),
        "undo_nil": undo_nil_refusal(row, inspection),
    }


@router.post("/requests/{request_id}/acknowledge")
def acknowledged(request_id: str, sender: Sender, _: Form) -> Response:
    """Record that the agency has seen the request."""
    with transaction() as session:
        code = request_of(session, request_id, sender.agency_id).return_code
    acknowledge(request_id, by=sender.by, agency_id=sender.agency_id)
    return to(f"/requests/{request_id}", "acknowledged", code)


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


@router.get("/requests/{request_id}/names.key")
def names_key(request_id: str, sender: Sender) -> Response:
    """Download the key by which an agency that may not send names encodes them; the audit records who has it."""
    from validation.contract.identity import CHILDREN

    # Who has the key can try names one by one, so nobody but the agency's own people gets it here.
    if sender.look:
        raise LookingError
    with transaction() as session:
        row = request_of(session, request_id, sender.agency_id)
        if row.return_code not in CHILDREN:
            raise HTTPException(404)
        key = encoding_key(pseudonym_key(session.get_one(Inspection, row.inspection)))
        audit.append(session, row.inspection, actor=sender.by, action="names-key.read", subject=row.id)
    return attachment(base64.urlsafe_b64encode(key), "names.key", "application/octet-stream")


@router.get("/requests/{request_id}/children.xlsx")
def children(request_id: str, sender: Sender) -> Response:
    """Download the list of the agency's own chosen children; the receipt names who read it."""
    from tasks.reading.own_lists import read_own_list

    if sender.look:
        # The receipt says that the agency has read its list: nobody else may make it.
        raise LookingError
    try:
        workbook = read_own_list(sender.inspection, request_id, agency_id=sender.agency_id, by=sender.by)
    except NoListError:
        raise HTTPException(404) from None
    return attachment(workbook, "children-chosen.xlsx", MEDIA["xlsx"])
