"""Gives each request the id by which its work is followed; nobody can choose it."""

from functools import lru_cache

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.networks import NamedNetwork, name_of, networks_in
from models.settings import settings
from tasks.ground.trace import new_trace, traced

HEADER = "X-Correlation-Id"


@lru_cache(maxsize=4)
def _networks(text: str) -> tuple[NamedNetwork, ...]:
    return networks_in(text)


class Traces:
    """Begins a trace for each request, and tells it in the answer, so that a person can name it to the help desk."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        trace = new_trace()

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = trace
            await send(message)

        client = scope.get("client")
        with traced(trace, name_of(client[0] if client else "", _networks(settings().networks))):
            await self.app(scope, receive, named)
