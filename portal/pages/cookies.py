"""Names cookies so that no other host and no line without TLS can set them, where the portal's address is HTTPS.

Pages know each cookie by its plain name. Here, at the outermost door, a browser is given it under a prefix that
browsers guard (`__Host-`), and a cookie of ours without the prefix is not let in.
"""

from collections.abc import Iterator, Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.pages.session import COOKIE, secure

_OURS = "jtai_"
_PREFIX = "__Host-"


class HostCookies:
    """Puts the prefixes on, and takes them off."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not secure():
            await self.app(scope, receive, send)
            return

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                cookies = headers.getlist("set-cookie")
                del headers["set-cookie"]
                for cookie in cookies:
                    headers.append("set-cookie", guarded(cookie))
            await send(message)

        headers = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        # A browser may send its cookies in several headers; this encoding gives each byte back as it was.
        sent = "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
        if sent:
            headers.append((b"cookie", plain(sent).encode("latin-1")))
        await self.app({**scope, "headers": headers}, receive, named)


def guarded(cookie: str) -> str:
    """Return the line by which a browser is given one of our cookies, under its guarded name."""
    return f"{_PREFIX}{cookie}" if cookie.startswith(_OURS) else cookie


def plain(cookies: str) -> str:
    """Return a browser's cookies under their plain names; ours without the prefix may be somebody else's, and go."""
    return "; ".join(_plain(cookies))


def _plain(cookies: str) -> Iterator[str]:
    for cookie in cookies.split(";"):
        text = cookie.strip()
        if text.startswith(f"{_PREFIX}{_OURS}"):
            yield text.removeprefix(_PREFIX)
        elif not text.startswith(_OURS):
            yield text


def is_ours(cookie: str) -> bool:
    """Return whether one of a browser's cookies is ours, under its plain name or its guarded one."""
    return cookie.removeprefix(_PREFIX).startswith(_OURS)


def session_secret(cookies: Mapping[str, str]) -> str:
    """Return the secret of a session from a browser's cookies as they arrive, where no door takes prefixes off."""
    return cookies.get(f"{_PREFIX}{COOKIE}" if secure() else COOKIE, "")
