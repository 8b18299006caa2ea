"""Queries of a return and its agency's explanations: a query is explained once, for all of its places or for some."""

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
from tasks.ledger import audit
from tasks.ledger.rows import ReturnRefusedError, UnknownRequestError
from tasks.returns.offers import explain_refusal

router = APIRouter(prefix="/submissions/{submission_id}/queries")
_SHOWN = 100


@router.get("")
def listed(request: Request, submission_id: str, sender: Sender) -> Response:
    """Show every query of a version, with its explanation where there is one."""
    context = _context(submission_id, sender)
    title = f"Queries about {context['return_request'].return_code}, version {context['submission'].version}"
    return page(request, "queries", title, back=f"/submissions/{submission_id}", **context)


def _context(submission_id: str, sender: Visitor) -> dict[str, Any]:
    from tasks.returns.explanations import queries_of

    with transaction() as session:
        submission, return_request = submission_of(session, submission_id, sender)
        inspection = session.get_one(Inspection, submission.inspection)
        queries = queries_of(session, submission)
        if explained := sum(query.explained for query in queries):
            # The page shows what the agency's people explained, which is an opening as that of a file is.
            ref, facts = inspection.ref, {"explanations": explained}
            audit.append(session, ref, actor=sender.by, action="explanations.read", subject=submission.id, facts=facts)
        return {
            "submission": submission,
            "return_request": return_request,
            "inspection": inspection,
            "newest": return_request.current_version == submission.version,
            "refusal": explain_refusal(inspection),
            "queries": queries,
        }


@router.get("/{number}")
def show(request: Request, submission_id: str, number: int, sender: Sender) -> Response:
    """Show one query, its places and the form for an explanation."""
    return _show(request, submission_id, number, sender)


def _show(
    request: Request, submission_id: str, number: int, sender: Visitor, refusal: str = "", text: str = ""
) -> Response:
    from tasks.returns.explanations import LONGEST

    context = _context(submission_id, sender)
    if not 0 <= number < len(context["queries"]):
        raise HTTPException(404)
    mistakes = (Mistake("text", refusal),) if refusal else ()
    query = context["queries"][number]
    title = f"Explain {query.column}" if query.column else "Explain a query"
    return page(
        request,
        "query",
        title,
        status=422 if refusal else 200,
        mistakes=mistakes,
        back=f"/submissions/{submission_id}/queries",
        query=query,
        number=number,
        shown=list(enumerate(query.places[:_SHOWN])),
        longest=LONGEST,
        text=text,
        **context,
    )


@router.post("/{number}")
def send_explanation(request: Request, submission_id: str, number: int, sender: Sender, form: Form) -> Response:
    """Store an explanation of a query."""
    from tasks.returns.explanations import explain

    queries = _context(submission_id, sender)["queries"]
    if not 0 <= number < len(queries):
        raise HTTPException(404)
    text, query = text_of(form, "text"), queries[number]
    ticked = tuple(int(number) for number in texts_of(form, "at") if number.isascii() and number.isdigit())
    at = ticked if text_of(form, "where") == "some" else None
    try:
        explain(submission_id, query.rule, query.column, text, by=sender.by, at=at, agency_id=sender.agency_id)
    except UnknownRequestError:
        # It is a refusal too, but a stranger's page does not exist and shows no form.
        raise
    except ReturnRefusedError as refused:
        return _show(request, submission_id, number, sender, str(refused), text)
    return to(f"/submissions/{submission_id}/queries", "explained")
