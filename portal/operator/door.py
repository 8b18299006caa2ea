"""How the operator comes in: with a key that is typed into a form and is never part of an address; and goes out."""

import secrets
import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from itsdangerous import BadData
from sqlmodel import col, select
from starlette.exceptions import HTTPException

from models.refusals import Mistake
from models.settings import settings
from models.tables import AuditEntry
from portal.pages.attempts import TooManyAttemptsError, wrong_attempt
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.session import secure
from portal.pages.signing import serializer
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ledger import audit
from tasks.people.persons import PROGRAMME
from tasks.people.sign_in_links import is_outbox_key, outbox_key

router = APIRouter(prefix="/operator")
COOKIE = "jtai_operator"
BY = "operator: portal"
_BEARER = "Bearer "
_SIGNED_OUT = "operator.signed-out"
_PAGES = {
    "outbox": "Outbox of notices",
    "work": "Work that failed too often",
    "first-people": "People of the programme",
    "sign-ins": "Open sessions",
    "refused": "Refused attempts",
}


def operator(request: Request) -> str:
    """Return how the audit names the operator who is signed in at a browser, or whose program sends the key.

    Raises:
        HTTPException: 404, since the page does not exist for others.
    """
    given = request.headers.get("authorization", "")
    if given.startswith(_BEARER):
        if is_outbox_key(given.removeprefix(_BEARER)):
            return BY
        wrong_attempt("operator", "key")
        raise HTTPException(404)
    if not session_in(request):
        raise HTTPException(404)
    return BY


def session_in(request: Request) -> str:
    """Return the id of the operator's session at a browser that goes on; empty where there is none."""
    try:
        began, identity = serializer(_salt()).loads(request.cookies.get(COOKIE, ""))
    except (BadData, TypeError, ValueError):
        return ""
    if began + settings().session_hours * 3600 < time.time():
        return ""
    # The cookie holds all of a session but its end, which the record of the programme has (L15).
    query = select(AuditEntry.number).where(AuditEntry.action == _SIGNED_OUT, AuditEntry.inspection == PROGRAMME)
    with transaction() as session:
        ended = session.exec(query.where(col(AuditEntry.facts)["session"].as_string() == identity)).first()
    return "" if ended else str(identity)


def _salt() -> str:
    """Return what the operator's sessions are signed under: another key ends every session of the one before."""
    return f"operator/{sha256(outbox_key().encode())}"


Operator = Annotated[str, Depends(operator)]


def menu(request: Request) -> list[dict[str, Any]]:
    """Return the links in the header of the operator's pages: each leads to the others."""
    listed = {**_PAGES, "operator/sign-out": "Sign out"}
    return [
        {"href": f"/{name}", "text": words, "current": request.url.path == f"/{name}"} for name, words in listed.items()
    ]


@router.get("")
def ask(request: Request) -> Response:
    """Ask for the operator's key."""
    return page(request, "operator", "Operator", pages=_PAGES)


@router.post("")
def come_in(request: Request, form: Form) -> Response:
    """Let the operator in for a day's work."""
    key, wanted = text_of(form, "key"), text_of(form, "page")
    if not is_outbox_key(key):
        try:
            wrong_attempt("operator", "key")
            mistake = Mistake("key", "This is not the operator's key. `make up` prints where it is kept.")
        except TooManyAttemptsError as many:
            mistake = Mistake("key", str(many))
        return page(request, "operator", "Operator", status=422, mistakes=[mistake], pages=_PAGES)
    with transaction() as session:
        audit.append(session, PROGRAMME, actor=BY, action="signed-in", subject="operator")
    answer = to(f"/{wanted if wanted in _PAGES else next(iter(_PAGES))}")
    sealed = str(serializer(_salt()).dumps([int(time.time()), secrets.token_hex(16)]))
    seconds = settings().session_hours * 3600
    answer.set_cookie(COOKIE, sealed, max_age=seconds, httponly=True, samesite="lax", secure=secure())
    return answer


@router.get("/sign-out")
def ask_out(request: Request, _: Operator) -> Response:
    """Show a button to sign out."""
    return page(request, "operator_out", "Sign out", navigation=menu(request))


@router.post("/sign-out")
def go_out(request: Request, by: Operator, _: Form) -> Response:
    """End the operator's session, here and in the browser: a kept cookie opens nothing any more."""
    if identity := session_in(request):
        with transaction() as session:
            facts = {"session": identity}
            audit.append(session, PROGRAMME, actor=by, action=_SIGNED_OUT, subject="operator", facts=facts)
    answer = to("/operator")
    answer.delete_cookie(COOKIE)
    return answer
