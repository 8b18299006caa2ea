"""Requests and answers of ASGI: where one comes from, reading a body, giving it again, and changing an answer."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from portal.gate.routes import API
from portal.pages.cookies import is_ours
from portal.pages.headers import HSTS
from portal.pages.session import secure

BODY = 2**20
"""Bytes of a body that the gate reads; forms and filters are far smaller."""


class TooLargeError(Exception):
    """A body is larger than any form or filter."""


async def body_of(receive: Receive) -> bytes:
    """Return a request's body.

    Raises:
        TooLargeError: it is larger than `BODY`.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        part = message.get("body", b"")
        size += len(part)
        if size > BODY:
            raise TooLargeError
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def again(body: bytes, receive: Receive) -> Receive:
    """Return a channel that gives a body that was read, and then what else comes, such as the end of the connection."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return waiting.pop() if waiting else await receive()

    return give


def headed(scope: Scope, headers: dict[bytes, bytes]) -> Scope:
    """Return a request with other headers; those of the same names are replaced, and our cookies are dropped.

    Prefect needs no cookie of ours, under no name, and what does not reach it cannot be logged by it.
    """
    kept = [(name, _without_ours(name, value)) for name, value in scope["headers"] if name not in headers]
    return {**scope, "headers": [*kept, *headers.items()]}


def _without_ours(name: bytes, value: bytes) -> bytes:
    if name != b"cookie":
        return value
    pairs = (pair.strip() for pair in value.split(b";"))
    return b"; ".join(pair for pair in pairs if not is_ours(pair.decode("latin-1")))


def guarding(send: Send, path: str) -> Send:
    """Return a channel that adds to an answer what browsers guard it by.

    No page of another address shows Prefect in a frame, where somebody could be led to press *Submit*, and no browser
    keeps what the API answered: it would still be there once its reader has signed out.

    Args:
        send: the channel to the browser.
        path: what was asked for.
    """

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            headers["Content-Security-Policy"] = "frame-ancestors 'none'"
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "same-origin"
            if path.startswith(f"{API}/"):
                headers["Cache-Control"] = "no-store"
            if secure():
                headers["Strict-Transport-Security"] = HSTS
            message = {**message, "headers": headers.raw}
        await send(message)

    return guarded


def changing(send: Send, change: Callable[[Any], Any]) -> Send:
    """Return a channel that changes the JSON of a good answer on its way out; another answer passes as it is."""
    start: Message | None = None
    parts: list[bytes] = []

    async def give(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start" and 200 <= message["status"] < 300 and _is_json(message):
            start = message
        elif start is None or message["type"] != "http.response.body":
            await send(message)
        else:
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                body = json.dumps(change(json.loads(b"".join(parts)))).encode()
                headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
                await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
                await send({**message, "body": body})

    return give


def _is_json(message: Message) -> bool:
    kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
    return any(kind.startswith(b"application/json") for kind in kinds)


def own_origin(headers: Any) -> bool:
    """Return whether a request was sent by a page of this address, or by no page at all."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")
