"""Guards every answer with security headers, and the portal with a limit on each request's body."""

import asyncio
import contextlib

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.settings import settings
from portal.pages.errors import show
from portal.pages.session import secure

_SLACK = 2**16  # a form adds its other fields to the file
_DRAINED = 4
_DRAIN_SECONDS = 10
HSTS = "max-age=31536000"
"""For how long a browser asks a host by TLS alone, in seconds: a year."""


def policy() -> str:
    """Return the content policy of pages: our own styles and scripts, and uploads to the store alone."""
    # AWS answers at two addresses, by path and by bucket; its client chooses.
    region, bucket = settings().s3_region, settings().s3_bucket
    aws = f"https://s3.{region}.amazonaws.com https://{bucket}.s3.{region}.amazonaws.com"
    store = f" {settings().s3_public_url or settings().s3_endpoint_url or aws}"
    if not settings().store_is_open_to_browsers:
        store = ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; frame-src 'self'; "
        f"connect-src 'self'{store}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""The policy of the letter: a page by itself, with its own styles and no script, shown in our frame."""


class SafeHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # The letter has a policy of its own, and styles may be kept; a page with data never is.
                headers.setdefault("Content-Security-Policy", policy())
                headers.setdefault("Cache-Control", "no-store")
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                if secure():
                    # From the first visit on, no browser asks this host without TLS.
                    headers["Strict-Transport-Security"] = HSTS
            await send(message)

        await self.app(scope, receive, guarded)


class TooMuchError(Exception):
    """A sender sends more than the largest upload, without having announced it."""


class BodyLimit:
    """Refuses a body that is larger than an upload may be, before anything of it is stored.

    A browser or program shows an answer only after its body is read, so what a page has left of it is read and thrown
    away before it is answered, up to a few times the limit and for a few seconds; a sender who goes beyond that is cut
    off. An address with a null character, which no database takes, does not exist.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request unless its body is too large."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = settings().max_upload_bytes + _SLACK
        body = _Body(receive, most)

        async def after_the_body(message: Message) -> None:
            if message["type"] == "http.response.start":
                await body.drain(most * _DRAINED)
            await send(message)

        refusal = _refusal(scope, most)
        try:
            if not refusal:
                await self.app(scope, body.counted, after_the_body)
        except TooMuchError:
            refusal = 413
        if refusal:
            await show(Request(scope, receive), refusal)(scope, receive, after_the_body)


def _refusal(scope: Scope, most: int) -> int:
    """Return the status with which a request is refused as it begins, 0 for one that is not."""
    announced = Headers(scope=scope).get("content-length", "")
    if "\0" in scope["path"]:
        return 404
    return 413 if announced.isdecimal() and int(announced) > most else 0


class _Body:
    """The body of one request, as far as it has come."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._read = 0
        self._whole = False

    async def counted(self) -> Message:
        """Receive the next piece.

        Raises:
            TooMuchError: it is one too many.
        """
        message = await self._next()
        if self._read > self._most:
            raise TooMuchError
        return message

    async def _next(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        self._whole = self._whole or not message.get("more_body")
        return message

    async def drain(self, most: int) -> None:
        """Throw away what nobody has read, until the sender has no more, has sent too much or takes too long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                while not self._whole and self._read <= most:
                    await self._next()
