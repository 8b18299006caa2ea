"""Websockets at the gate: people may watch events and logs; what they say as their sign-in is replaced by ours."""

import json
from collections.abc import Callable
from time import monotonic

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.gate.messages import headed, own_origin
from portal.gate.people import Watcher, note_watcher, visitor_of, watcher_of
from portal.gate.routes import API, STREAMS
from portal.pages.cookies import session_secret

_POLICY_VIOLATION = 1008
_LOOKED_AT_SECONDS = 10.0


async def watched(app: ASGIApp, scope: Scope, receive: Receive, send: Send, *, credential: str) -> None:
    """Serve one websocket: a person's with our credential and for watching alone, a program's as it is.

    Args:
        app: Prefect's own application, which asks every websocket for the credential in its first message.
        scope: of the connection.
        receive: what the other side sends.
        send: what it is sent.
        credential: that Prefect asks for.
    """
    secret = session_secret(HTTPConnection(scope).cookies)
    if not secret or await run_in_threadpool(visitor_of, secret, active=False) is None:
        # Whoever has no session must know the credential, and Prefect sees to that.
        return await app(scope, receive, send)
    stream = str(scope["path"]).removeprefix(API) in STREAMS
    if not (stream and own_origin(Headers(scope=scope)) and await run_in_threadpool(_may_watch, secret)):
        await run_in_threadpool(_note, secret, str(scope["path"]).removeprefix(API))
        await receive()
        return await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": "not for people"})
    return await app(headed(scope, {}), _signing_in(receive, credential), _while_signed_in(send, secret))


def _note(secret: str, path: str) -> None:
    """Record that a person was refused a stream; of an address that is no stream of ours nothing is kept."""
    if visitor := visitor_of(secret, active=False):
        note_watcher(visitor, f"websocket {path}" if path in STREAMS else "websocket", "not for this person")


def _may_watch(secret: str) -> bool:
    """Return whether a session may watch everything: streams cannot be narrowed to single inspections."""
    visitor = visitor_of(secret, active=False)
    watcher: Watcher | None = watcher_of(visitor) if visitor else None
    return watcher is not None and watcher.inspections is None


def _signing_in(receive: Receive, credential: str) -> Receive:
    """Return a channel whose first message signs in with our credential, whatever the browser sent in it."""
    waits = True

    async def give() -> Message:
        nonlocal waits
        message = await receive()
        if waits and message["type"] == "websocket.receive":
            waits = False
            if _is_sign_in(message.get("text") or ""):
                return {"type": "websocket.receive", "text": json.dumps({"type": "auth", "token": credential})}
        return message

    return give


def _is_sign_in(text: str) -> bool:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(message, dict) and message.get("type") == "auth"


def _while_signed_in(send: Send, secret: str, now: Callable[[], float] = monotonic) -> Send:
    """Return a channel that ends with the session: nothing is sent to somebody who is no longer signed in (L15)."""
    looked_at, ended = now(), False

    async def give(message: Message) -> None:
        nonlocal looked_at, ended
        if ended:
            return
        if message["type"] == "websocket.send" and now() - looked_at >= _LOOKED_AT_SECONDS:
            looked_at = now()
            if not await run_in_threadpool(_may_watch, secret):
                ended = True
                message = {"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": "signed out"}
        await send(message)

    return give
