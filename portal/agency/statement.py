"""The written statement of proposed action, which the local authority sends once it has checked what it sends."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from models.refusals import Mistake
from models.tables import Agency, Inspection, Statement
from portal.pages.forms import FileForm, file_of, text_of
from portal.pages.frame import page, to
from portal.pages.fresh import check_fresh
from portal.pages.session import NotTheirsError, Sender, Visitor
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.letters.owed_statement import owed_by, statement_refusal
from tasks.people.sessions import SignInAgainError

router = APIRouter()


def statement_sender(sender: Sender) -> Visitor:
    """Return somebody of the council that owes a statement; nothing of anybody else's file is read.

    Raises:
        NotTheirsError: somebody of another agency.
        HTTPException: no statement is needed.
    """
    _context(sender)
    return sender


StatementSender = Annotated[Visitor, Depends(statement_sender)]


@router.get("/statement")
def show(request: Request, sender: Sender) -> Response:
    """Show what the statement is, its deadline, and its form or receipt."""
    return _show(request, sender)


def _show(request: Request, sender: Visitor, refusal: str = "") -> Response:
    context = _context(sender)
    mistakes = [Mistake("file", refusal)] if refusal else []
    title = "Written statement of proposed action"
    return page(request, "statement", title, status=422 if refusal else 200, mistakes=mistakes, back="/", **context)


def _context(sender: Visitor) -> dict[str, Any]:
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        agency = session.get_one(Agency, sender.agency_id)
        statement = session.get(Statement, inspection.ref)
    # Before publication nobody outside the team knows whether a statement is needed, nor of whom.
    if statement is None or statement.published_on is None or not statement.needed:
        raise HTTPException(404)
    if owed_by(statement) != agency.id:
        raise NotTheirsError
    filename = store.filename_of(statement.key) if statement.key else ""
    due = not statement_refusal(inspection)
    return {"inspection": inspection, "agency": agency, "statement": statement, "due": due, "filename": filename}


@router.post("/statement/check")
def keep(request: Request, sender: StatementSender, form: FileForm) -> Response:
    """Store the file that the local authority chose, and go on to the page where it is checked."""
    # Imported here, because compiling letters brings libraries that no other page needs.
    from tasks.letters.publication import PublicationRefusedError
    from tasks.letters.statement import keep_statement

    file = file_of(form, "file")
    if file is None:
        return _show(request, sender, "Select a file.")
    try:
        data = file.file.read()
        name = keep_statement(sender.inspection, filename=file.filename or "", data=data, by=sender.by)
    except PublicationRefusedError as refused:
        return _show(request, sender, str(refused))
    return to(f"/statement/check?file={name}")


@router.get("/statement/check")
def check(request: Request, sender: Sender, file: str = "") -> Response:
    """Show the file that will be sent as the written statement."""
    return _check(request, sender, file)


def _check(request: Request, sender: Visitor, file: str, mistakes: tuple[Mistake, ...] = ()) -> Response:
    from tasks.letters.statement import kept_statement

    context = _context(sender)
    if refusal := statement_refusal(context["inspection"]):
        return page(request, "refused", "This cannot be done now", status=422, sentence=refusal)
    stored = kept_statement(sender.inspection, file)
    context |= {"file": file, "stored": stored, "filename": store.filename_of(stored.key)}
    title, signs = "Check the written statement before you send it", f"/statement/check?file={file}"
    status = 422 if mistakes else 200
    return page(
        request, "statement_check", title, status=status, mistakes=mistakes, back="/statement", signs=signs, **context
    )


@router.post("/statement")
def send(request: Request, sender: StatementSender, form: FileForm) -> Response:
    """Receive the file that was checked as the written statement; one that was not is checked first."""
    from tasks.letters.publication import PublicationRefusedError
    from tasks.letters.statement import record_statement

    if file_of(form, "file") is not None:
        return keep(request, sender, form)
    try:
        check_fresh(request)
        record_statement(sender.inspection, text_of(form, "file"), by=sender.by)
    except SignInAgainError as refused:
        return _check(request, sender, text_of(form, "file"), refused.mistakes)
    except store.NotStoredError:
        return _show(request, sender, "Select a file.")
    except PublicationRefusedError as refused:
        return _show(request, sender, str(refused))
    return to("/statement", "statement")
