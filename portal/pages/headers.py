"""Guards every answer with security headers, and the portal with a limit on each request's body."""

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.settings import settings
from portal.pages.errors import show

_SLACK = 2**16  # a form adds its other fields to the file
_DRAINED = 4


def policy() -> str:
    """Return the content policy of pages: our own styles and scripts, and uploads to the store alone."""
    # AWS answers at two addresses, by path and by bucket; its client chooses.
    region, bucket = settings().s3_region, settings().s3_bucket
    aws = f"https://s3.{region}.amazonaws.com https://{bucket}.s3.{region}.amazonaws.com"
    store = settings().s3_endpoint_url or aws
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; frame-src 'self'; "
        f"connect-src 'self' {store}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
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
            await send(message)

        await self.app(scope, receive, guarded)


class TooMuchError(Exception):
    """A sender sends more than the largest upload, without having announced it."""


class BodyLimit:
    """Refuses a body that is larger than an upload may be, before anything of it is stored.

    A browser shows an answer only after its body is read, so an announced excess is read and thrown away, up to a few
    times the limit; a sender who goes beyond that is cut off. An address with a null character, which no database
    takes, does not exist.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request unless its body is too large."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if "\0" in scope["path"]:
            await show(Request(scope, receive), 404)(scope, receive, send)
            return
        most = settings().max_upload_bytes + _SLACK
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > most:
            await _drain(receive, most * _DRAINED)
            await show(Request(scope, receive), 413)(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise TooMuchError
            return message

        try:
            await self.app(scope, counted, send)
        except TooMuchError:
            await show(Request(scope, receive), 413)(scope, receive, send)


async def _drain(receive: Receive, most: int) -> None:
    read = 0
    while read <= most:
        message = await receive()
        read += len(message.get("body", b""))
        if not message.get("more_body"):
            return
