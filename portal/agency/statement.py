"""The written statement of proposed action, which the local authority sends."""

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.lifecycle import Stage
from models.refusals import Mistake
from models.tables import Agency, Inspection, Statement
from portal.pages.forms import Form, file_of
from portal.pages.frame import page, to
from portal.pages.session import Sender, Visitor
from tasks.ground.database import transaction

router = APIRouter()


@router.get("/statement")
def show(request: Request, sender: Sender) -> Response:
    """Show what the statement is, its deadline, and its form or receipt."""
    return _show(request, sender)


def _show(request: Request, sender: Visitor, refusal: str = "") -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        agency = session.get_one(Agency, sender.agency_id)
        statement = session.get(Statement, inspection.ref)
    if agency.kind != "local_authority" or statement is None or not statement.needed:
        raise HTTPException(404)
    due = inspection.stage == Stage.STATEMENT_DUE
    mistakes = [Mistake("file", refusal)] if refusal else []
    title = "Written statement of proposed action"
    context = {"inspection": inspection, "statement": statement, "due": due}
    return page(request, "statement", title, status=422 if refusal else 200, mistakes=mistakes, back="/", **context)


@router.post("/statement")
def send(request: Request, sender: Sender, form: Form) -> Response:
    """Store the statement that the local authority sends."""
    # Imported here, because compiling letters brings libraries that no other page needs.
    from tasks.letters.publication import PublicationRefusedError
    from tasks.letters.statement import receive_statement

    with transaction() as session:
        if session.get_one(Agency, sender.agency_id).kind != "local_authority":
            raise HTTPException(404)
    file = file_of(form, "file")
    if file is None:
        return _show(request, sender, "Select a file.")
    try:
        receive_statement(sender.inspection, filename=file.filename or "", data=file.file.read(), by=sender.by)
    except PublicationRefusedError as refused:
        return _show(request, sender, str(refused))
    return to("/statement")
