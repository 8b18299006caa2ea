"""Queries of a return, and what its agency says of them: each is explained once, at all of its places or at some."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.refusals import Mistake
from models.tables import Inspection
from portal.agency.verdicts import submission_of
from portal.pages.forms import Form, text_of, texts_of
from portal.pages.frame import page, to
from portal.pages.session import Sender, Visitor
from tasks.ground.database import transaction
from tasks.ledger.rows import ReturnRefusedError, UnknownRequestError

router = APIRouter(prefix="/submissions/{submission_id}/queries")
_SHOWN = 100


@router.get("")
def listed(request: Request, submission_id: str, sender: Sender) -> Response:
    """Show every query of a version, and what was said of it."""
    facts = _facts(submission_id, sender)
    title = f"Queries about {facts['asked'].return_code}, version {facts['sent'].version}"
    return page(request, "queries", title, back=f"/submissions/{submission_id}", **facts)


def _facts(submission_id: str, sender: Visitor) -> dict[str, Any]:
    from tasks.returns.explanations import queries_of

    with transaction() as session:
        found, asked = submission_of(session, submission_id, sender)
        inspection = session.get_one(Inspection, found.inspection)
        return {
            "sent": found,
            "asked": asked,
            "inspection": inspection,
            "newest": asked.current_version == found.version,
            "queries": queries_of(session, found),
        }


@router.get("/{number}")
def show(request: Request, submission_id: str, number: int, sender: Sender) -> Response:
    """Show one query, its places and the form for an explanation."""
    return _show(request, submission_id, number, sender)


def _show(
    request: Request, submission_id: str, number: int, sender: Visitor, wrong: str = "", text: str = ""
) -> Response:
    from tasks.returns.explanations import LONGEST

    facts = _facts(submission_id, sender)
    if not 0 <= number < len(facts["queries"]):
        raise HTTPException(404)
    mistakes = (Mistake("text", wrong),) if wrong else ()
    query = facts["queries"][number]
    title = f"Explain {query.column}" if query.column else "Explain a query"
    return page(
        request,
        "query",
        title,
        status=422 if wrong else 200,
        mistakes=mistakes,
        back=f"/submissions/{submission_id}/queries",
        query=query,
        number=number,
        shown=list(enumerate(query.places[:_SHOWN])),
        longest=LONGEST,
        text=text,
        **facts,
    )


@router.post("/{number}")
def say(request: Request, submission_id: str, number: int, sender: Sender, form: Form) -> Response:
    """Keep an explanation."""
    from tasks.returns.explanations import explain

    queries = _facts(submission_id, sender)["queries"]
    if not 0 <= number < len(queries):
        raise HTTPException(404)
    text, query = text_of(form, "text"), queries[number]
    some = tuple(int(one) for one in texts_of(form, "at") if one.isascii() and one.isdigit())
    at = some if text_of(form, "where") == "some" else None
    try:
        explain(submission_id, query.rule, query.column, text, by=sender.by, at=at, agency_id=sender.agency_id)
    except UnknownRequestError:
        raise
    except ReturnRefusedError as refused:
        return _show(request, submission_id, number, sender, str(refused), text)
    return to(f"/submissions/{submission_id}/queries")
