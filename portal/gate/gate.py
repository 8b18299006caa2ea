"""The gate: an ASGI application around Prefect's own, which lets programs through and people in by their session."""

import base64
import json
import secrets
from collections.abc import Callable
from functools import lru_cache, partial
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

import httpx
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from models.decisions import is_decision
from models.refusals import Refusal
from portal.gate.choices import SCHEMAS, filled_in, read_choices, with_choices, without_words
from portal.gate.links import artifact_at, board_in, form_at, form_in
from portal.gate.looks import PATH as MENU
from portal.gate.looks import STYLESHEET, with_menu
from portal.gate.messages import TooLargeError, again, body_of, changing, guarding, headed, own_origin
from portal.gate.narrowing import NEWEST, is_of, key_in, keys_of, narrowed, run_in, without_noise
from portal.gate.people import Watcher, all_inspections, note_watcher, order_run, record_refusal, visitor_of, watcher_of
from portal.gate.routes import API, START, RouteUse, template_of, use_of
from portal.gate.runs import answers_of, carries_order, run_of, without_orders
from portal.gate.sockets import watched
from portal.pages.attempts import note_attempt, note_ended_session
from portal.pages.cookies import session_secret
from tasks.ground.log import log
from tasks.watch.choices import Choices

_BULK = "POST /deployments/{id}/create_flow_run/bulk"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# A page of Prefect's UI asks for these by itself, again and again: refused, and no attempt of its reader.
_LOOKS = ("/filter", "/count", "/validate")
# What is changed on its way out must not come compressed.
_PLAIN = {b"accept-encoding": b"identity"}
# As Prefect itself: whoever looks after the machine asks these without a password.
_PROBES = frozenset({f"{API}/health", f"{API}/ready"})
_SIGN_IN = "Sign in on the portal first."
_NO_ROLE = (
    "Your roles do not let you look into Prefect. Programme managers, lead inspectors, oversight and operators may."
)
_REFUSED = "Nobody may do this here. You can look, and start the forms under Deployments that your role includes."
_NARROW = "A lead inspector sees the runs and boards of their own inspections. This list cannot be narrowed to those."
_FOREIGN = "This was not sent by a page of this address."
_NO_ORDER = "A person must order this. Sign in, then fill in the form."


class Gate:
    """Prefect's application behind a sign-in.

    Args:
        app: Prefect's own application.
        credential: `user:password` that Prefect asks for; programs send it, and people never see it.
        portal: the address of the portal, where people sign in.
    """

    def __init__(self, app: ASGIApp, credential: str, portal: str) -> None:
        self._app = app
        self._credential = credential
        self._basic = f"Basic {base64.b64encode(credential.encode()).decode()}"
        self._portal = portal.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or watch over one websocket."""
        if scope["type"] == "http":
            await self._http(scope, receive, guarding(send, scope["path"]))
        elif scope["type"] == "websocket":
            await watched(self._app, scope, receive, send, credential=self._credential)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if self._is_program(request):
            await self._program(scope, receive, send)
        elif request.method == "GET" and scope["path"] in _PROBES:
            await self._app(scope, receive, send)
        elif answer := await self._visitor(request, receive, send):
            await answer(scope, receive, send)

    async def _visitor(self, request: Request, receive: Receive, send: Send) -> Response | None:
        """Do what somebody asks for who sends no credential; return the refusal where there is one."""
        page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        template = template_of(request.method, _below(request.scope))
        secret = session_secret(request.cookies)
        visitor = await run_in_threadpool(visitor_of, secret, active=page or template == START) if secret else None
        if visitor is None:
            if secret:
                await run_in_threadpool(note_ended_session, secret, "prefect")
            if request.headers.get("authorization"):
                await run_in_threadpool(note_attempt, "prefect", "credential")
            return RedirectResponse(f"{self._portal}/sign-in", 303) if page else _no(401, _SIGN_IN)
        watcher = watcher_of(visitor)
        if watcher is None:
            await run_in_threadpool(note_watcher, visitor, template, "role")
            return PlainTextResponse(_NO_ROLE, 403) if page else _no(403, _NO_ROLE)
        # A page of another site, or of another service on this machine, may not use the session.
        if request.method not in _SAFE and not own_origin(request.headers):
            await run_in_threadpool(note_watcher, visitor, template, "another address")
            return _no(403, _FOREIGN)
        try:
            return await self._person(watcher, request.scope, receive, send)
        except TooLargeError:
            return _no(413, "This is larger than any form or filter.")

    def _is_program(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        return secrets.compare_digest(given.encode(), self._basic.encode())

    async def _program(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a program through; a decision it starts only where a person ordered that."""
        template = template_of(scope["method"], _below(scope))
        if template not in {START, _BULK}:
            return await self._app(scope, receive, send)
        try:
            body = await body_of(receive)
        except TooLargeError:
            return await _no(413, "This is larger than any run.")(scope, receive, send)
        given = _read(body)
        runs = given if isinstance(given, list) else [given]
        if not all(carries_order(run) for run in runs) and is_decision(await self._deployment(_below(scope))):
            return await _no(403, _NO_ORDER)(scope, receive, send)
        return await self._app(scope, again(body, receive), send)

    async def _person(self, watcher: Watcher, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """Do what a person asks for where it is listed; return the refusal otherwise."""
        if not scope["path"].startswith(f"{API}/"):
            return await self._page(watcher, scope, receive, send)
        path = _below(scope)
        template = template_of(scope["method"], path)
        use = use_of(template)
        if use is RouteUse.START:
            return await self._start(watcher, path, scope, receive, send)
        if use is RouteUse.REFUSED:
            if scope["method"] not in _SAFE and not template.endswith(_LOOKS):
                await run_in_threadpool(record_refusal, watcher.visitor, template, "not allowed to people")
            log().warning("gate.refused", route=template or "not listed")
            return _no(403, _REFUSED)
        return await self._read(watcher, template, scope, receive, send)

    async def _page(self, watcher: Watcher, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """Serve a file or page of Prefect's UI, which must not ask for a password of its own, or a short address."""
        if scope["method"] not in _SAFE:
            return _no(403, _REFUSED)
        if form := form_in(scope["path"]):
            deployment = await self._ask(f"/deployments/name/{form}/{form}")
            choices = await run_in_threadpool(read_choices, watcher.visitor, form)
            answers = filled_in(Request(scope).query_params, choices)
            return RedirectResponse(form_at(str(deployment.get("id", "")), answers), 303)
        if scope["path"] == MENU:
            return Response(STYLESHEET, media_type="text/css")
        if board := board_in(scope["path"]):
            # The newest text itself: the UI's page of a key lists every copy that there ever was.
            wanted = {"artifacts": {"key": {"any_": [board]}}, "sort": "CREATED_DESC", "limit": 1}
            newest = await self._ask("/artifacts/filter", wanted)
            return RedirectResponse(artifact_at(str(newest.get("id", ""))), 303)
        settings = scope["path"].endswith("/ui-settings")
        if settings:
            await self._app(headed(scope, _PLAIN), receive, changing(send, _without_password))
        else:
            await self._app(headed(scope, _PLAIN), receive, with_menu(send, prefect_version()))
        return None

    async def _read(
        self, watcher: Watcher, template: str, scope: Scope, receive: Receive, send: Send
    ) -> Response | None:
        body = await body_of(receive)
        given = _read(body) if body else {}
        if template in NEWEST and isinstance(given, dict):
            refs = watcher.inspections
            refs = await run_in_threadpool(all_inspections) if refs is None else refs
            body = json.dumps(without_noise(template, given, refs)).encode()
        if watcher.inspections is not None:
            wider = await self._narrowed(watcher.inspections, template, _below(scope), body)
            if wider is None:
                await run_in_threadpool(note_watcher, watcher.visitor, template, "another inspection")
                return _no(403, _NARROW)
            body = wider
        change = without_orders
        if template in SCHEMAS:
            choices = await run_in_threadpool(read_choices, watcher.visitor, await self._named(_below(scope)))
            change = partial(_form, choices=choices)
        await self._forward(scope, body, receive, send, change)
        return None

    async def _narrowed(self, refs: frozenset[str], template: str, path: str, body: bytes) -> bytes | None:
        """Return the body with which a read is answered for some inspections alone; None where it is not."""
        given = _read(body) if body else {}
        if not isinstance(given, dict):
            return None
        # What Prefect names by an id says nothing of its inspection, so that Prefect is asked first whose it is.
        if run := run_in(template, path, given):
            return body if is_of(await self._ask(f"/flow_runs/{run}"), refs) else None
        if key := key_in(template, path):
            return body if key in keys_of(refs) else None
        if template == "GET /artifacts/{id}":
            artifact = await self._ask(path)
            return body if artifact.get("key") in keys_of(refs) else None
        within = narrowed(template, given, refs)
        if within is None:
            return None
        return json.dumps(within).encode() if body or within else b""

    async def _start(self, watcher: Watcher, path: str, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """Start a run of a deployment by the order of a person, with the answers of its form alone."""
        # A chosen line holds words with its reference; parameters, which all see who see the run, get none (L5).
        given = without_words(_read(await body_of(receive)))
        deployment = await self._deployment(path)
        try:
            answers = answers_of(given)
            order, ref = await run_in_threadpool(order_run, watcher.visitor, deployment, answers)
        except Refusal as refusal:
            await run_in_threadpool(record_refusal, watcher.visitor, START, type(refusal).__name__)
            return _no(403, refusal.sentence)
        await self._forward(scope, json.dumps(run_of(answers, order, ref)).encode(), receive, send)
        return None

    async def _forward(
        self,
        scope: Scope,
        body: bytes,
        receive: Receive,
        send: Send,
        change: Callable[[Any], Any] = without_orders,
    ) -> None:
        """Hand a person's request on to Prefect with our credential, and its answer back changed."""
        headers = _PLAIN | {b"authorization": self._basic.encode()}
        if body:
            headers |= {b"content-type": b"application/json", b"content-length": str(len(body)).encode()}
        await self._app(headed(scope, headers), again(body, receive), changing(send, change))

    async def _named(self, path: str) -> str:
        """Return the name of the deployment that an address of a form is of."""
        return path.split("/")[-1] if path.startswith("/deployments/name/") else await self._deployment(path)

    async def _deployment(self, path: str) -> str:
        """Return the name of the deployment in an address; empty if there is none."""
        return str((await self._ask(f"/deployments/{path.split('/')[2]}")).get("name", ""))

    async def _ask(self, path: str, query: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask Prefect for one thing, or the first that a query finds, in this process; empty where there is none."""
        # In this process: a request over the network would come to this gate again.
        transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://prefect") as client:
            method, headers = "POST" if query else "GET", {"authorization": self._basic}
            answer = await client.request(method, f"{API}{quote(path)}", headers=headers, json=query)
        given = answer.json() if answer.status_code == httpx.codes.OK else {}
        if isinstance(given, list):
            given = given[0] if given else {}
        return given if isinstance(given, dict) else {}


@lru_cache(maxsize=1)
def prefect_version() -> str:
    """Return the version of the Prefect that runs behind the gate."""
    return version("prefect")


def _below(scope: Scope) -> str:
    """Return the path of a request below the API's own."""
    return str(scope["path"]).removeprefix(API)


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _no(status: int, sentence: str) -> JSONResponse:
    # Under both names: Prefect's UI shows `detail`, its own programs `exception_message`.
    return JSONResponse({"detail": sentence, "exception_message": sentence}, status)


def _form(deployment: Any, choices: Choices) -> Any:
    return with_choices(without_orders(deployment), choices)


def _without_password(settings: Any) -> Any:
    return {**settings, "auth": None} if isinstance(settings, dict) else settings
