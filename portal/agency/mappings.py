"""Your mappings: say once which header of your own export is which column of ours, and use it again."""

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from models.refusals import Mistake, Refusal
from models.tables import Inspection
from portal.agency.uploads import most
from portal.pages.forms import Form, file_of, read_file_form, text_of
from portal.pages.frame import page, to
from portal.pages.session import Sender, Visitor
from tasks.ground.database import transaction
from tasks.ground.log import log
from tasks.ledger.themes import theme_of
from tasks.returns.filling import open_requests
from tasks.returns.mappings import Begun, begin, keep, mappings_of, withdraw

router = APIRouter(prefix="/mappings")
_MOST_VALUES = 150
"""So many values of codes are asked on one page; a form has no more fields than it may have."""


@router.get("")
def show(request: Request, sender: Sender) -> Response:
    """Show the agency's mappings, and the form to begin another."""
    return _show(request, sender)


def _show(request: Request, sender: Visitor, *mistakes: Mistake) -> Response:
    with transaction() as session:
        context: dict[str, Any] = {
            "inspection": session.get_one(Inspection, sender.inspection),
            "mappings": mappings_of(session, sender.agency_id),
            "codes": list(open_requests(session, sender.agency_id)),
        }
    status = 422 if mistakes else 200
    title = "Your mappings of headers"
    return page(request, "mappings", title, status=status, mistakes=mistakes, back="/fill", most=most(), **context)


@router.post("/new")
async def begun(request: Request, sender: Sender) -> Response:
    """Show what the headers of an export may mean, to be completed."""
    return await run_in_threadpool(_begin, request, sender, await read_file_form(request))


def _begin(request: Request, sender: Visitor, form: FormData) -> Response:
    # Imported here, because the frames behind it cost half a second that other pages never need.
    from validation.contract.errors import OurFaultError

    file, code = file_of(form, "file"), text_of(form, "return")
    with transaction() as session:
        codes = open_requests(session, sender.agency_id)
    if code not in codes:
        return _show(request, sender, Mistake("return", "Choose which return your export fills."))
    if file is None:
        return _show(request, sender, Mistake("file", "Select a file."))
    try:
        made = begin(file.file.read(most() + 1), code, sender.inspection, sender.agency_id, by=sender.by)
    except OurFaultError as fault:
        # The kind of fault alone: its text may quote cells (L5).
        log().error("mapping", agency=sender.agency_id, fault=fault.what)
        return page(request, "refused", "We could not read your headers", status=503, sentence=str(fault))
    except Refusal as refusal:
        return _show(request, sender, Mistake("file", refusal.sentence))
    return _form(request, sender, made)


def _form(request: Request, sender: Visitor, made: Begun) -> Response:
    from validation.returns import contract

    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
    columns = contract(made.code, theme_of(inspection)).main.columns
    allowed = {c.name: c.codes.values if c.codes else ("Yes", "No") for c in columns if c.name in made.values}
    values = [(name, value, code) for name, some in made.values.items() for value, code in some.items()]
    context: dict[str, Any] = {
        "inspection": inspection,
        "made": made,
        "columns": columns,
        "allowed": allowed,
        "values": values[:_MOST_VALUES],
        "left": len(values[_MOST_VALUES:]),
    }
    return page(request, "mapping", f"What your headers mean for {made.code}", back="/mappings", **context)


@router.post("")
def kept(request: Request, sender: Sender, form: Form) -> Response:
    """Keep a mapping as the agency's next version."""
    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    for name, content in form.multi_items():
        kind, _, column = name.partition(":")
        if kind == "column" and isinstance(content, str) and content:
            columns[column] = content
        elif kind == "code" and isinstance(content, str) and content:
            # Fields are numbered, and a value is sent beside its code: within a name it could hold any character.
            place = column.partition(":")
            values.setdefault(place[2], {})[text_of(form, f"value:{column}")] = content
    text = json.dumps({"return": text_of(form, "return"), "columns": columns, "values": values})
    try:
        row = keep(text, sender.inspection, sender.agency_id, by=sender.by)
    except Refusal as refusal:
        return _show(request, sender, Mistake("file", refusal.sentence))
    return to("/mappings", "mapped", f"{row.return_code}, version {row.version}")


@router.post("/withdraw")
def withdrawn(sender: Sender, form: Form) -> Response:
    """Withdraw a mapping of the agency's own."""
    withdraw(text_of(form, "key"), sender.inspection, sender.agency_id, by=sender.by)
    return to("/mappings", "unmapped")
