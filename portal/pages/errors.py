"""Turns each exception into a page or an answer that says whose fault it is; one place for the whole portal."""

import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.refusals import NothingThereError, Refusal
from models.retention import RecordClass
from models.settings import settings
from portal.pages.attempts import note_refusal, note_signed_out
from portal.pages.frame import page, to
from portal.pages.records import destroyed_page
from portal.pages.session import DestroyedPageError, NotTheirsError, SignedOutError, ToCheckError
from tasks.ground.database import transaction
from tasks.ground.faults import is_away
from tasks.ground.log import log
from tasks.ground.store import NotStoredError
from tasks.ground.vault import DestroyedError
from tasks.ledger.rows import UnknownInspectionError, UnknownRequestError
from tasks.people.sessions import SignedIn
from tasks.retention.gone import refusing_classes

_TITLES = {
    403: "This form cannot be accepted",
    404: "Page not found",
    405: "Page not found",
    410: "This was destroyed",
    413: "The selected file is too large",
    500: "Sorry, there is a problem with the service",
    503: "Sorry, the service is not available",
}
# As some web servers log whoever went away before the answer; no answer has this status.
_BROKE_OFF = 499
_MACHINES = ("/api/", "/hooks/")
_FOR_MACHINES = {
    401: "The token is missing, is not correct or has expired. Send it as 'Authorization: Bearer jtai_...'.",
    404: "There is nothing at this address for this token.",
    405: "There is nothing at this address for this token.",
    413: "The message is too large.",
    422: 'Send JSON such as {"filename": "POL-1.csv", "size": 1234}.',
    500: "There is a problem with the service. Try again in a few minutes.",
    503: "The service is not available. Try again in a few minutes.",
}


def show(request: Request, status: int) -> Response:
    """Return the answer to an error: a page, and to a program JSON with a sentence."""
    if request.url.path.startswith(_MACHINES):
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
        return JSONResponse({"error": _FOR_MACHINES.get(status, _FOR_MACHINES[404])}, status, headers)
    shown = status if status in _TITLES else 404
    most = settings().max_upload_bytes // 2**20
    return page(request, "error", _TITLES[shown], status=status, code=shown, most=most)


async def _http(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code == 403:
        await run_in_threadpool(note_refusal, request, "form")
    return show(request, error.status_code if isinstance(error, HTTPException) else 404)


async def _unclear(request: Request, _: Exception) -> Response:
    # A person typed the address of no page; a program sent JSON of another shape.
    return show(request, 422 if request.url.path.startswith(_MACHINES) else 404)


async def _missing(request: Request, error: Exception) -> Response:
    # What the store does not have may have been destroyed, which its page then says.
    ref = str(request.path_params.get("ref", ""))
    gone: frozenset[RecordClass] = await run_in_threadpool(_destroyed_of, ref)
    return await _destroyed(request, error) if gone else show(request, 404)


def _destroyed_of(ref: str) -> frozenset[RecordClass]:
    if not ref:
        return frozenset()
    with transaction() as session:
        return refusing_classes(session, ref)


async def _destroyed(request: Request, error: Exception) -> Response:
    if request.url.path.startswith(_MACHINES):
        return JSONResponse({"error": str(error)}, 410)
    ref = str(request.path_params.get("ref", ""))
    if not ref:
        return page(request, "refused", _TITLES[410], status=410, sentence=str(error))
    return await run_in_threadpool(destroyed_page, request, ref)


async def _not_theirs(request: Request, error: Exception) -> Response:
    # Whether it is somebody else's or nobody's, the answer is the same; that it was tried is recorded.
    await run_in_threadpool(note_refusal, request, type(error).__name__)
    return show(request, 404)


async def _signed_out(request: Request, _: Exception) -> Response:
    await run_in_threadpool(note_signed_out, request)
    return page(request, "signed_out", "You are not signed in", status=403)


async def _to_check(_: Request, error: Exception) -> Response:
    return to(f"/sign-in/provider?{urlencode({'quietly': 'true', 'leads_to': str(error)})}")


async def _refused(request: Request, error: Exception) -> Response:
    # Where no page shows a refusal beside its field, the person still reads its sentence.
    if request.url.path.startswith(_MACHINES):
        return JSONResponse({"error": str(error)}, 422)
    return page(request, "refused", "This cannot be done now", status=422, sentence=str(error))


_HANDLERS: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    HTTPException: _http,
    RequestValidationError: _unclear,
    NotTheirsError: _not_theirs,
    NothingThereError: _not_theirs,
    UnknownRequestError: _not_theirs,
    UnknownInspectionError: _not_theirs,
    NotStoredError: _missing,
    DestroyedError: _destroyed,
    DestroyedPageError: _destroyed,
    SignedOutError: _signed_out,
    ToCheckError: _to_check,
    Refusal: _refused,
}


def register(app: FastAPI) -> None:
    """Add the error pages to the application."""
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)


class Faults:
    """Answers an unforeseen fault with our own page, and logs its kind and the route: never values, never a traceback.

    A traceback or an address may quote what a person sent (L5).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and log one line about it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, seen = time.monotonic(), {"status": 0}

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
            await send(message)

        fault = ""
        try:
            await self.app(scope, receive, watched)
        except ClientDisconnect:
            # Whoever broke off is there for no answer, and nothing of ours went wrong.
            seen["status"] = _BROKE_OFF
        except Exception as error:  # the last place that can still give the person a page
            fault = type(error).__name__
            # Once an answer has begun, its status cannot be taken back.
            if not seen["status"]:
                seen["status"] = 503 if is_away(error) else 500
                await show(Request(scope, receive), seen["status"])(scope, receive, send)
        _log(scope, seen["status"], fault, time.monotonic() - started)


def _log(scope: Scope, status: int, fault: str, seconds: float) -> None:
    # The route's pattern and never the address, which holds ids and the secrets of sign-in links (L5).
    route: Any = scope.get("route")
    line = {"method": scope["method"], "route": getattr(route, "path", "none"), "status": status}
    write = log().error if fault else log().info
    write("portal", seconds=round(seconds, 3), **line, **_who(scope), **({"fault": fault} if fault else {}))


def _who(scope: Scope) -> dict[str, str]:
    """Return who came, by reference, and in which session; nothing where nobody was recognised."""
    person: SignedIn | None = scope.get("state", {}).get("signed_in")
    return {"who": person.person, "session": person.session} if person else {}
